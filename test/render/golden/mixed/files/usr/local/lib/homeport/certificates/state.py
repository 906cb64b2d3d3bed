"""What is known of each site's certificate. The server keeps it, and shows it here as /state/SITE.json."""

import json
import os
import time

import desk

FOLDER = "/state"
REQUESTS = "/requests"
KEPT_ATTEMPTS = 20


def read(site):
    try:
        with open(f"{FOLDER}/{site}.json", encoding="utf-8") as file:
            found = json.load(file)
            if isinstance(found, dict) and isinstance(found.get("attempts"), list):
                return empty() | found
    except (OSError, ValueError):
        pass  # Absent, or cut short by a power cut: it is looked at as if for the first time.
    return empty()


def empty():
    return {"kind": "automatic", "names": [], "authority": "", "trusted": False, "nextCheckAt": None, "renewAt": None, "attempts": []}


def write(site, known):
    desk.ask("state", site, desk.packed(json.dumps(known).encode()))


def failure(known):
    """The last attempt, where it failed and nothing has mended it since; else None."""
    last = known["attempts"][0] if known["attempts"] else None
    return last if last is not None and last["retryAt"] is not None else None


def add_attempt(known, code, detail, retry_at):
    attempt = {"at": int(time.time() * 1000), "code": code, "detail": detail, "retryAt": retry_at}
    last = failure(known)
    if last is not None and retry_at is not None:
        attempt["since"] = last.get("since", last["at"])
        if last["code"] == code:
            # The same failure again and again is one line of history: its last time.
            attempt["times"] = last.get("times", 1) + 1
            known["attempts"] = known["attempts"][1:]
    known["attempts"] = [attempt, *known["attempts"]][:KEPT_ATTEMPTS]


def requests():
    """Sites that somebody asked to look at now, such as when their DNS came right."""
    return set(os.listdir(REQUESTS))


def forget_request(site):
    desk.ask("taken", site)


def say_next(config, others):
    """When anything is due next, in seconds since 1970: before then this need not even be started. `others`: in milliseconds."""
    times = [read(site["site"])["nextCheckAt"] or 0 for site in config["sites"]] + others
    # Never more than a day ahead, whatever a clock said once.
    desk.ask("next", str(max(0, int(min([time.time() * 1000 + 86400_000, *times]) / 1000))))
