"""Certificates as files: reading, checking, installing."""

import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

import desk
from problem import Problem

# Those that are served. A site's is brought up to date when its request is taken and when one is installed.
FOLDER = "/served"
DAY = 86400


class Served:
    """The certificate that lies where the proxy reads it."""

    def __init__(self, certificate):
        self._certificate = certificate
        self.not_before = certificate.not_valid_before_utc.timestamp()
        self.not_after = certificate.not_valid_after_utc.timestamp()
        self.lifetime = self.not_after - self.not_before
        self.is_self_signed = certificate.issuer == certificate.subject
        # With a third of its life left, or half of a short one: as certbot does it.
        self.renew_at = self.not_after - self.lifetime / (2 if self.lifetime < 10 * DAY else 3)
        # Authorities may ask for an earlier renewal (ARI). For the shortest lives that is no use.
        self.has_early_advice = self.lifetime > DAY

    def covers(self, names):
        return not uncovered(names, names_in(self._certificate))


def read_served(site):
    try:
        return Served(x509.load_pem_x509_certificates(served_chain(site))[0])
    except (OSError, ValueError):
        return None


def served_chain(site):
    with open(f"{FOLDER}/{site}.pem", "rb") as file:
        return file.read()


def is_installed(site, chain):
    try:
        return served_chain(site) == chain
    except OSError:
        return False


def uncovered(names, covered):
    """Those of the names that a certificate for `covered` does not cover (RFC 6125 6.4.3)."""
    return [name for name in names if name not in covered and f"*.{name.partition('.')[2]}" not in covered]


def names_in(certificate):
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        return []


def load_chain(chain):
    try:
        return x509.load_pem_x509_certificates(chain)
    except ValueError as error:
        raise Problem("own-invalid", f"The certificate cannot be read: {error}") from error


def check(chain, key, names):
    """Throws Problem unless chain and key fit each other and the names, now."""
    certificate = load_chain(chain)[0]
    try:
        private = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Problem("own-invalid", f"The key cannot be read: {error}") from error
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        raise Problem("own-invalid", "The key does not belong to the certificate.")
    missing = uncovered(names, names_in(certificate))
    if missing:
        raise Problem("own-invalid", f"The certificate does not cover {', '.join(missing)}.")
    now = datetime.datetime.now(datetime.timezone.utc)
    if now < certificate.not_valid_before_utc:
        raise Problem("clock", f"The certificate is valid from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC and this server's clock says {now:%Y-%m-%d %H:%M} UTC.")
    if now > certificate.not_valid_after_utc:
        raise Problem("own-invalid", f"The certificate has expired on {certificate.not_valid_after_utc:%Y-%m-%d}.")


def install(site, chain, key, names):
    """Gives a checked pair to the server, which checks it again. The old one stays where anything is wrong. Throws Problem and OSError."""
    check(chain, key, names)
    desk.ask("install", site, desk.packed(chain), desk.packed(key))
