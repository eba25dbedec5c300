"""Posts as HTML. A rendered post is kept in the process's memory under everything that it shows,
so a changed price, stock, count or language is another key: nothing here can be out of date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from babel.dates import format_date
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from feeds import labels
from feeds.entries import Entry
from feeds.text import as_html
from feeds.threads import Branch
from shopping.templatetags.money import language

# A rendered post takes some 4 kB: 16 MB a process at the most.
KEPT = 4096
EMPTY = mark_safe("")
NOTHING: Mapping[UUID, SafeString] = MappingProxyType({})
NOBODY: Mapping[UUID, str] = MappingProxyType({})
HOUR = 3600
DAY = 24 * HOUR


@lru_cache(maxsize=2048)
def _age(unit: str, count: int, shown_in: str) -> str:
    """`shown_in`, the language, is there for the cache."""
    if unit == "min":
        return _("%(count)s min") % {"count": count}
    if unit == "h":
        return _("%(count)s h") % {"count": count}
    return _("%(count)s d") % {"count": count} if count else _("now")


@lru_cache(maxsize=2048)
def _day(day: date, pattern: str, shown_in: str) -> str:
    return format_date(day, pattern, locale=shown_in)


def ago(moment: datetime, *, now: datetime, shown_in: str) -> str:
    """How long before `now`, as short as people write it: "5 min", "2 h", "12 June"."""
    seconds = int((now - moment).total_seconds())
    if seconds < HOUR:
        return _age("min", seconds // 60, shown_in) if seconds >= 60 else _age("", 0, shown_in)
    if seconds < DAY:
        return _age("h", seconds // HOUR, shown_in)
    if seconds < 7 * DAY:
        return _age("d", seconds // DAY, shown_in)
    pattern = "d MMMM" if moment.year == now.year else "d MMMM y"
    return _day(moment.date(), pattern, shown_in)


# Stands in a kept post for the reading that it was picked in; no post's own text can hold it.
READING = "\x00"


@lru_cache(maxsize=KEPT)
def _article(
    entry: Entry,
    when: str,
    shown_in: str,
    *,
    signed_in: bool,
    role: str,
    picked: bool = False,
    sponsor: str = "",
) -> SafeString:
    if entry.gone:
        return render_to_string("feeds/_gone.html", {"post": entry, "role": role})
    avatar = default_storage.url(entry.avatar) if entry.avatar else ""
    facts = {
        "post": entry,
        "when": when,
        "language": shown_in,
        "labels": labels.of(entry, signed_in=signed_in),
        "avatar": avatar,
        "body": as_html(entry.body, mentioned=entry.mentioned),
        "signed_in": signed_in,
        "role": role,
        "reading": READING if picked else "",
        "sponsor": sponsor,
    }
    return render_to_string("feeds/_post.html", facts)


def articles(
    entries: Iterable[Entry],
    *,
    signed_in: bool,
    leading: str = "",
    role: str = "",
    below: Mapping[UUID, SafeString] = NOTHING,
    reading: str = "",
    sponsors: Mapping[UUID, str] = NOBODY,
) -> SafeString:
    """Posts below each other; the first has the role `leading`, the others `role`.

    `below` is what comes behind some of them, by their public id. Posts that were picked in a
    `reading` of Market say why; `sponsors` are the shops that pay for some, by the post's id.

    Roles: "first" on a page (its picture loads at once), "subject" of a thread, "above" it, a
    "reply" below it, an "inner" reply below that.
    """
    now, shown_in = timezone.now(), language()
    parts: list[str] = []
    for entry in entries:
        when = ago(entry.created_at, now=now, shown_in=shown_in)
        mine = role if parts else leading or role
        shown = _article(
            entry,
            when,
            shown_in,
            signed_in=signed_in,
            role=mine,
            picked=bool(reading),
            sponsor=sponsors.get(entry.public_id, ""),
        )
        parts.append(shown.replace(READING, reading) if reading else shown)
        parts.append(below.get(entry.public_id, EMPTY))
    # S308: each part is a rendered template, and a reading's token needs no escaping.
    return mark_safe("".join(parts))  # noqa: S308


def article(
    entry: Entry,
    *,
    signed_in: bool,
    role: str = "",
    below: Mapping[UUID, SafeString] = NOTHING,
) -> SafeString:
    """One post; for the roles and `below` see `articles`."""
    return articles([entry], signed_in=signed_in, role=role, below=below)


def branches(
    replies: Iterable[Branch], *, signed_in: bool, below: Mapping[UUID, SafeString] = NOTHING
) -> SafeString:
    """Replies, each with the first ones to it; for `below` see `articles`."""
    parts: list[SafeString] = []
    for branch in replies:
        parts.append(article(branch.reply, signed_in=signed_in, role="reply", below=below))
        parts.append(articles(branch.below, signed_in=signed_in, role="inner", below=below))
        if branch.more:
            parts.append(render_to_string("feeds/_more_replies.html", {"post": branch.reply}))
    return mark_safe("".join(parts))  # noqa: S308  each part is a rendered template
