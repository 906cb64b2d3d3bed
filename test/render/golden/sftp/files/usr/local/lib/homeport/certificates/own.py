"""Certificates that a person brought."""

import re

from problem import Problem

BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----\n?", re.S)


def read(secret):
    """Chain and key, as PEM. Throws Problem."""
    try:
        with open(f"/secrets/{secret}.key", "rb") as file:
            blocks = [(found[1], found[0] if found[0].endswith(b"\n") else found[0] + b"\n") for found in BLOCK.finditer(file.read())]
    except FileNotFoundError as error:
        raise Problem("own-invalid", "The certificate is not on this server any more. Give it to the site again.") from error
    chain = b"".join(block for kind, block in blocks if kind == b"CERTIFICATE")
    keys = [block for kind, block in blocks if kind.endswith(b"PRIVATE KEY")]
    if not chain or len(keys) != 1:
        raise Problem("own-invalid", "There is not one key and at least one certificate.")
    return chain, keys[0]
