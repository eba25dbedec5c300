"""Telling people what happened to them and their posts, and what they have read of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from psycopg2.extras import Json

from accounts.models import User
from feeds import notice_preferences
from feeds.models import NoticeMail, NoticeType, Notification, Post
from feeds.models.notice_types import MAILED
from feeds.visibility import those_who_meet
from shopping import rows
from shopping.hints import wake_soon

MAILER = "feeds.sweep_notice_mails"
DIGEST_HOUR = 7  # UTC: morning in Europe, and nobody here has said where they live
# What is told so shortly before waits for tomorrow's: it may not be committed in time.
DIGEST_MARGIN = timedelta(minutes=10)
KEPT = timedelta(days=90)
SWEPT = 1_000

# By hand, since every order comes by here.
TELL = """
INSERT INTO feeds_notification (user_id, type, reference, actor_id, post_id, data, mail_due_at, created_at)
SELECT them.id, %s, %s, %s, %s, %s, them.due, now()
FROM unnest(%s::bigint[], %s::timestamptz[]) AS them(id, due)
ON CONFLICT (user_id, reference) DO NOTHING RETURNING user_id
"""
# The condition is that of the constraint notification_gathered.
GATHER = """
INSERT INTO feeds_notification AS told
    (user_id, type, reference, actor_id, post_id, data, mail_due_at, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, now())
ON CONFLICT (user_id, type, post_id) WHERE read_at IS NULL AND type IN ('like', 'repost')
DO UPDATE SET actor_id = excluded.actor_id, created_at = excluded.created_at,
    data = jsonb_set(told.data, '{count}', to_jsonb((told.data->>'count')::int + 1)),
    mail_due_at = coalesce(told.mail_due_at, excluded.mail_due_at)
"""


def tell(
    user_id: int,
    type: NoticeType,
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
    told = tell_all([user_id], type, reference=reference, actor_id=actor_id, post=post, data=data)
    return bool(told)


def tell_all(
    user_ids: Iterable[int],
    type: NoticeType,
    *,
    reference: str,
    actor_id: int | None = None,
    post: Post | None = None,
    data: dict[str, Any] | None = None,
) -> set[int]:
    """`tell` several people of the same; returns the ids of those whom this call told."""
    wanted = set(user_ids) - {actor_id}
    if actor_id is not None and wanted:
        wanted = those_who_meet(actor_id, among=wanted)
    if not wanted:
        return set()
    due = _mails_due(wanted, type)
    ids = sorted(wanted)
    values = [type.value, reference, actor_id, post and post.pk, Json(data or {})]
    told = rows.run(TELL, [*values, ids, [due.get(user_id) for user_id in ids]])
    return {user_id for (user_id,) in told}


def gather(type: NoticeType, *, post: Post, actor_id: int, key: int) -> None:
    """Tell the author of `post` of one more act of `type` about it, in the caller's transaction.

    As long as they have not read of the others, it joins them in one notice, which counts as new
    again. `key` is the act's primary key.
    """
    author = post.author_id
    if author == actor_id or not those_who_meet(actor_id, among={author}):
        return
    due = _mails_due([author], type).get(author)
    data = Json({"count": 1, "since": key})
    rows.run(GATHER, [author, type.value, f"{type.value}:{key}", actor_id, post.pk, data, due])


def take_back(
    type: NoticeType, *, post: Post, actor_id: int, key: int, left: QuerySet[Any, int]
) -> None:
    """The act `key` of `type` is undone: an unread notice that counts it counts one less, or goes.

    `left` are the ids of those whose acts remain, the latest first. Locks the notice.
    """
    waiting = Notification.objects.unread().filter(user=post.author_id, type=type, post=post)
    notice = waiting.select_for_update().first()
    if notice is None or key < notice.data["since"]:
        return
    latest = left.exclude(pk__lt=notice.data["since"]).first()
    if not notice.others or latest is None:
        notice.delete()
        return
    notice.data["count"] -= 1
    if notice.actor_id == actor_id:
        notice.actor_id = latest
    notice.save(update_fields=["data", "actor"])


def wants_mail(user_id: int, type: NoticeType) -> bool:
    """Whether a mail about `type` is to go to this person at once.

    For types whose mails their own verbs write (#cart, drops).
    """
    if not notice_preferences.mailable().filter(pk=user_id).exists():
        return False
    return notice_preferences.mails([user_id], type)[user_id] == NoticeMail.AT_ONCE


def _mails_due(user_ids: Iterable[int], type: NoticeType) -> dict[int, datetime]:
    """When a mail is to tell these people of something of `type` that happens now; whoever gets
    none is left out, and so is everybody for types whose own verbs write their mails."""
    if type not in MAILED:
        return {}
    now = timezone.now()
    moments = {NoticeMail.AT_ONCE: now, NoticeMail.DAILY: next_digest(now)}
    chosen = notice_preferences.mails(user_ids, type)
    due = {user_id: moments[mail] for user_id, mail in chosen.items() if mail in moments}
    if now in due.values():
        wake_soon(MAILER)
    return due


def next_digest(now: datetime) -> datetime:
    """When the digest goes out that tells of what happens `now`."""
    moment = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return moment if now < moment - DIGEST_MARGIN else moment + timedelta(days=1)


def read(notice: Notification) -> None:
    """`notice` was read; no mail tells of it any more. The caller has checked whose it is."""
    Notification.objects.unread().filter(pk=notice.pk).update(
        read_at=timezone.now(), mail_due_at=None
    )


def read_all(reader: User, *, until: datetime) -> int:
    """`reader` (a person or a shop) has read all that they were told until then; returns how many
    that were."""
    waiting = Notification.objects.unread().filter(user=reader, created_at__lte=until)
    return int(waiting.update(read_at=timezone.now(), mail_due_at=None))


def forget() -> int:
    """Delete up to `SWEPT` notices that were read longer than `KEPT` ago; returns how many."""
    old = Notification.objects.filter(read_at__lt=timezone.now() - KEPT)
    batch = list(old.values_list("pk", flat=True)[:SWEPT])
    Notification.objects.filter(pk__in=batch).delete()
    return len(batch)
