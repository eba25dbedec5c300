"""Mails about notices: some at once and alone, the others once a day together."""

from __future__ import annotations

import html
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mails import Mail, enqueue_all
from accounts.models import User
from feeds import inbox, notice_preferences
from feeds.models import NoticeMail, Notification
from shopping import rows

log = logging.getLogger(__name__)
BATCH = 100
AGAIN = timedelta(minutes=5)
SHOWN = 10  # notices in a digest; it says how many more there are
CLAIM = """
UPDATE feeds_notification SET mail_due_at = NULL
WHERE user_id = %s AND mail_due_at <= %s RETURNING id
"""


def send_due() -> int:
    """Write the mails of up to `BATCH` people for whom some are due; returns how many that were.

    Whose mail fails is tried again after `AGAIN`, and keeps nobody else from theirs.
    """
    now = timezone.now()
    due = Notification.objects.filter(mail_due_at__lte=now)
    people = list(due.order_by("user").values_list("user", flat=True).distinct()[:BATCH])
    for user_id in people:
        try:
            write(user_id, now=now)
        except Exception:
            log.exception("user %s is mailed of their notices later", user_id)
            due.filter(user=user_id).update(mail_due_at=now + AGAIN)
    return len(people)


@transaction.atomic
def write(user_id: int, *, now: datetime) -> bool:
    """Write what is due to one person; returns whether this call had anything to tell.

    The notices are claimed by one UPDATE in the transaction that writes the mails: of two workers
    one finds them. What was read, or is not to be seen any more, is left out, and so is
    everything for whoever has stopped mails since.
    """
    claimed = [key for (key,) in rows.run(CLAIM, [user_id, now])]
    reader = notice_preferences.mailable().filter(pk=user_id).first()
    if not claimed or reader is None:
        return False
    waiting = inbox.notices(reader).unread().filter(pk__in=claimed)
    waiting = waiting.select_related("actor", "post__author").order_by("-created_at", "-pk")
    when = {choice.type.value: choice.mail for choice in notice_preferences.of(reader)}
    alone = [notice for notice in waiting if when[notice.type] == NoticeMail.AT_ONCE]
    together = [notice for notice in waiting if when[notice.type] == NoticeMail.DAILY]
    with translation.override(reader.locale):
        mails = [_single(reader, notice) for notice in alone]
        if together:
            mails.append(_digest(reader, together, day=now))
        enqueue_all(mails)
    return bool(mails)


def sentence(notice: Notification) -> str:
    """The words of `notice` as plain text, in the language at hand."""
    said = render_to_string(notice.templates, {"notice": notice})
    return html.unescape(" ".join(strip_tags(said).split()))


def _single(reader: User, notice: Notification) -> Mail:
    subject = sentence(notice)
    return _mail(
        reader,
        [notice],
        kind="notice",
        reference=str(notice.public_id),
        subject=subject,
        title=subject,
        link=reverse("feeds:notice", args=[notice.public_id]),
    )


def _digest(reader: User, notices: Sequence[Notification], *, day: datetime) -> Mail:
    first, others = sentence(notices[0]), len(notices) - 1
    subject = ngettext("%(first)s, and %(others)s more", "%(first)s, and %(others)s more", others)
    return _mail(
        reader,
        notices,
        kind="notices",
        reference=f"{reader.public_id}:{day.date()}",
        subject=subject % {"first": first, "others": others} if others else first,
        title=_("While you were away"),
        link=reverse("feeds:notifications"),
    )


def _mail(
    reader: User,
    notices: Sequence[Notification],
    *,
    kind: str,
    reference: str,
    subject: str,
    title: str,
    link: str,
) -> Mail:
    context: dict[str, Any] = {
        "subject": subject,
        "title": title,
        "notices": [(notice, sentence(notice)) for notice in notices[:SHOWN]],
        "left": max(len(notices) - SHOWN, 0),
        "link": settings.PUBLIC_URL + link,
        **notice_preferences.foot(reader),
    }
    return Mail(
        kind=kind,
        reference=reference,
        to=reader.email or "",
        subject=subject,
        text=render_to_string("mails/notices.txt", context),
        html=render_to_string("mails/notices.html", context),
        unsubscribe=context["stop"],
    )
