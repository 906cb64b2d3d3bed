"""Asks for a challenge as the authority would, before an order is spent on it."""

import http.client
import secrets
import socket

from problem import Problem

PATH = "/.well-known/acme-challenge/"


def rehearse(names, thumbprint):
    """Throws Problem unless each name answers a random challenge with this server's account."""
    for name in names:
        addresses = resolve(name)
        answers = [ask(name, address, thumbprint) for address in addresses]
        wrong = [(address, answer) for address, answer in zip(addresses, answers) if answer.startswith("answered")]
        if wrong:
            address, answer = wrong[0]
            # Here means that the question reached this machine, and something else than the proxy answered it.
            raise Problem("answered-by-other" if is_here(address) else "dns-elsewhere", f"{name} leads to {address}, which {answer}.")
        silent = [address for address, answer in zip(addresses, answers) if answer != "right" and is_here(address)]
        if silent and "right" not in answers:
            raise Problem("unreachable", f"{name}: nothing answers on port 80 of {silent[0]}.")
        # An address that is not one of this machine and cannot be reached may still be its own: behind the address
        # translation of a provider, a server cannot always reach itself. Then only the authority can tell.


def resolve(name):
    try:
        found = socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise Problem("dns-error", f"{name} could not be looked up: the name servers do not answer.") from error
        raise Problem("dns-missing", f"{name} has no address.") from error
    return list(dict.fromkeys(address[0] for *_, address in found))[:8]


def ask(name, address, thumbprint):
    token = secrets.token_urlsafe(32)
    link = http.client.HTTPConnection(address, 80, timeout=5)
    try:
        link.request("GET", PATH + token, headers={"Host": name, "User-Agent": "Homeport rehearsal"})
        answer = link.getresponse()
        body = answer.read(1000).decode("latin-1").strip()
    except (OSError, http.client.HTTPException):
        return "silent"
    finally:
        link.close()
    return "right" if body == f"{token}.{thumbprint}" else f"answered with status {answer.status} and not as this server does"


def is_here(address):
    """Whether an address is one of this machine: only then can it be bound."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
            return True
        except OSError:
            return False
