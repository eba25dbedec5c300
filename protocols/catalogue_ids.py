# ruff: noqa: S608 - the texts are made of our own words, never of input
"""What products and variants are called by surfaces outside: the one place that says and reads it.

A shop's own code is the id, for that is what it gives other surfaces too: a variant's SKU, a product's
external id. Codes are a shop's, though, and here are many shops: **a code belongs to what had it
first**, and whatever else has the same one goes by its public id. So an id never comes to mean
something else, and nobody takes another shop's by copying it. Public ids are understood as well, always.
docs/ucp-catalogue-and-orders.md tells partners.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from catalogue.models import Product, Variant
from shopping import rows
from shopping.ids import uuid_of

LONGEST = 200
# What is of a test space is met by nobody outside, and takes no code from its own shop.
_REAL = "EXISTS (SELECT FROM catalogue_merchant m WHERE m.id = {row}.merchant_id AND m.test_of_id IS NULL)"
FIRST_SKUS = f"""
SELECT DISTINCT ON (v.sku) v.sku, v.id, v.public_id, v.product_id FROM catalogue_variant v
WHERE v.sku = ANY (%s) AND v.sku <> '' AND {_REAL.format(row="v")} ORDER BY v.sku, v.id
"""
FIRST_EXTERNAL_IDS = f"""
SELECT DISTINCT ON (p.external_id) p.external_id, p.id FROM catalogue_product p
WHERE p.external_id = ANY (%s) AND p.external_id <> '' AND {_REAL.format(row="p")}
ORDER BY p.external_id, p.id
"""
BY_PUBLIC_ID = f"""
SELECT v.public_id, v.id, v.public_id, v.product_id FROM catalogue_variant v
WHERE v.public_id = ANY (%s) AND {_REAL.format(row="v")}
UNION ALL
SELECT p.public_id, NULL, NULL, p.id FROM catalogue_product p
WHERE p.public_id = ANY (%s) AND {_REAL.format(row="p")}
"""
# Of a product, the form that stands for it: the first of its active ones of which there is any.
FEATURED = """
SELECT DISTINCT ON (v.product_id) v.product_id, v.public_id FROM catalogue_variant v
LEFT JOIN catalogue_stockitem s ON s.variant_id = v.id
WHERE v.product_id = ANY (%s) AND v.active
ORDER BY v.product_id, coalesce(s.on_hand > s.reserved, false) DESC, v.position, v.id
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What an id means: a product, and where it names one of its forms that variant. Whether it is on
    sale is not said."""

    product_pk: int
    variant_pk: int | None = None
    variant: UUID | None = None


def of_variants(variants: Iterable[Variant]) -> dict[int, str]:
    """By primary key, the id that each is called by; one statement."""
    listed = list(variants)
    codes = {each.sku for each in listed if _is_code(each.sku)}
    first = {sku: pk for sku, pk, *_rest in rows.run(FIRST_SKUS, [sorted(codes)])} if codes else {}
    return {
        each.pk: each.sku if first.get(each.sku) == each.pk else str(each.public_id)
        for each in listed
    }


def of_products(products: Iterable[Product]) -> dict[int, str]:
    """By primary key, the id that each is called by; one statement."""
    listed = list(products)
    codes = {each.external_id for each in listed if _is_code(each.external_id)}
    first = dict(rows.run(FIRST_EXTERNAL_IDS, [sorted(codes)])) if codes else {}
    return {
        each.pk: each.external_id if first.get(each.external_id) == each.pk else str(each.public_id)
        for each in listed
    }


def find(texts: Iterable[str]) -> dict[str, Found]:
    """What each of `texts` means; what means nothing is left out. Three statements at most.

    A variant goes before a product that has the same code.
    """
    wanted = list(dict.fromkeys(text for text in texts if 0 < len(text) <= LONGEST))
    named = {text: public_id for text in wanted if (public_id := uuid_of(text))}
    codes = [text for text in wanted if text not in named]
    found: dict[str, Found] = {}
    if codes:
        for code, product in rows.run(FIRST_EXTERNAL_IDS, [codes]):
            found[code] = Found(product)
        for code, pk, public_id, product in rows.run(FIRST_SKUS, [codes]):
            found[code] = Found(product, pk, public_id)
    if named:
        keys = list(named.values())
        known = {
            key: Found(product, pk, public_id)
            for key, pk, public_id, product in rows.run(BY_PUBLIC_ID, [keys, keys])
        }
        found |= {text: known[key] for text, key in named.items() if key in known}
    return found


def variants(texts: Iterable[str]) -> Mapping[str, UUID]:
    """The public id of the variant that each of `texts` means, as a line of an order names it: of a
    product, the form that stands for it. What means nothing is left out; four statements at most."""
    found = find(texts)
    whole = [each.product_pk for each in found.values() if each.variant is None]
    featured = dict(rows.run(FEATURED, [whole])) if whole else {}
    meant = {text: each.variant or featured.get(each.product_pk) for text, each in found.items()}
    return {text: variant for text, variant in meant.items() if variant is not None}


def _is_code(text: str) -> bool:
    """Whether it may be an id: what reads as a public id would be taken for one."""
    return bool(text) and uuid_of(text) is None
