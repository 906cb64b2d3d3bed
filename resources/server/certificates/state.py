"""What is known of each site's certificate: /certificates/state/SITE.json."""

import json
import os
import time

FOLDER = "/certificates/state"
REQUESTS = "/certificates/requests"
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
    os.makedirs(FOLDER, mode=0o755, exist_ok=True)
    write_file(f"{FOLDER}/{site}.json", json.dumps(known).encode(), 0o644)


def write_file(path, content, mode):
    """In one rename, onto the disk before it has its name."""
    handle = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.rename(f"{path}.new", path)
        sync_folder(os.path.dirname(path))
    except OSError:
        if os.path.exists(f"{path}.new"):
            os.unlink(f"{path}.new")
        raise


def sync_folder(path):
    """A new name is on the disk only when its folder is."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


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


def forget_all_but(sites):
    kept = {f"{site}.json" for site in sites}
    if os.path.isdir(FOLDER):
        for name in os.listdir(FOLDER):
            if name not in kept:
                os.unlink(f"{FOLDER}/{name}")
    for name in set(os.listdir(REQUESTS)) - set(sites):
        os.unlink(f"{REQUESTS}/{name}")


def requests():
    """Sites that somebody asked to look at now, such as when their DNS came right."""
    return set(os.listdir(REQUESTS))


def forget_request(site):
    if os.path.exists(f"{REQUESTS}/{site}"):
        os.unlink(f"{REQUESTS}/{site}")


def write_next(config, others):
    """When anything is due next, in seconds since 1970: before then this need not even be started. `others`: in milliseconds."""
    times = [read(site["site"])["nextCheckAt"] or 0 for site in config["sites"]] + others
    # Never more than a day ahead, whatever a clock said once.
    write_file("/certificates/next", f"{int(min([time.time() * 1000 + 86400_000, *times]) / 1000)}\n".encode(), 0o644)
