"""Gets and renews the certificates of all sites that are due. Runs inside certbot's image, on the server's network.

    python3 certificates [--now SITE | --test-alert] GROUP

GROUP is what this image is started for: "automatic" (sites without a plugin), one of certbot's DNS plugins, or "closing",
which comes last: it looks at all sites, says which names are trusted, and alerts. Without --now, sites whose next look lies
ahead are left alone. One site that fails never keeps the others from their turn. What is to be changed on the server is
asked for (desk.py); what happened is kept there for each site, where Homeport reads it.
"""

import json
import os
import random
import signal
import sys
import time

import alerts
import desk
import order
import own
import pem
import proxy
import rehearsal
import state
from problem import FREE, Problem, TooEarly

HOUR = 3600
# Between two orders for the same names, and between looks at a certificate that is fine.
SHORTEST_BETWEEN_ORDERS = HOUR
LOOK_EVERY = 12 * HOUR
# One run ends after this time even if names are left: the next one follows at once and goes on with them.
LONGEST_RUN = 20 * 60


def main(arguments):
    if "--test-alert" in arguments:
        return alerts.test()
    group = arguments[-1]
    if group == "closing":
        return close()
    order.forget_all_but([site["site"] for site in load_config()["sites"] if site["group"] == group])
    return look_at_all(group, forced=arguments[1] if arguments[0] == "--now" else None)


def close():
    """What is done once all sites had their turn."""
    config = load_config()
    exit_code = 0
    # A full disk, say, keeps none of these from the others.
    for duty in (lambda: proxy.say_trusted(trusted_names(config)), lambda: alerts.send_due(config), lambda: state.say_next(config, alerts.next_worries(config))):
        try:
            duty()
        except Exception as error:  # said, and told by the exit code
            desk.say(f"{type(error).__name__}: {error}")
            exit_code = 1
    return exit_code


def look_at_all(group, forced):
    """Looks at each site that is due, once. What is wanted is read anew each time: a site that was just added does not wait for all others."""
    ends_at = time.monotonic() + LONGEST_RUN
    exit_code = 0
    outages = []
    done = set()
    # Names of those that this container was started with, whether they are on the server or not.
    at_first = set(os.environ["SECRETS"].split())
    while time.monotonic() < ends_at:
        config = load_config()
        # A secret that came later is seen by the next run, which follows at once.
        if not secrets_of(config, group) <= at_first:
            break
        left = [site for site in config["sites"] if site["group"] == group and forced in (None, site["site"]) and json.dumps(site, sort_keys=True) not in done]
        requested = state.requests()
        # Those that somebody waits for, then those that waited longest: many failing names never starve one.
        waiting = [(site, known) for site, known in ((site, state.read(site["site"])) for site in left) if forced or is_due(config, site, known, site["site"] in requested)]
        if not waiting:
            break
        due, _ = min(waiting, key=lambda one: (one[0]["site"] not in requested, one[1]["nextCheckAt"] or 0))
        done.add(json.dumps(due, sort_keys=True))
        try:
            state.forget_request(due["site"])
            if not look(config, due, bool(forced), outages):
                exit_code = 1 if forced else exit_code
        except OSError as error:
            # Not even what happened can be noted. The others have their turn all the same.
            if forced or is_wanted(due):
                desk.say(f"{due['site']}: {error}")
                exit_code = 1
            else:
                desk.say(f"{due['site']}: It was changed or removed meanwhile.")
    return exit_code


def secrets_of(config, group):
    sites = [site for site in config["sites"] if site["group"] == group]
    found = [config["authority"].get("eab", {}).get("secret"), *(site.get("secret") or site.get("dns", {}).get("secret") for site in sites)]
    return {secret for secret in found if secret}


def is_due(config, site, known, is_requested):
    if is_changed(config, site, known):
        return True
    next_check = (known["nextCheckAt"] or 0) / 1000
    failure = state.failure(known)
    if is_requested and (failure is None or failure["code"] in FREE):
        return True
    # So far ahead it was written by a clock that was wrong.
    return next_check <= time.time() or (failure is None and next_check > time.time() + 2 * LOOK_EVERY)


def is_changed(config, site, known):
    return known["names"] != site["names"] or known["kind"] != site["kind"] or known["authority"] != authority_of(config, site) or known.get("inputs") != site.get("inputs", "")


def is_wanted(site):
    """Whether the server still wants this certificate of this group. It knows earlier of a change than this program's configuration, and refuses what is not wanted any more."""
    with open("/config/sites", encoding="ascii") as file:
        return " ".join([site["site"], site["group"], *site["names"]]) in file.read().splitlines()


def load_config():
    with open("/config/certificates.json", encoding="utf-8") as file:
        return json.load(file)


def look(config, site, is_forced, outages):
    """Does for one site what is due. Gives whether all is well."""
    known = state.read(site["site"])
    known.update(kind=site["kind"], names=site["names"], authority=authority_of(config, site), inputs=site.get("inputs", ""))
    not_before = 0
    try:
        done = install_own(site, known) if site["kind"] == "own" else renew(config, site, known, is_forced, outages)
    except TooEarly as early:
        not_before = early.until
        if is_forced:
            desk.say(f"{site['site']}: The last order was less than an hour ago. The next one is possible at {time.strftime('%H:%M', time.gmtime(early.until))} UTC.")
    except Problem as problem:
        note_failure(known, problem)
        outages += [problem] if problem.is_outage else []
        desk.say(f"{site['site']}: {problem.code}: {problem.detail}")
    except Exception as error:  # whatever it is, it is this site's alone
        code = "disk-full" if isinstance(error, OSError) and error.errno == 28 else "unknown"
        note_failure(known, Problem(code, f"{type(error).__name__}: {error}"))
        desk.say(f"{site['site']}: {type(error).__name__}: {error}")
    else:
        if done:
            state.add_attempt(known, done, "", None)
            desk.say(f"{site['site']}: {done}")
    schedule(known, site, not_before)
    state.write(site["site"], known)
    return not (is_forced and not_before) and state.failure(known) is None


def renew(config, site, known, is_forced, outages):
    """Gives 'issued' or 'renewed', or None where nothing was due. Throws Problem and TooEarly."""
    name = site["site"]
    served = pem.read_served(name)
    has_trusted = served is not None and not served.is_self_signed and served.covers(site["names"])
    is_same_authority = order.authority_of(name) == order.directory(config)
    if is_same_authority and not is_forced and (stored := order.newer_result(name, site["names"], served)):
        # It came before, and something kept it from being served: no new order is needed.
        return deploy(site, known, *stored, is_renewal=has_trusted)
    # Without exactly this certificate in its store, certbot would take a question for advice for an order.
    is_stored = is_same_authority and order.is_stored(name, site["names"])
    is_order = not (has_trusted and is_stored) or time.time() >= served.renew_at or is_forced
    if not is_order and (outages or not served.has_early_advice):
        return finish(site, known)
    if outages:
        raise outages[0]
    orders = {key: at for key, at in known.get("orders", {}).items() if time.time() - 24 * HOUR < at / 1000 <= time.time()}
    this_order = f"{order.directory(config)} {' '.join(site['names'])}"
    if is_order and this_order in orders:
        # Only certificates for trying out live so short that an hour is too long.
        next_order = orders[this_order] / 1000 + min(SHORTEST_BETWEEN_ORDERS, served.lifetime / 8 if has_trusted else SHORTEST_BETWEEN_ORDERS)
        if time.time() < next_order:
            raise TooEarly(next_order)
    known["orders"] = orders
    if is_order and site["kind"] == "automatic":
        rehearsal.rehearse(site["names"], order.ensure_account(config, site["kind"]))
    if is_order:
        orders[this_order] = int(time.time() * 1000)
        # Before the order: a power cut after it must not lead to another one at once.
        state.write(name, known)
        order.clear_broken(name)
    is_new = order.order(config, site, is_due=is_order)
    if is_new:
        orders[this_order] = int(time.time() * 1000)
    elif is_order:
        raise Problem("unknown", "certbot ended well and brought no new certificate.")
    else:
        return finish(site, known)
    return deploy(site, known, *order.result(name), is_renewal=has_trusted)


def deploy(site, known, chain, key, is_renewal):
    if not is_wanted(site):
        return None  # changed or removed while the authority was at it
    put_in_place(site, known, chain, key)
    return "renewed" if is_renewal else "issued"


def install_own(site, known):
    chain, key = own.read(site["secret"])
    if pem.is_installed(site["site"], chain):
        return finish(site, known)
    put_in_place(site, known, chain, key)
    return "installed"


def put_in_place(site, known, chain, key):
    """Onto the disk and into the running proxy. Throws Problem and OSError."""
    pem.install(site["site"], chain, key, site["names"])
    finish(site, known)


def finish(site, known):
    """What is served must be what lies on the disk. Throws Problem."""
    proxy.verify(site["site"], site["names"])
    failure = state.failure(known)
    if failure is not None:
        # It came right by itself, such as after a proxy that was away.
        failure["retryAt"] = None


def note_failure(known, problem):
    failures = 0
    for attempt in known["attempts"]:
        if attempt["code"] in ("issued", "renewed", "installed"):
            break
        failures += attempt.get("times", 1)
    state.add_attempt(known, problem.code, problem.detail, int(1000 * problem.retry_at_after(failures)))


def schedule(known, site, not_before):
    """Sets when this site is looked at again, and when it is renewed."""
    served = pem.read_served(site["site"])
    has_trusted = served is not None and not served.is_self_signed
    known["renewAt"] = int(served.renew_at * 1000) if has_trusted and site["kind"] != "own" else None
    known["trusted"] = has_trusted and proxy.is_trusted(site["served"])
    failure = state.failure(known)
    regular = time.time() + LOOK_EVERY * random.uniform(0.8, 1.0)
    if has_trusted and site["kind"] != "own":
        # Certificates of many sites that were issued together need not be renewed together.
        regular = min(regular, served.renew_at + served.lifetime / 200 * random.random())
    if desk.is_reload_due:
        # What is served is seen after the reload.
        regular = min(regular, time.time() + 60)
    known["nextCheckAt"] = max(failure["retryAt"] if failure is not None else int(regular * 1000), int(not_before * 1000))


def authority_of(config, site):
    return "" if site["kind"] == "own" else order.directory(config)


def trusted_names(config):
    """Names that visitors' browsers take: those that the certificate covers, where it is trusted."""
    found = []
    for site in config["sites"]:
        served = pem.read_served(site["site"])
        if served is not None and state.read(site["site"])["trusted"]:
            found += [name for name in site["served"] if served.covers([name])]
    return found


if __name__ == "__main__":
    # As the first process of a container it would be deaf to it otherwise.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
