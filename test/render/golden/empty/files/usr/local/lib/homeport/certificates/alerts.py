"""Tells a person, by webhook or mail, when a certificate is close to its end or does not come."""

import base64
import email.message
import email.utils
import http.client
import json
import os
import smtplib
import socket
import time
import urllib.request

import desk
import pem
import proxy
import state

# Not on the disk: that it is full is one of the things to alert of. After a reboot an alert may come once more.
NOTED = "/noted.json"
DAY = 86400
# A failure is worth an alert when it has lasted this long.
PATIENCE = DAY


def test():
    sent, failed = send(load_settings(), "Test", "This is a test. Homeport's alerts from this server arrive.", [])
    return 0 if sent and not failed else 1


def load_settings():
    with open("/alerts/alerts.json", encoding="utf-8") as file:
        return json.load(file)


def send_due(config):
    """At most one message a run, and one a day for each site."""
    settings = load_settings()
    if not settings.get("webhook") and not settings.get("mail"):
        return
    noted = read_noted()
    found = {site["site"]: text for site in config["sites"] if (text := worry(site)) is not None}
    new = {site: text for site, text in found.items() if time.time() - noted.get(site, 0) > DAY}
    subject = f"{len(new)} certificate{'s' if len(new) > 1 else ''} need{'' if len(new) > 1 else 's'} attention"
    if new and send(settings, subject, "\n".join(new.values()), list(new))[0]:
        noted.update({site: time.time() for site in new})
    desk.ask("noted", desk.packed(json.dumps({site: at for site, at in noted.items() if site in found}).encode()))


def worry(site):
    """What is wrong with a site's certificate that a person should know; None where nothing is."""
    known = state.read(site["site"])
    served = pem.read_served(site["site"])
    last = state.failure(known)
    why = f" The last attempt: {last['code']}. {last['detail'][:300]}" if last else ""
    name = site["names"][0]
    if served is None or served.is_self_signed:
        return f"{name} has no trusted certificate yet.{why}" if last and time.time() - last.get("since", last["at"]) / 1000 > PATIENCE else None
    until = time.strftime("%Y-%m-%d %H:%M", time.gmtime(served.not_after))
    if time.time() > served.not_after:
        return f"The certificate of {name} has expired on {until} UTC.{why}"
    return f"The certificate of {name} is valid until {until} UTC and has not been renewed.{why}" if time.time() > worries_from(site, served) else None


def worries_from(site, served):
    """Half of the time that was left for renewing has passed without one. Seconds since 1970."""
    return served.not_after - (14 * DAY if site["kind"] == "own" else (served.not_after - served.renew_at) / 2)


def next_worries(config):
    """When certificates that are fine now would become a worry, in milliseconds since 1970."""
    served = [(site, pem.read_served(site["site"])) for site in config["sites"]]
    times = [worries_from(site, one) for site, one in served if one is not None and not one.is_self_signed]
    return [int(at * 1000) + 1 for at in times if at > time.time()]


def read_noted():
    try:
        with open(NOTED, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def send(settings, subject, text, sites):
    """Gives the ways that worked and those that did not; says why."""
    server = socket.gethostname()
    ways = [(name, way) for name, way in (("webhook", by_webhook), ("mail", by_mail)) if settings.get(name)]
    if not ways:
        desk.say("There is no webhook and no mail address to send alerts to.")
    sent, failed = [], []
    for name, way in ways:
        try:
            way(settings[name], server, subject, text, sites)
            sent.append(name)
            desk.say(f"The alert was sent by {name}.")
        except (OSError, ValueError, smtplib.SMTPException, http.client.HTTPException) as error:
            failed.append(name)
            # The address of a webhook is a secret, and some errors repeat it.
            reason = type(error).__name__ if isinstance(error, http.client.HTTPException) else error
            desk.say(f"The alert could not be sent by {name}: {reason}")
    return sent, failed


def by_webhook(webhook, server, subject, text, sites):
    body = json.dumps({"source": "homeport", "server": server, "subject": subject, "text": f"Homeport on {server}: {subject}\n{text}", "sites": sites, "at": int(time.time() * 1000)}).encode()
    request = urllib.request.Request(read_secret(webhook), data=body, headers={"Content-Type": "application/json", "User-Agent": "Homeport"})
    with urllib.request.urlopen(request, timeout=20, context=proxy.trusting_context()) as answer:
        answer.read(1000)


def by_mail(mail, server, subject, text, _sites):
    message = email.message.EmailMessage()
    message["From"] = mail["from"]
    message["To"] = mail["to"]
    message["Subject"] = f"Homeport on {server}: {subject}"
    message["Date"] = email.utils.formatdate()
    message["Message-ID"] = email.utils.make_msgid(domain=mail["from"].rpartition("@")[2])
    message.set_content(f"{text}\n\nThis message was sent by the server {server} itself.\n")
    context = proxy.trusting_context()
    connect = smtplib.SMTP_SSL if mail["security"] == "tls" else smtplib.SMTP
    with connect(mail["host"], mail["port"], timeout=30, **({"context": context} if mail["security"] == "tls" else {})) as link:
        if mail["security"] == "starttls":
            link.starttls(context=context)
        if mail.get("user") and mail.get("password"):
            log_in(link, mail["user"], read_secret(mail["password"]))
        link.send_message(message)


def log_in(link, user, password):
    if user.isascii() and password.isascii():
        link.login(user, password)
        return
    link.ehlo_or_helo_if_needed()
    # smtplib logs in with ASCII only; the mechanism itself takes UTF-8 (RFC 4616).
    code, answer = link.docmd("AUTH", "PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii"))
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)


def read_secret(secret):
    path = f"/secrets/{secret}.key"
    if not os.path.exists(path):
        raise ValueError("a secret is not on this server any more; enter it again")
    with open(path, encoding="utf-8") as file:
        return file.read().strip()
