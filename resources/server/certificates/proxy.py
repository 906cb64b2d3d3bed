"""The running proxy: swapping a certificate in, and looking at what it serves."""

import contextlib
import fcntl
import os
import re
import socket
import ssl
import time

import certifi

import state
from problem import Problem

SOCKET = "/run/homeport/proxy/admin.sock"
# The wrapper on the server reloads the proxy where this file is.
RELOAD = "/run/homeport/proxy.reload"
TRUSTED = "/certificates/trusted.map"
ACCOUNT = "/certificates/account.map"
BUNDLE = "/config/bundle.pem"


@contextlib.contextmanager
def lock():
    """While it is held the proxy is not reloaded: what is said to the old process would be lost on the new one."""
    with open("/run/homeport/proxy.lock", "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_reload_due():
    return os.path.exists(RELOAD)


def ask(command):
    """One command to haproxy; its answer, or None where it cannot be reached."""
    try:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(10)
            link.connect(SOCKET)
            link.sendall(command.encode())
            link.shutdown(socket.SHUT_WR)
            answer = b""
            while part := link.recv(65536):
                answer += part
            return answer.decode("utf-8", "replace").strip()
    except OSError:
        return None


def swap(site, chain, key):
    """Gives a new certificate to the running proxy without a reload; no connection is dropped."""
    name = f"/certificates/{site}.pem"
    # An empty line would end the payload.
    payload = re.sub(r"\n\s*\n", "\n", (key + b"\n" + chain).decode("ascii").strip())
    ask(f"abort ssl cert {name}\n")
    answer = f"{ask(f'set ssl cert {name} <<{chr(10)}{payload}{chr(10)}{chr(10)}')} {ask(f'commit ssl cert {name}{chr(10)}')}"
    if "Success" not in answer:
        open(RELOAD, "w", encoding="utf-8").close()


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
    with open(f"/certificates/{site}.pem", encoding="ascii") as file:
        wanted = ssl.PEM_cert_to_DER_cert(file.read().partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n")
    context = ssl._create_unverified_context()  # only the bytes are compared
    reason = ""
    for _ in range(20):
        if os.path.exists(RELOAD):
            return  # It is seen after the reload, at the next look.
        try:
            if served(any_name(names)[0], context) == wanted:
                return
            reason = "The proxy serves another certificate than the one that was stored."
        except OSError as error:
            reason = f"The proxy does not answer for {names[0]}: {error}"
        time.sleep(0.25)
    open(RELOAD, "w", encoding="utf-8").close()
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
    say_map(TRUSTED, {name: "1" for name in names})


def say_account(thumbprint):
    """Tells the proxy the fingerprint of the account, with which it answers challenges by itself."""
    say_map(ACCOUNT, {"thumbprint": thumbprint})


def say_map(path, wanted):
    with lock():
        if read_map(path) != wanted:
            state.write_file(path, "".join(f"{key} {value}\n" for key, value in wanted.items()).encode(), 0o644)
            os.chmod(path, 0o644)
        # What the running process knows counts, not what it would read at its next start.
        shown = ask(f"show map {path}\n")
        if shown is None:
            return
        known = {key: value for _, key, value in (line.split() for line in shown.splitlines() if len(line.split()) == 3)}
        commands = [f"del map {path} {key}" for key in known if known[key] != wanted.get(key)]
        commands += [f"add map {path} {key} {wanted[key]}" for key in wanted if known.get(key) != wanted[key]]
        for start in range(0, len(commands), 100):
            ask(";".join(commands[start:start + 100]) + "\n")


def read_map(path):
    try:
        with open(path, encoding="ascii") as file:
            return dict(line.split() for line in file if line.strip())
    except (OSError, ValueError):
        return None
