"""Orders that should have left their shop and have not: the shop is reminded once a day, and where that
does not help, whoever runs the site is told of each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import mails
from accounts.models import User
from accounts.operators import operators
from catalogue.arrivals import zone
from catalogue.models import Merchant
from catalogue.roles import Capability, holders_of
from fulfilment.models import FulfilmentOrder
from shopping import rows

# The hour of the shop's own day from which it is reminded.
HOUR = 8
# So many orders are named in one mail; the admin lists the rest.
NAMED = 30
# So many orders are told of to the operator in one transaction.
BATCH = 500

# Of any number of workers, one takes a shop's day; the others wait for it, and find it taken.
CLAIM = """
INSERT INTO fulfilment_latereminder (merchant_id, told_on) VALUES (%s, %s::date)
ON CONFLICT (merchant_id) DO UPDATE SET told_on = excluded.told_on
WHERE fulfilment_latereminder.told_on < excluded.told_on
RETURNING merchant_id
"""


def unreminded(now: datetime) -> list[int]:
    """Shops with late orders that may have to be reminded; `remind` knows."""
    late = FulfilmentOrder.objects.late(now).order_by("merchant")
    return list(late.values_list("merchant_id", flat=True).distinct())


def remind(merchant_pk: int, *, now: datetime) -> bool:
    """Mail those who send for a shop what is late, once on each of its days; whether that was due.

    One transaction: the day is claimed by one statement, and the mails are written with it. A worker
    that dies before its end has told nobody, and one that dies after it leaves the mails to the sender.
    """
    with transaction.atomic():
        shop = Merchant.objects.get(pk=merchant_pk)
        local = now.astimezone(zone(shop.time_zone))
        if local.hour < HOUR:
            return False
        late = FulfilmentOrder.objects.late(now).filter(merchant=shop)
        count = late.count()
        if not count or not rows.run(CLAIM, [shop.pk, local.date()]):
            return False
        named = list(late.select_related("order").order_by("leaves_by", "pk")[:NAMED])
        people = holders_of(shop.pk, capability=Capability.FULFIL)
        mails.enqueue_all(
            _reminder(shop, person, named, count=count, day=local.date()) for person in people
        )
    return True


def tell_operator(now: datetime) -> int:
    """Mail whoever runs the site what has been late for LATE_OPERATOR_DAYS days; of each order once.

    One transaction, which locks the orders and marks them with the mail that tells of them; what
    another worker has locked is left to it. Returns how many orders were told of, at most BATCH.
    """
    since = now - timedelta(days=settings.LATE_OPERATOR_DAYS)
    with transaction.atomic():
        untold = FulfilmentOrder.objects.late(since).filter(operator_told_at=None)
        late = list(
            untold.select_related("order", "merchant")
            .order_by("pk")
            .select_for_update(of=("self",), skip_locked=True, no_key=True)[:BATCH]
        )
        if late:
            keys = [each.pk for each in late]
            FulfilmentOrder.objects.filter(pk__in=keys).update(operator_told_at=now)
            mails.enqueue_all(_to_operator(to, late) for to in operators())
    return len(late)


def _reminder(
    shop: Merchant, person: User, named: Sequence[FulfilmentOrder], *, count: int, day: date
) -> mails.Mail:
    with translation.override(person.locale):
        subject = ngettext(
            "%(shop)s: %(count)d order should have left",
            "%(shop)s: %(count)d orders should have left",
            count,
        )
        return mails.Mail(
            kind="late_orders",
            reference=f"{shop.pk}:{day}",
            to=str(person.email),
            subject=subject % {"shop": shop.name, "count": count},
            text=_text(
                named,
                count=count,
                said=_("Their shoppers were promised that these leave earlier:"),
                further=_(
                    "Send them, or cancel what you cannot send: its shopper is told at once."
                ),
            ),
        )


def _to_operator(to: str, late: Sequence[FulfilmentOrder]) -> mails.Mail:
    count, days = len(late), settings.LATE_OPERATOR_DAYS
    subject = ngettext("%(count)d order is late", "%(count)d orders are late", count)
    said = ngettext(
        "These should have left more than %(days)d day ago; their shops were reminded daily:",
        "These should have left more than %(days)d days ago; their shops were reminded daily:",
        days,
    )
    return mails.Mail(
        kind="late_orders.operator",
        reference=str(late[0].pk),
        to=to,
        subject=subject % {"count": count},
        text=_text(late[:NAMED], count=count, said=said % {"days": days}, further=""),
    )


def _text(named: Sequence[FulfilmentOrder], *, count: int, said: str, further: str) -> str:
    link = settings.PUBLIC_URL + reverse("admin:fulfilment_fulfilmentorder_changelist")
    context = {
        "said": said,
        "late": [(each, _day(each)) for each in named],
        "more": count - len(named),
        "further": further,
        "link": link,
    }
    return render_to_string("fulfilment/late_orders.txt", context)


def _day(late: FulfilmentOrder) -> date | None:
    """The day on which it should have left, by its shop's clock: `leaves_by` is its end."""
    if late.leaves_by is None:
        return None
    local = late.leaves_by.astimezone(zone(late.merchant.time_zone))
    return (local - timedelta(seconds=1)).date()
