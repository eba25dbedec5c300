"""Drops: announcing and moving them, and who wants to be told."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import products
from catalogue.models import Drop, DropReminder, Product

LEAD = timedelta(minutes=15)  # how long before the opening people are told of it
RECENT = timedelta(days=7)  # how long after the opening a drop is still listed
EDITABLE = ("opens_at", "ends_at", "per_person")
WRITTEN = "EEEE d MMMM, HH:mm zzzz"


class DropError(Exception):
    """A change that the rules of drops refuse; `message` says why to a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def save(drop: Drop) -> None:
    """Write a new drop or a changed one; another opening time is another edition.

    Locks the drop. Raises DropError where it has opened, or would have, before anybody was told;
    django.core.exceptions.ValidationError for one that makes no sense.
    """
    now = timezone.now()
    drop.full_clean()
    with transaction.atomic():
        before = Drop.objects.select_for_update(no_key=True).filter(pk=drop.pk).first()
        moved = before is None or before.opens_at != drop.opens_at
        if moved and before is not None and before.opens_at <= now:
            raise DropError(_("This drop has opened: it can be ended, and not be moved."))
        if moved and drop.opens_at <= now:
            raise DropError(_("Choose an opening time that is still to come."))
        if before is None:
            drop.save()
            return
        drop.edition = before.edition + moved
        drop.save(update_fields=[*EDITABLE, "edition"])


def cancel(drop: Drop, *, actor: User | None) -> None:
    """End a drop that is open now; what has ended already stays as it is. One that is still to open is
    taken back, and its product, if it is on show, becomes a draft: nobody buys at once what they were
    to wait for.

    Locks the product, then the drop.
    """
    with transaction.atomic():
        product = Product.objects.select_for_update(no_key=True).get(pk=drop.product_id)
        there = Drop.objects.select_for_update(no_key=True).get(pk=drop.pk)
        now = timezone.now()
        if there.has_ended(now):
            return
        if there.opens_at < now:
            there.ends_at = now
            there.save(update_fields=["ends_at"])
            return
        there.delete()
        if product.status == Product.Status.ACTIVE:
            products.withdraw(product, actor=actor)


def listed(now: datetime) -> QuerySet[Drop]:
    """The drops of products that are shown: those to come, the nearest first, then those that opened
    in the last week, the latest first."""
    shown = Drop.objects.filter(opens_at__gte=now - RECENT, product__in=Product.objects.shown())
    coming = Case(When(opens_at__gt=now, then=F("opens_at")))
    return shown.order_by(coming.asc(nulls_last=True), "-opens_at", "-pk")


@transaction.atomic
def remind(user: User, *, drop: Drop) -> None:
    """Tell `user` before `drop` opens and when it does; once is enough.

    Whoever asks when others have been told already is told of the opening alone.
    """
    late = drop.opens_at - timezone.now() <= LEAD
    DropReminder.objects.get_or_create(
        user=user,
        drop=drop,
        defaults={"known": drop.edition, "soon": drop.edition if late else 0},
    )


@transaction.atomic
def forget(user: User, *, drop: Drop) -> None:
    """Do not tell after all; without a reminder, nothing."""
    DropReminder.objects.filter(user=user, drop=drop).delete()


def is_reminded(user: User, *, drop: Drop | None) -> bool:
    """Whether `user` asked to be told of `drop`; one statement, none without a drop."""
    return drop is not None and DropReminder.objects.filter(user=user, drop=drop).exists()


def written(moment: datetime, *, zone: str, locale: str) -> str:
    """`moment` as the clocks of `zone` (an IANA name) show it, with their name, in `locale`."""
    return format_datetime(moment, WRITTEN, tzinfo=ZoneInfo(zone), locale=locale)


def bring_nearer(merchant_id: int, *, by: timedelta) -> int:
    """Let the drops of a test space, and what its products' schedules hold, come sooner by `by`.

    In the caller's transaction; locks them. Returns how many drops there were.
    """
    sooner = {name: F(name) - by for name in ("on_sale_from", "on_sale_until")}
    Product.objects.filter(merchant_id=merchant_id, merchant__test_of__isnull=False).update(
        **sooner
    )
    theirs = Drop.objects.filter(
        product__merchant_id=merchant_id, product__merchant__test_of__isnull=False
    )
    return theirs.update(opens_at=F("opens_at") - by, ends_at=F("ends_at") - by)
