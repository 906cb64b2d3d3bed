"""Why a certificate did not come, as one of the codes that Homeport knows."""

import random
import time

MINUTE = 60
HOUR = 3600

# What costs an authority nothing is tried often at first; the others are ordered at most once an hour.
FREE = {"dns-missing", "dns-elsewhere", "unreachable", "answered-by-other", "own-invalid", "not-served", "disk-full", "clock"}


class Problem(Exception):
    def __init__(self, code, detail, retry_at=None, is_outage=False):
        super().__init__(detail)
        self.code = code
        self.detail = detail.strip()[:4000]
        self._retry_at = retry_at
        # Nobody can be reached: the other sites of this run need not wait for the same.
        self.is_outage = is_outage

    def retry_at_after(self, failures):
        """Seconds since 1970; later with each failure in a row before this one."""
        now = time.time()
        if self.code in FREE:
            pause = min(5 * MINUTE * 1.5 ** max(0, failures - 12), 6 * HOUR)
        elif self.code == "authority-down":
            pause = min(10 * MINUTE * 2**failures, 12 * HOUR)
        else:
            pause = min(HOUR * 2**failures, 24 * HOUR)
        return max(now + pause * random.uniform(0.9, 1.1), self._retry_at or 0)


class TooEarly(Exception):
    """An order is due and the last one for the same names is less than an hour old. `until`: seconds since 1970."""

    def __init__(self, until):
        super().__init__()
        self.until = until
