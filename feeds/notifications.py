"""Telling people what happened to them and their posts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from feeds import notice_preferences
from feeds.models import MailStop, NoticeMail, Notification, Post
from feeds.models.notice_types import SOCIAL
from feeds.visibility import those_who_meet

DIGEST_HOUR = 7  # UTC: morning in Europe, and nobody here has said where they live
# What is told so shortly before waits for tomorrow's: it may not be committed in time.
DIGEST_MARGIN = timedelta(minutes=10)


def tell(
    user_id: int,
    type: Notification.Type,
    *,
    reference: str,
    actor_id: int | None = None,
    post: Post | None = None,
    data: dict[str, Any] | None = None,
) -> bool:
    """Tell a person of something, in the caller's transaction; once for each `reference`.

    `data` is what the words of `type` (templates/feeds/notices/<type>.html) need beside the actor
    and the post, as JSON; its "link" is the address of the page it is about, where that is not
    the post's. Nobody is told of what they did themselves, nor of those whom they never meet.
    Returns whether this call told them.
    """
    told = tell_all(
        [user_id], type, reference=reference, actor_id=actor_id, post=post, data=data or {}
    )
    return bool(told)


def tell_all(
    user_ids: Iterable[int],
    type: Notification.Type,
    *,
    reference: str,
    actor_id: int | None = None,
    post: Post | None = None,
    data: dict[str, Any] | None = None,
) -> set[int]:
    """`tell` several people of the same; returns whom this call told."""
    wanted = set(user_ids) - {actor_id}
    if actor_id is not None:
        wanted = those_who_meet(actor_id, among=wanted)
    known = Notification.objects.filter(user__in=wanted, reference=reference)
    wanted -= set(known.values_list("user", flat=True))
    due = mails_due(wanted, type, now=timezone.now())
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=user_id,
                type=type,
                reference=reference,
                actor_id=actor_id,
                post=post,
                data=data or {},
                mail_due_at=due.get(user_id),
            )
            for user_id in sorted(wanted)
        ],
        ignore_conflicts=True,
    )
    return wanted


def wants_mail(user_id: int, type: Notification.Type) -> bool:
    """Whether a mail about `type` is to go to this person at once.

    For types whose mails their own verbs write (orders, #cart, drops, moderation). Shops and
    closed accounts get none.
    """
    person = User.objects.filter(pk=user_id, is_active=True, email__isnull=False)
    if not person.exclude(pk__in=MailStop.objects.values("user")).exists():
        return False
    return notice_preferences.mails([user_id], type)[user_id] == NoticeMail.AT_ONCE


def mails_due(
    user_ids: Iterable[int], type: Notification.Type, *, now: datetime
) -> dict[int, datetime]:
    """When a mail is to tell these people of something of `type` that happens now; whoever is to
    get none is left out, and so is everybody for types whose own verbs write their mails."""
    if type not in SOCIAL:
        return {}
    people = User.objects.filter(pk__in=user_ids, is_active=True, email__isnull=False)
    chosen = notice_preferences.mails(people.values_list("pk", flat=True), type)
    moments = {NoticeMail.AT_ONCE: now, NoticeMail.DAILY: next_digest(now)}
    return {user_id: moments[mail] for user_id, mail in chosen.items() if mail in moments}


def next_digest(now: datetime) -> datetime:
    """When the digest goes out that tells of what happens `now`."""
    moment = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return moment if now < moment - DIGEST_MARGIN else moment + timedelta(days=1)
