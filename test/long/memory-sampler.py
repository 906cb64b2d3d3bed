"""Samples the memory of the certificates' container until it is told to stop. Runs on a test server.

    python3 memory-sampler.py FILE

FILE gets the peaks as JSON at SIGTERM, sizes in kB. Resident sizes count pages that processes share once for each.
"""

import glob
import json
import signal
import sys
import time

peaks = {"samples": 0, "sumOfResident": 0, "highestOfOne": 0, "mainFirst": 0, "mainLast": 0, "mains": []}


def processes():
    """(id, resident, highest) of each Python process of the container. One that ended meanwhile is left out."""
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            with open(f"{folder}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            if b"/homeport/certificates" not in words or b"python" not in words[0]:
                continue
            with open(f"{folder}/status", encoding="utf-8") as file:
                status = dict(line.split(":", 1) for line in file)
            yield int(folder[6:]), int(status["VmRSS"].split()[0]), int(status["VmHWM"].split()[0])
        except (OSError, KeyError):
            continue


def stop(*_):
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(peaks, file)
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
while True:
    found = sorted(processes())
    if found:
        main, resident, _highest = found[0]
        if main not in peaks["mains"] and len(found) == 1:
            peaks["mains"].append(main)
        peaks["samples"] += 1
        peaks["sumOfResident"] = max(peaks["sumOfResident"], sum(one[1] for one in found))
        peaks["highestOfOne"] = max(peaks["highestOfOne"], *(one[2] for one in found))
        # Once it works at its first order, all it needs is loaded.
        if len(found) > 1:
            peaks["mainFirst"] = peaks["mainFirst"] or resident
            peaks["mainLast"] = resident
    time.sleep(0.2)
