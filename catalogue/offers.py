# ruff: noqa: S608 - the text is made of texts of our own, never of input
"""What a shopper is told of a product before paying: price, stock, delivery. One read for many."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings

from catalogue import arrivals
from catalogue.rates import FIRST_SHIPPING, FITS, delivery_price
from catalogue.sale import ACTIVE
from shopping import replicas, rows

LOW_STOCK = 10
# What a process has read lately, some 1 kB each: by country and product, when (monotonic seconds), and
# the offer, None where it is not on sale.
KEPT = 8192
_kept: dict[tuple[str, int], tuple[float, Offer | None]] = {}


class Offer(NamedTuple):
    """One product on a card. Amounts in minor units of `currency`; a plain hashable value."""

    product_id: int
    public_id: UUID
    slug: str
    title: str
    currency: str
    merchant: str
    merchant_handle: str
    image: str  # name in the media storage, "" without one
    image_alt: str
    price: int  # the lowest that can be bought now; the lowest at all when nothing is left
    compare_at: int | None  # the struck price beside it
    more_prices: bool  # other variants cost more
    available: int
    delivery: int | None  # None: not delivered to the visitor's country
    arrives_from: date | None
    arrives_to: date | None
    opens_at: datetime | None  # a drop that is not open yet
    drop: UUID | None = None  # public id of the drop that it is
    has_ended: bool = False  # a drop that is over

    @property
    def delivered(self) -> int:
        """Price and delivery of one piece, minor units."""
        return self.price + (self.delivery or 0)

    @property
    def is_low(self) -> bool:
        return 0 < self.available <= LOW_STOCK

    @property
    def can_buy(self) -> bool:
        return self.available > 0 and self.delivery is not None and not self.is_closed

    @property
    def is_closed(self) -> bool:
        """A drop before it opens, or after its end."""
        return self.opens_at is not None or self.has_ended


# The parcel of a card: one piece of the variant whose price it shows, to the country's general zone.
ANYWHERE = {"country": "asked.country", "region": "''", "postcode": "''"}
PIECE = {"grams": "v.grams", "value": "v.price"}


def _offers(*, sells: str, which: str) -> str:
    return f"""
SELECT p.id, p.public_id, p.slug, p.title, p.currency, m.name, u.handle,
       i.file, i.alt, v.price, v.compare_at, v.more_prices, v.available,
       r.price, r.free_from, r.min_days, r.max_days, m.time_zone, m.cut_off,
       CASE WHEN d.opens_at > now() THEN d.opens_at END, d.public_id, coalesce(d.ends_at <= now(), false)
FROM (SELECT %s::varchar AS country) asked
CROSS JOIN catalogue_product p
JOIN catalogue_merchant m ON m.id = p.merchant_id AND {sells}
JOIN accounts_user u ON u.id = m.account_id
JOIN LATERAL (
    SELECT COALESCE(min(w.price) FILTER (WHERE s.on_hand > s.reserved), min(w.price)) AS price,
           min(w.compare_at_price) FILTER (WHERE s.on_hand > s.reserved) AS compare_at,
           max(w.price) FILTER (WHERE s.on_hand > s.reserved)
               > min(w.price) FILTER (WHERE s.on_hand > s.reserved) AS more_prices,
           COALESCE(sum(s.on_hand - s.reserved), 0) AS available,
           (array_agg(w.weight_grams ORDER BY COALESCE(s.on_hand > s.reserved, false) DESC,
                      w.price, w.position, w.id))[1] AS grams
    FROM catalogue_variant w LEFT JOIN catalogue_stockitem s ON s.variant_id = w.id
    WHERE w.product_id = p.id AND w.active
) v ON v.price IS NOT NULL
LEFT JOIN LATERAL (
    SELECT file, alt FROM catalogue_productimage
    WHERE product_id = p.id AND file <> '' ORDER BY position, id LIMIT 1
) i ON true
LEFT JOIN LATERAL (
    SELECT rate.*, {FITS.format(rate="rate", **PIECE)} AS fits FROM catalogue_shippingrate rate
    {FIRST_SHIPPING.format(rate="rate", merchant="m.id", **ANYWHERE, **PIECE)}
) r ON r.fits
LEFT JOIN catalogue_drop d ON d.product_id = p.id
WHERE p.id = ANY(%s) AND {which}
"""


# Written by hand because a feed page runs it each time: composing the same statement from
# querysets costs more processor time than PostgreSQL takes to answer it.
SHOWN = _offers(sells="m.sells", which=ACTIVE)
# As it would be if it were shown and its shop sold.
PREVIEWED = _offers(sells="true", which="true")


def _offer(row: tuple[Any, ...], now: datetime) -> Offer:
    price, compare_at, more_prices, available = row[9:13]
    rate, free_from, min_days, max_days, time_zone, cut_off, *drop = row[13:]
    served = rate is not None
    arrives: tuple[date | None, date | None] = (None, None)
    if served:
        arrives = arrivals.window(
            now, time_zone=time_zone, cut_off=cut_off, min_days=min_days, max_days=max_days
        )
    return Offer._make(
        (
            *row[:7],
            row[7] or "",
            row[8] or "",
            price,
            compare_at if compare_at and compare_at > price else None,
            bool(more_prices),
            int(available),
            delivery_price(rate, free_from, items_total=price) if served else None,
            *arrives,
            *drop,
        )
    )


def offers(product_ids: Iterable[int], *, country: str, now: datetime) -> dict[int, Offer]:
    """The offers of those products that are on sale, by internal id, in one statement.

    `country` (ISO 3166) is where the visitor wants delivery; days run from `now`. The figures
    are as committed at the time of the read; the quote before payment states them again.
    """
    wanted = sorted(set(product_ids))
    if not wanted:
        return {}
    found = rows.run(SHOWN, [country, wanted], on=replicas.connection())
    return {row[0]: _offer(row, now) for row in found}


def recent(product_ids: Iterable[int], *, country: str, now: datetime) -> dict[int, Offer]:
    """As `offers`, but each as it was at most CARD_SECONDS ago: for pages of many posts, which many
    people read at once. No statement where this process has read all of them so lately."""
    wanted = set(product_ids)
    oldest = time.monotonic() - settings.CARD_SECONDS
    known = {}
    for number in wanted:
        kept = _kept.get((country, number))
        if kept is not None and kept[0] > oldest:
            known[number] = kept[1]
    missing = wanted - known.keys()
    if missing:
        read_at = time.monotonic()
        fresh = offers(missing, country=country, now=now)
        for number in missing:
            known[number] = fresh.get(number)
            _keep((country, number), (read_at, known[number]))
    return {number: offer for number, offer in known.items() if offer is not None}


def _keep(key: tuple[str, int], read: tuple[float, Offer | None]) -> None:
    while len(_kept) >= KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[key] = read


def preview(product_id: int, *, country: str, now: datetime) -> Offer | None:
    """The offer of a product as it would be once it is published, for those who prepare it.

    None where no variant of it is active.
    """
    found = rows.run(PREVIEWED, [country, [product_id]])
    return _offer(found[0], now) if found else None
