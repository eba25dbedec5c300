"""Telling shops what runs low: once for each time that a variant falls to its threshold, and all of
it in one mail a day."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts import mails
from catalogue.arrivals import zone
from catalogue.models import LowStock, Merchant, StockItem
from catalogue.roles import Capability, holders_of
from shopping import rows

KIND = "low_stock"
# The hour of the shop's own day from which it is told.
HOUR = 7
# So many stock rows by their keys are looked at in one statement …
STRETCH = 5_000
# … and so many variants are named in one mail; the admin lists the rest.
NAMED = 30

# What is offered and has no more left than its threshold, by keys; as StockItemQuerySet.low says it.
LOW = """
SELECT item.variant_id, variant.merchant_id FROM catalogue_stockitem item
JOIN catalogue_variant variant ON variant.id = item.variant_id AND variant.active
JOIN catalogue_product product ON product.id = variant.product_id AND product.status = 'active'
JOIN catalogue_merchant merchant ON merchant.id = variant.merchant_id
WHERE item.variant_id > %s AND item.variant_id <= %s
  AND item.on_hand - item.reserved <= coalesce(item.low_at, merchant.low_stock_at)
"""
NOTE = f"""
INSERT INTO catalogue_lowstock (item_id, merchant_id, fell_at)
SELECT low.variant_id, low.merchant_id, now() FROM ({LOW}) low
ORDER BY low.variant_id ON CONFLICT (item_id) DO NOTHING
"""  # noqa: S608 – made of texts of our own
FORGET = f"""
DELETE FROM catalogue_lowstock alert
WHERE alert.item_id > %s AND alert.item_id <= %s
  AND alert.item_id NOT IN (SELECT variant_id FROM ({LOW}) low)
"""  # noqa: S608 – made of texts of our own


def look() -> None:
    """Note what has fallen to its threshold, and forget what is above it again, or off sale.

    Stretch by stretch, each two statements that commit by themselves: the next time that it falls,
    its shop is told again.
    """
    last = StockItem.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for after in range(0, last, STRETCH):
        stretch = [after, after + STRETCH]
        rows.run(FORGET, [*stretch, *stretch])
        rows.run(NOTE, stretch)


def untold(now: datetime) -> list[int]:
    """Shops with something to tell that were told nothing today, by their own clocks."""
    waiting = LowStock.objects.filter(told_at=None).values("merchant")
    shops = Merchant.objects.filter(pk__in=waiting).exclude(status=Merchant.Status.SUSPENDED)
    return [shop.pk for shop in shops.order_by("pk") if _is_due(shop, now)]


def tell(merchant_pk: int, *, now: datetime | None = None) -> bool:
    """Mail a shop's members who keep its stock what fell since they were told; whether that was due.

    One transaction, which locks the shop: its day, the alerts and the mails that tell of them are
    written together. Of two workers one finds them, and a crash tells nobody twice.
    """
    now = now or timezone.now()
    with transaction.atomic():
        shop = Merchant.objects.select_for_update(no_key=True).get(pk=merchant_pk)
        if not _is_due(shop, now):
            return False
        fresh = LowStock.objects.filter(merchant=shop, told_at=None)
        alerts = list(
            fresh.select_related("item__variant__product", "item__variant__merchant").order_by(
                "item__variant__product__title", "pk"
            )[:NAMED]
        )
        if not alerts:
            return False
        # What falls meanwhile is counted with them, though it is not named.
        count = fresh.update(told_at=now)
        Merchant.objects.filter(pk=shop.pk).update(low_stock_told_on=_day(shop, now))
        mails.enqueue_all(_mails(shop, alerts, count=count, now=now))
    return True


def _is_due(shop: Merchant, now: datetime) -> bool:
    told = shop.low_stock_told_on
    is_awake = now.astimezone(zone(shop.time_zone)).hour >= HOUR
    return is_awake and (told is None or told < _day(shop, now))


def _day(shop: Merchant, now: datetime) -> date:
    return now.astimezone(zone(shop.time_zone)).date()


def _mails(
    shop: Merchant, alerts: list[LowStock], *, count: int, now: datetime
) -> list[mails.Mail]:
    """One to each member who keeps the stock, in their own language; it names `alerts` of `count`."""
    link = settings.PUBLIC_URL + reverse("admin:catalogue_stockitem_changelist") + "?low=1"
    found = []
    for person in holders_of(shop.pk, capability=Capability.STOCK):
        with translation.override(person.locale):
            subject = ngettext(
                "%(shop)s: %(count)d variant runs low",
                "%(shop)s: %(count)d variants run low",
                count,
            ) % {"shop": shop.name, "count": count}
            context = {
                "shop": shop,
                "items": [each.item for each in alerts],
                "more": max(count - len(alerts), 0),
                "link": link,
            }
            found.append(
                mails.Mail(
                    kind=KIND,
                    reference=f"{shop.pk}:{_day(shop, now)}",
                    to=str(person.email),
                    subject=subject,
                    text=render_to_string("catalogue/low_stock.txt", context),
                )
            )
    return found
