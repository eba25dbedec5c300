# ruff: noqa: S608 - the texts are made of names of our own models, never of input
"""All that a price depends on, read by one statement: the goods, their tax, the rate of the parcel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from catalogue.goods import LONG, TERMS
from catalogue.models import Merchant, Product, Variant
from catalogue.rates import FIRST_TAX, FITS, WISHED_SHIPPING
from catalogue.sale import ON_SALE, ON_SALE_IN_TEST, PICTURE
from catalogue.zones import Place
from checkout import offers, taxes
from checkout.offers import Claim, Offered
from feeds.visibility import there
from shopping import rows


@dataclass(frozen=True, slots=True)
class Rate:
    pk: int
    name: str
    price: int
    free_from: int | None
    min_days: int
    max_days: int
    fits: bool  # False: the zone is served, a parcel of these grams and this value is not
    grams: int


@dataclass(frozen=True, slots=True)
class Found:
    """One row of SELECT: a variant and all that its price depends on."""

    variant: Variant
    product: Product
    merchant: Merchant
    available: int
    image: str
    post_pk: int | None
    tax: tuple[int, bool]
    rate: Rate | None
    drop_pk: int | None


TO = {"country": "wanted.country", "region": "wanted.region", "postcode": "wanted.postcode"}
PARCEL = {"grams": "coalesce(wanted.grams, 0)", "value": "wanted.value"}
# The key of the post with the public id `post`, of which the product `p` is bought: only of one that
# is there, and that shows the product itself or by what it reposts.
CREDITED = f"""(SELECT post.id FROM feeds_post post JOIN feeds_productcard card
    ON card.post_id IN (post.id, post.repost_of_id) AND card.product_id = p.id
    WHERE post.public_id = {{post}} AND {there("post")} LIMIT 1)"""
# One statement for everything that a price depends on; catalogue.rates says which rates count. The
# weight and the value of a parcel are its merchant's lines together; what is not sent weighs
# nothing, and neither does a variant whose weight nobody knows.
SELECT = f"""
SELECT CASE wanted.position WHEN 1 THEN ({offers.FOUND}) END,
       {rows.columns(Variant, "v")},
       {rows.columns(Product, "p", LONG)},
       {rows.columns(Merchant, "m", TERMS)},
       coalesce(stock.on_hand - stock.reserved, 0),
       {PICTURE},
       {CREDITED.format(post="wanted.post")},
       (SELECT ARRAY[tax.basis_points, tax.inclusive::int] FROM catalogue_taxrate tax
        {FIRST_TAX.format(tax="tax", country="wanted.country", kind="p.tax_kind", category="p.category_id")}),
       (SELECT d.id FROM catalogue_drop d WHERE d.product_id = p.id),
       rate.id, rate.name, rate.price, rate.free_from, rate.min_days, rate.max_days, rate.fits,
       wanted.grams
FROM (
    SELECT asked.*, item.post, item.position, item.variant,
           sum(item.quantity * w.weight_grams) FILTER (WHERE w.requires_shipping) OVER parcel AS grams,
           sum(item.quantity * w.price) OVER parcel AS value
    FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[])
        WITH ORDINALITY AS item (variant, post, quantity, position)
    CROSS JOIN (
        SELECT %s::varchar AS country, %s::varchar AS region, %s::varchar AS postcode,
               %s::uuid[] AS wished
    ) asked
    JOIN catalogue_variant w ON w.public_id = item.variant
    WINDOW parcel AS (PARTITION BY w.merchant_id)
) wanted
JOIN catalogue_variant v ON v.public_id = wanted.variant
JOIN catalogue_product p ON p.id = v.product_id
JOIN catalogue_merchant m ON m.id = v.merchant_id AND {ON_SALE}
LEFT JOIN catalogue_stockitem stock ON stock.variant_id = v.id
LEFT JOIN LATERAL (
    SELECT rate.*, {FITS.format(rate="rate", **PARCEL)} AS fits FROM catalogue_shippingrate rate
    {WISHED_SHIPPING.format(rate="rate", merchant="m.id", wished="wanted.wished", **TO, **PARCEL)}
) rate ON true
ORDER BY wanted.position
"""
# The same of one test space, whose key is the last value, and of no other shop.
SELECT_IN_TEST = SELECT.replace(f"AND {ON_SALE}", f"AND {ON_SALE_IN_TEST} AND m.id = %s")


def find(
    variants: Sequence[UUID],
    posts: Sequence[UUID | None],
    pieces: Sequence[int],
    *,
    place: Place,
    claim: Claim,
) -> tuple[list[Found], list[Offered]]:
    """What is on sale of `variants` (public ids), in their order, and the offers; one statement.

    `posts` are those that showed them, `pieces` how many of each make up the parcels to `place`.
    `claim` says which offers are looked for, which ways of delivery are taken where they may be, and
    in which test space, if in one: there its own offers count, and none of ours.
    """
    wanted = list(variants)
    values = [*claim.values(wanted), wanted, list(posts), list(pieces), *place, list(claim.rates)]
    if claim.test_shop_id is None:
        found = rows.run(SELECT, values)
    else:
        found = rows.run(SELECT_IN_TEST, [*values, claim.test_shop_id])
    offered = offers.read(found[0][0] if found else None)
    if claim.test_shop_id is not None:
        offered = [each for each in offered if each.rule.merchant == claim.test_shop_id]
    return [_found(row[1:]) for row in found], offered


def _found(row: tuple[Any, ...]) -> Found:
    variant_end = rows.width(Variant)
    product_end = variant_end + rows.width(Product, LONG)
    merchant_end = product_end + rows.width(Merchant, TERMS)
    available, image, post_pk, tax, drop_pk, *rate, grams = row[merchant_end:]
    variant = rows.build(Variant, row[:variant_end])
    variant.product = rows.build(Product, row[variant_end:product_end], LONG)
    variant.merchant = variant.product.merchant = rows.build(
        Merchant, row[product_end:merchant_end], TERMS
    )
    return Found(
        variant=variant,
        product=variant.product,
        merchant=variant.merchant,
        available=available,
        image=image or "",
        post_pk=post_pk,
        tax=(tax[0], bool(tax[1])) if tax else taxes.NONE,
        rate=None if rate[0] is None else Rate(*[*rate, int(grams or 0)]),
        drop_pk=drop_pk,
    )
