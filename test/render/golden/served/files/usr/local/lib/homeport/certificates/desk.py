"""The way to the server itself, which does what this program may ask for (lib/certificate-desk) and nothing else.

A question is one line of standard output, its answer one line of standard input. In here no file of the server can be
written, so that nothing of it is lost or led astray by whoever takes this container over. What a person reads goes to
standard error: no word of an authority can pass for a question.
"""

import base64
import errno
import sys

# The server loads the proxy anew when this program has ended: until then nothing new is seen.
is_reload_due = False


def ask(verb, *words):
    """Throws OSError where the server could not do it."""
    global is_reload_due
    print("@", verb, *words, flush=True)
    answer = sys.stdin.readline()
    if not answer:
        raise OSError("The server does not answer any more.")
    word, _, detail = answer.strip().partition(" ")
    if word == "failed":
        raise OSError(errno.ENOSPC if "No space left" in detail else errno.EIO, detail)
    is_reload_due = is_reload_due or word == "later"


def packed(content):
    """Bytes as one word."""
    return base64.b64encode(content).decode("ascii")


def say(text):
    print(text, file=sys.stderr, flush=True)
