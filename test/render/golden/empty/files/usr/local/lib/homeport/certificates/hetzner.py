"""A plugin of certbot's for zones at Hetzner: sets the record by which a name is proved, and removes it.

certbot brings none, and this is little enough to need no package of somebody else's, which would see the token and come with
further ones. Source: docs.hetzner.cloud/reference/cloud (Zone RRSet Actions).
"""

import json
import os
import sys
import urllib.error
import urllib.request

from certbot import errors
from certbot.plugins import dns_common

API = "https://api.hetzner.cloud/v1"
TTL = 60


def register():
    """certbot finds plugins as entry points of packages: here is one."""
    package = "/tmp/plugins/homeport_hetzner-1.dist-info"
    os.makedirs(package, exist_ok=True)
    for name, content in (("METADATA", "Metadata-Version: 2.1\nName: homeport-hetzner\nVersion: 1\n"), ("entry_points.txt", "[certbot.plugins]\ndns-hetzner = hetzner:Authenticator\n")):
        with open(f"{package}/{name}", "w", encoding="ascii") as file:
            file.write(content)
    sys.path.append(os.path.dirname(package))


class Authenticator(dns_common.DNSAuthenticator):
    """Proves names by records of a zone at Hetzner."""

    description = "Proves names by records of a zone at Hetzner."

    @classmethod
    def add_parser_arguments(cls, add, default_propagation_seconds=30):
        super().add_parser_arguments(add, default_propagation_seconds)
        add("credentials", help="An INI file with dns_hetzner_api_token.")

    def more_info(self):
        return self.description

    def _setup_credentials(self):
        self._credentials = self._configure_credentials("credentials", "INI file of Hetzner", {"api_token": "API token"})

    def _perform(self, domain, validation_name, validation):
        # Beside those that are there: a name and its wildcard are proved by two records of one name.
        self._change("add_records", validation_name, validation, ttl=TTL)

    def _cleanup(self, domain, validation_name, validation):
        self._change("remove_records", validation_name, validation)

    def _change(self, action, name, value, **more):
        zone = self._zone_of(name)
        self._ask("POST", f"/zones/{zone}/rrsets/{name.removesuffix(f'.{zone}')}/TXT/actions/{action}", {"records": [{"value": f'"{value}"'}], **more})

    def _zone_of(self, name):
        """The longest of the account's zones that holds a name."""
        labels = name.split(".")
        for start in range(1, len(labels) - 1):
            zone = ".".join(labels[start:])
            if self._ask("GET", f"/zones/{zone}", may_miss=True) is not None:
                return zone
        raise errors.PluginError(f"Error finding zone: this account at Hetzner has none for {name}.")

    def _ask(self, method, path, body=None, may_miss=False):
        headers = {"Authorization": f"Bearer {self._credentials.conf('api_token')}", "Content-Type": "application/json", "User-Agent": "Homeport"}
        request = urllib.request.Request(API + path, data=None if body is None else json.dumps(body).encode(), headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 404 and may_miss:
                return None
            raise errors.PluginError(f"api.hetzner.cloud answered {error.code}: {error.read(500).decode('utf-8', 'replace')}") from error
        except OSError as error:
            raise errors.PluginError(f"api.hetzner.cloud cannot be reached: {error}") from error
