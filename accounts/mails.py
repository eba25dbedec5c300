"""Mails that must go out: a row first, written with what it tells of; a worker sends it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import formataddr, parseaddr
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import OutgoingMail
from shopping import rows
from shopping.hints import wake_soon

SENDER = "accounts.sweep_mails"
BATCH = 20
# Longer than the task that sends a batch may last (CELERY_TASK_TIME_LIMIT).
LEASE = timedelta(seconds=180)
# How long a mail is known to have been sent: nothing is told of anew after that.
KEPT = timedelta(days=90)
OLDEST = 1_000
# Seconds to wait after each failed attempt; after the last one the mail is given up.
BACKOFF = (60, 300, 1_800, 7_200, 18_000, 36_000, 86_400)

# By hand, since every order comes by here and Django takes ten times as long to say the same.
WRITE = """
INSERT INTO accounts_outgoingmail
    (kind, reference, "to", subject, text, html, unsubscribe, sender, reply_to,
     attempts, next_attempt_at, last_error, created_at)
VALUES {rows} ON CONFLICT (kind, reference, "to") DO NOTHING
"""
# No mail server is ever found there (RFC 2606): behind an address it makes one of nobody's.
NOWHERE = ".invalid"
FIELDS = 9
ROW = f"({'%s, ' * FIELDS}0, now(), '', now())"
MARK = """
UPDATE accounts_outgoingmail SET sent_at = %s, next_attempt_at = NULL, last_error = '' WHERE id = %s
"""
CLAIM = """
UPDATE accounts_outgoingmail SET attempts = attempts + 1, next_attempt_at = now() + %(lease)s
WHERE id IN (
    SELECT id FROM accounts_outgoingmail WHERE next_attempt_at <= now()
    ORDER BY next_attempt_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
)
RETURNING *
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail to be; one `kind` about one `reference` goes to one address once.

    `unsubscribe` is the address that stops mails of its sort by one POST, for those that may be
    stopped (RFC 8058). `sender` is the name of the shop that a mail speaks for, beside our address,
    and `reply_to` the address that answers go to.
    """

    kind: str
    reference: str
    to: str
    subject: str
    text: str
    html: str = ""
    unsubscribe: str = ""
    sender: str = ""
    reply_to: str = ""


def enqueue(
    *,
    kind: str,
    reference: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    unsubscribe: str = "",
) -> None:
    """Write one mail in the caller's transaction; see `Mail` and `enqueue_all`."""
    mail = Mail(
        kind=kind,
        reference=reference,
        to=to,
        subject=subject,
        text=text,
        html=html,
        unsubscribe=unsubscribe,
    )
    enqueue_all([mail])


def enqueue_all(mails: Iterable[Mail]) -> None:
    """Write mails in the caller's transaction with one INSERT and wake the sender on commit.

    A mail of the same kind, reference and address that is there already stays the only one. One to
    NOWHERE is not written.
    """
    values = [
        value
        for mail in mails
        if not mail.to.endswith(NOWHERE)
        for value in (
            mail.kind,
            mail.reference,
            mail.to,
            # A line break in a name must not begin another header.
            " ".join(mail.subject.split())[:200],
            mail.text,
            mail.html,
            mail.unsubscribe,
            " ".join(mail.sender.split())[:200],
            mail.reply_to,
        )
    ]
    if not values:
        return
    rows.run(WRITE.format(rows=", ".join([ROW] * (len(values) // FIELDS))), values)
    wake_soon(SENDER)


def send_due() -> int:
    """Send up to `BATCH` due mails over one connection, outside any transaction.

    They are claimed by one UPDATE that moves their next attempt past the lease, so two workers
    never hold the same one. Each is marked right after it was handed over: a worker that dies
    in between may send that one mail again when the lease ends (with the same Message-ID), and
    loses none. Returns how many were claimed.
    """
    mails = list(OutgoingMail.objects.raw(CLAIM, {"lease": LEASE, "batch": BATCH}))
    if not mails:
        return 0
    server = get_connection(fail_silently=False)
    try:
        server.open()
        for mail in mails:
            _send(mail, server)
    except (SMTPException, OSError) as error:
        for mail in mails:
            if mail.sent_at is None:
                _failed(mail, error)
    finally:
        server.close()
    return len(mails)


def forget_old() -> int:
    """Delete those of the OLDEST mails that were sent, or given up, longer than KEPT ago; how many."""
    first = OutgoingMail.objects.order_by("pk").values_list("pk", flat=True)[:OLDEST]
    old = OutgoingMail.objects.filter(pk__in=list(first), created_at__lt=timezone.now() - KEPT)
    return old.filter(next_attempt_at=None).delete()[0]


def _send(mail: OutgoingMail, server: BaseEmailBackend) -> None:
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=_from(mail),
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=_headers(mail),
        connection=server,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except (SMTPException, ValueError) as error:
        # This one was refused; the rest of the batch may still go.
        _failed(mail, error)
        return
    mail.sent_at = timezone.now()
    rows.run(MARK, [mail.sent_at, mail.pk])


def _failed(mail: OutgoingMail, error: Exception) -> None:
    spent = mail.attempts > len(BACKOFF)
    wait = None if spent else Now() + timedelta(seconds=BACKOFF[mail.attempts - 1])
    OutgoingMail.objects.filter(pk=mail.pk, sent_at=None, attempts=mail.attempts).update(
        next_attempt_at=wait, last_error=f"{type(error).__name__}: {error}"[:300]
    )


def _from(mail: OutgoingMail) -> str | None:
    """Our address, in the name of the shop that the mail speaks for; None for our own name."""
    if not mail.sender:
        return None
    return formataddr((mail.sender, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def _headers(mail: OutgoingMail) -> dict[str, str]:
    headers = {"Message-ID": _message_id(mail), "Auto-Submitted": "auto-generated"}
    if mail.unsubscribe:
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _message_id(mail: OutgoingMail) -> str:
    """The same for every attempt, so that a mailbox can tell a repeat; tells nothing of our ids."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.SECRET_KEY}/mails/{mail.pk}")
    host = settings.PUBLIC_URL.split("//")[-1].split("/")[0].split(":")[0]
    return f"<{name}@{host}>"
