"""Telling those who wait for a drop: before it opens, when it does, and when it is moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts import mails
from catalogue import drops
from catalogue.drops import LEAD
from catalogue.models import DropReminder, Merchant
from catalogue.models.products import offered
from feeds import notice_preferences, notifications
from feeds.models import NoticeType

BATCH = 200
# Who hears of an opening later than this hears of nothing that is of use to them.
LATEST = timedelta(hours=1)
# The subject of a mail, and what it says.
WORDS: dict[str, tuple[Promise, Promise]] = {
    "soon": (
        gettext_lazy("%(title)s opens soon"),
        gettext_lazy("You asked to be told: %(title)s by %(shop)s opens %(when)s."),
    ),
    "opened": (
        gettext_lazy("%(title)s is open"),
        gettext_lazy("You asked to be told: %(title)s by %(shop)s is open now."),
    ),
    "moved": (
        gettext_lazy("%(title)s opens at another time"),
        gettext_lazy(
            "%(shop)s has moved the drop that you wait for: %(title)s now opens %(when)s. "
            "We write again shortly before."
        ),
    ),
}


@transaction.atomic
def tell() -> int:
    """Tell up to `BATCH` people what is due: a notice, and a mail to those who want mails; nothing of a
    shop that they never meet.

    Each reminder is locked, and says afterwards of which edition of its drop was told: two workers
    never tell the same twice, and a crash forgets nobody. Returns how many there were.
    """
    due = list(_due().select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BATCH])
    mails.enqueue_all(mail for reminder in due for mail in _told(reminder))
    DropReminder.objects.bulk_update(due, ["known", "soon", "opened"])
    return len(due)


def _due() -> QuerySet[DropReminder]:
    now, edition = timezone.now(), F("drop__edition")
    is_near = Q(drop__opens_at__gt=now, drop__opens_at__lte=now + LEAD)
    has_opened = Q(drop__opens_at__lte=now, drop__opens_at__gt=now - LATEST)
    lasts = Q(drop__ends_at=None) | Q(drop__ends_at__gt=now)
    return DropReminder.objects.filter(
        Q(drop__opens_at__gt=now + LEAD, known__lt=edition)
        | (is_near & (Q(soon__lt=edition) | Q(known__lt=edition)))
        | (has_opened & lasts & Q(opened__lt=edition)),
        offered("drop__product__"),
        drop__product__merchant__status=Merchant.Status.ACTIVE,
    ).select_related("user", "drop__product__merchant")


def _told(reminder: DropReminder) -> Iterator[mails.Mail]:
    """Write the notice of what is due to `reminder`, and note it there; its mail, if it is wanted.

    Neither where they do not meet the shop.
    """
    drop, user = reminder.drop, reminder.user
    kind = _kind(reminder)
    reminder.known = drop.edition
    if kind != "moved":
        reminder.soon = drop.edition
    if kind == "opened":
        reminder.opened = drop.edition
    link = reverse("checkout:drop", args=[drop.public_id])
    told = notifications.tell(
        user.pk,
        NoticeType.DROP,
        reference=f"drop:{drop.pk}:{kind}:{drop.edition}",
        actor_id=drop.product.merchant.account_id,
        data={
            "kind": kind,
            "title": drop.product.title,
            "link": link,
        },
    )
    if told and notifications.wants_mail(user.pk, NoticeType.DROP):
        yield _mail(reminder, kind=kind, link=settings.PUBLIC_URL + link)


def _kind(reminder: DropReminder) -> str:
    now = timezone.now()
    if reminder.drop.opens_at <= now:
        return "opened"
    return "soon" if reminder.drop.opens_at <= now + LEAD else "moved"


def _mail(reminder: DropReminder, *, kind: str, link: str) -> mails.Mail:
    drop, user = reminder.drop, reminder.user
    product, shop = drop.product, drop.product.merchant
    with translation.override(user.locale):
        facts = {
            "title": product.title,
            "shop": shop.name,
            "when": drops.written(drop.opens_at, zone=shop.time_zone, locale=user.locale),
        }
        subject, sentence = (str(said) % facts for said in WORDS[kind])
        foot = notice_preferences.foot(user)
        context = {
            "subject": subject,
            "title": subject,
            "sentence": sentence,
            "name": user.first_name,
            "product": product.title,
            "shop": shop.name,
            "link": link,
            **foot,
        }
        return mails.Mail(
            kind=f"drop_{kind}",
            reference=f"drop:{drop.pk}:{reminder.pk}:{drop.edition}",
            to=user.email or "",
            subject=subject,
            text=render_to_string("mails/drop.txt", context),
            html=render_to_string("mails/drop.html", context),
            unsubscribe=foot["stop"],
        )
