"""The running proxy: looking at what it serves, and what it is told."""

import os
import socket
import ssl
import time

import certifi

import desk
import pem
from problem import Problem

BUNDLE = "/config/bundle.pem"
said_account = None


def served(name, context):
    with socket.create_connection(("127.0.0.1", 443), timeout=10) as link, context.wrap_socket(link, server_hostname=name) as tls:
        return tls.getpeercert(binary_form=True)


def trusting_context():
    """Trusts what browsers trust, and the authority of the person's own."""
    context = ssl.create_default_context(cafile=certifi.where())
    if os.path.exists(BUNDLE) and os.path.getsize(BUNDLE) > 0:
        context.load_verify_locations(BUNDLE)
    return context


def any_name(names):
    """A wildcard is asked for as one of its names."""
    return [name.replace("*", "homeport-check", 1) for name in names]


def verify(site, names):
    """Throws Problem unless the proxy serves for the first name what lies on the disk."""
    first = pem.served_chain(site).decode("ascii").partition("-----END CERTIFICATE-----")[0]
    wanted = ssl.PEM_cert_to_DER_cert(first + "-----END CERTIFICATE-----\n")
    context = ssl._create_unverified_context()  # only the bytes are compared
    reason = ""
    for _ in range(20):
        if desk.is_reload_due:
            return  # It is seen after the reload, at the next look.
        try:
            if served(any_name(names)[0], context) == wanted:
                return
            reason = "The proxy serves another certificate than the one that was stored."
        except OSError as error:
            reason = f"The proxy does not answer for {names[0]}: {error}"
        time.sleep(0.25)
    desk.ask("reload")
    raise Problem("not-served", reason)


def is_trusted(names):
    """Whether a visitor's browser takes what is served for the first name."""
    try:
        served(any_name(names)[0], trusting_context())
        return True
    except OSError:
        return False


def say_trusted(names):
    """Tells the proxy which names have a trusted certificate: HSTS and lasting redirects are for them alone."""
    desk.ask("trusted", *names)


def say_account(thumbprint):
    """Tells the proxy the fingerprint of the account, with which it answers challenges by itself."""
    global said_account
    if thumbprint != said_account:
        desk.ask("account", thumbprint)
    said_account = thumbprint
