"""Orders by certbot. It runs in a child of this process, so that each order starts clean and its memory goes with it."""

import base64
import configparser
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import sys
import time
import traceback

import pem
import proxy
from problem import Problem

os.environ["REQUESTS_CA_BUNDLE"] = "/tmp/bundle.pem"

import certifi  # noqa: E402
from certbot import main as certbot  # noqa: E402

import hetzner  # noqa: E402

hetzner.register()

FOLDER = "/acme"
LONGEST_ORDER = 300
# Authorities may refuse a nonce at any time; a client asks again.
TRIES = 6
# Limits of authorities go by the week: what tells of more is not believed.
LONGEST_LIMIT = 8 * 86400

URN = re.compile(r"urn:ietf:params:acme:error:(\w+)")
DETAIL = re.compile(r"^ *Detail: (.*)$|^(?:An unexpected error occurred:\n)(.*)$", re.M)
RETRY = re.compile(r"retry[ -]after:? *(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(?: ?UTC|Z)?", re.I)
RETRY_HEADER = re.compile(r"^Retry-After: (\d+)\s*$", re.M | re.I)


def directory(config):
    return config["authority"]["directory"]


def write_bundle():
    """The authorities that the web trusts, and those of the person's own."""
    with open("/tmp/bundle.pem", "wb") as bundle:
        for path in (certifi.where(), proxy.BUNDLE):
            if os.path.exists(path):
                with open(path, "rb") as part:
                    bundle.write(part.read() + b"\n")


write_bundle()


def common(config):
    return ["--non-interactive", "--config-dir", FOLDER, "--work-dir", "/tmp/work", "--logs-dir", "/tmp/logs", "--max-log-backups", "0", "--server", directory(config)]


def account_arguments(config):
    arguments = ["--agree-tos", "--no-eff-email", *(["--email", config["email"]] if config.get("email") else ["--register-unsafely-without-email"])]
    eab = config["authority"].get("eab")
    if eab:
        with open(f"/secrets/{eab['secret']}.key", encoding="ascii") as file:
            arguments += ["--eab-kid", eab["keyId"], "--eab-hmac-key", file.read().strip()]
    return arguments


def account_key(config):
    """The account key as a JWK; None where there is no account yet."""
    host_and_path = directory(config).partition("://")[2]
    found = glob.glob(f"{FOLDER}/accounts/{glob.escape(host_and_path)}/*/private_key.json")
    if not found:
        return None
    try:
        # All of its files: one that was cut short by a power cut makes the account useless.
        loaded = {}
        for name in ("meta", "regr", "private_key"):
            with open(f"{os.path.dirname(found[0])}/{name}.json", encoding="utf-8") as file:
                loaded[name] = json.load(file)
        return loaded["private_key"]
    except (OSError, ValueError):
        return None


def ensure_account(config, kind):
    """Registers where there is no account yet, and tells the proxy which one it is where it is to answer. Gives its thumbprint. Throws Problem."""
    if account_key(config) is None:
        forget_account(config)
        output, code = run_patiently(["register", *common(config), *account_arguments(config)])
        if code != 0:
            problem = problem_of(output, "account-refused", config)
            # Without an account no site of this run gets anything.
            problem.is_outage = True
            raise problem
    mark = thumbprint(config)
    if kind == "automatic":
        proxy.say_account(mark)
    return mark


def forget_account(config):
    host_and_path = directory(config).partition("://")[2]
    shutil.rmtree(f"{FOLDER}/accounts/{host_and_path}", ignore_errors=True)


def thumbprint(config):
    """Of the account's key (RFC 7638)."""
    jwk = account_key(config)
    members = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y")}[jwk["kty"]]
    text = json.dumps({name: jwk[name] for name in members}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def order(config, site, is_due):
    """Gives whether there is a new certificate. Without `is_due` the authority is only asked for its advice (ARI). Throws Problem."""
    before = serial_of(site["site"])
    arguments = ["certonly", *common(config), *account_arguments(config), "--cert-name", site["site"], "--key-type", "ecdsa", "--renew-with-new-domains",
                 "--force-renewal" if is_due else "--keep-until-expiring", *challenge(site), *(part for name in site["names"] for part in ("-d", name))]
    output, code = run_patiently(arguments, lambda: ask_advice_again(site["site"]))
    if code != 0 and URN.search(output) and URN.findall(output)[-1] in ("accountDoesNotExist",) or "Account is not valid" in output or "unknown account" in output.lower():
        # The authority has forgotten the account, or it has expired: a new one does as well.
        forget_account(config)
        ensure_account(config, site["kind"])
        output, code = run_patiently(arguments, lambda: ask_advice_again(site["site"]))
    if code != 0:
        raise problem_of(output, "unknown", config)
    return serial_of(site["site"]) != before


def challenge(site):
    dns = site.get("dns")
    if dns is None:
        # The proxy answers challenges by itself; nobody reads this folder.
        os.makedirs("/tmp/webroot", exist_ok=True)
        return ["--webroot", "--webroot-path", "/tmp/webroot"]
    if dns["provider"] == "route53":
        os.environ["AWS_CONFIG_FILE"] = f"/secrets/{dns['secret']}.key"
        return ["--dns-route53"]
    plugin = f"--dns-{dns['provider']}"
    return ["--authenticator", plugin[2:], f"{plugin}-credentials", f"/secrets/{dns['secret']}.key", f"{plugin}-propagation-seconds", str(dns["propagationSeconds"])]


def result(site):
    """Chain and key of the newest certificate of a site, as PEM."""
    with open(f"{FOLDER}/live/{site}/fullchain.pem", "rb") as chain, open(f"{FOLDER}/live/{site}/privkey.pem", "rb") as key:
        return chain.read(), key.read()


def newer_result(site, names, served):
    """Chain and key that certbot has and the proxy has not; None where there are none."""
    try:
        chain, key = result(site)
        stored = pem.Served(pem.load_chain(chain)[0])
        pem.check(chain, key, names)
    except (OSError, Problem):
        return None
    is_newer = served is None or served.is_self_signed or stored.not_before > served.not_before
    return (chain, key) if is_newer and time.time() < stored.renew_at else None


def is_stored(site, names):
    """Whether certbot's store holds the certificate that is served, for exactly these names."""
    try:
        chain, _ = result(site)
        return pem.is_installed(site, chain) and sorted(pem.names_in(pem.load_chain(chain)[0])) == sorted(names)
    except (OSError, Problem):
        return False


def clear_broken(site):
    """Takes away what a power cut or a full disk left half written: certbot would begin another lineage beside it, which nothing reads."""
    if authority_of(site) is not None and serial_of(site) is not None and os.path.exists(f"{FOLDER}/live/{site}/privkey.pem"):
        return
    for folder in ("live", "archive"):
        shutil.rmtree(f"{FOLDER}/{folder}/{site}", ignore_errors=True)
    if os.path.exists(f"{FOLDER}/renewal/{site}.conf"):
        os.unlink(f"{FOLDER}/renewal/{site}.conf")


def serial_of(site):
    try:
        return os.readlink(f"{FOLDER}/live/{site}/fullchain.pem")
    except OSError:
        return None


def authority_of(site):
    """The directory that signed the newest certificate of a site; None where there is none."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        with open(f"{FOLDER}/renewal/{site}.conf", encoding="utf-8") as file:
            parser.read_string("[top]\n" + file.read().replace("[[", "[").replace("]]", "]"))
        return parser.get("renewalparams", "server", fallback=None)
    except (OSError, configparser.Error):
        return None


def forget_all_but(sites):
    """What certbot keeps of sites that are gone, or another image's by now, so that nothing of them is ever renewed."""
    kept = set(sites)
    for path in glob.glob(f"{FOLDER}/renewal/*.conf"):
        site = os.path.basename(path)[:-5]
        if site not in kept:
            for folder in ("live", "archive"):
                shutil.rmtree(f"{FOLDER}/{folder}/{site}", ignore_errors=True)
            os.unlink(path)


def ask_advice_again(site):
    """certbot notes when to ask for advice (ARI) next before it follows it: an order that failed would be forgotten for hours."""
    path = f"{FOLDER}/renewal/{site}.conf"
    if not os.path.exists(path):
        return  # the first order of this site
    with open(path, encoding="utf-8") as file:
        lines = file.readlines()
    kept = [line for line in lines if not line.startswith("ari_retry_after")]
    if kept == lines:
        return
    try:
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            file.writelines(kept)
        os.replace(f"{path}.new", path)
    finally:
        if os.path.exists(f"{path}.new"):
            os.unlink(f"{path}.new")


def run_patiently(arguments, after_failure=lambda: None):
    for attempt in range(TRIES):
        output, code = run(arguments)
        if code != 0:
            after_failure()
        if code == 0 or not output.count("error:badNonce") or URN.findall(output)[-1] != "badNonce":
            break
        time.sleep(0.2 * attempt)
    return output, code


def run(arguments):
    """What certbot said, its log included, and its exit code."""
    shutil.rmtree("/tmp/logs", ignore_errors=True)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os._exit(be_certbot(arguments))
    deadline = time.monotonic() + LONGEST_ORDER
    code = None
    while code is None:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
        elif time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
        else:
            time.sleep(0.02)
    output = read("/tmp/output")
    if code == 0:
        return output, 0
    return f"{output}\n{read('/tmp/logs/letsencrypt.log')}", code


def be_certbot(arguments):
    # The way to the server is not for it.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    handle = os.open("/tmp/output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    try:
        failure = certbot.main(arguments)
        sys.stdout.flush()
        return 1 if failure else 0
    except SystemExit as ended:
        print(ended)
        return 1
    except BaseException as error:  # certbot shows its failures as exceptions: this process says them and ends
        print(f"An unexpected error occurred:\n{error}")
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()[-200_000:]
    except OSError:
        return ""


CODES = {
    "rateLimited": "rate-limited", "caa": "caa", "dns": "dns-error", "connection": "unreachable", "unauthorized": "answered-by-other", "incorrectResponse": "answered-by-other", "tls": "unreachable",
    "serverInternal": "authority-down", "badNonce": "authority-down", "rejectedIdentifier": "authority-refused", "unsupportedIdentifier": "authority-refused", "malformed": "authority-refused",
    "badCSR": "authority-refused", "accountDoesNotExist": "account-refused", "externalAccountRequired": "account-refused", "userActionRequired": "account-refused", "invalidContact": "account-refused",
}
DOWN = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "Max retries exceeded", "Connection refused", "Connection aborted", "timed out", "Temporary failure in name resolution", "Name or service not known", "503 Server Error", "502 Server Error", "500 Server Error")
DNS_PLUGIN = ("Unable to determine", "Error determining zone", "Received response from server", "adding TXT record", "adding the TXT record", "api.cloudflare.com", "api.digitalocean.com", "api.hetzner.cloud", "Error finding zone", "BADKEY", "TSIG", "NOTAUTH", "InvalidClientTokenId", "Invalid request headers", "credentials", "Unable to authenticate")


def problem_of(output, otherwise, config):
    """What certbot's words mean. The authority's own word counts first."""
    found = [name for name in URN.findall(output) if name != "badNonce"]
    types = re.findall(r"^ *Type: +(\w+)$", output, re.M)
    kind = types[-1] if types else found[-1] if found else "badNonce" if "error:badNonce" in output else None
    detail = " ".join(dict.fromkeys((a or b).strip() for a, b in DETAIL.findall(output) if (a or b).strip())) or output[-600:]
    if "No space left on device" in output:
        return Problem("disk-full", "No space left on device.")
    if "certificate is not yet valid" in output or "certificate has expired" in output:
        return Problem("clock", detail)
    if kind in ("unauthorized", "malformed") and otherwise == "account-refused":
        return Problem("account-refused", detail)
    if kind in CODES:
        return Problem(CODES[kind], detail, retry_at=retry_at(output))
    host = directory(config).partition("://")[2].partition("/")[0].partition(":")[0]
    if any(sign in output for sign in DNS_PLUGIN):
        return Problem("dns-account", detail)
    if any(sign in output for sign in DOWN):
        return Problem("authority-down", detail, is_outage=host in output)
    return Problem(otherwise, detail)


def retry_at(output):
    """When the authority will listen again, in seconds since 1970; None where it did not say."""
    found = RETRY.search(output)
    if found:
        return min(time.mktime(time.strptime(found[1].replace("T", " "), "%Y-%m-%d %H:%M:%S")) - time.timezone, time.time() + LONGEST_LIMIT)
    found = RETRY_HEADER.findall(output)
    return time.time() + min(int(found[-1]), LONGEST_LIMIT) if found else None
