# ruff: noqa: S608 - the texts are made of our own words, never of a caller's
"""Products and variants as the API shows them: one statement a page, and plain dicts.

The shapes say the same to whoever reads the document; a test holds both beside each other. Serializers
and models would cost several times what the page does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.urls import reverse

from catalogue import sale
from catalogue.api.shapes import MOST_TOLD
from catalogue.models import Merchant
from partners.shapes import money
from shopping import rows

Row = tuple[Any, ...]
Shown = dict[str, Any]
# Whose products somebody who is not their shop may see: what its page shows.
PUBLIC = f"""{sale.ACTIVE} AND EXISTS (
    SELECT FROM catalogue_merchant m WHERE m.id = p.merchant_id AND m.status = 'active')"""
PRODUCT = f"""
SELECT p.id, p.updated_at, p.public_id::text, m.public_id::text, p.external_id, p.title, p.slug,
       p.description, p.status, c.slug, p.tax_kind, p.tags, p.option_names, p.currency,
       own.price, own.available, {sale.LISTED} AND NOT {sale.WAITS} AND NOT {sale.ENDED},
       p.on_sale_from, p.on_sale_until, p.created_at,
       image.public_id::text, image.file, image.alt, image.width, image.height
FROM (SELECT * FROM catalogue_product p WHERE {{where}} ORDER BY {{order}} LIMIT %s) p
JOIN catalogue_merchant m ON m.id = p.merchant_id
LEFT JOIN catalogue_category c ON c.id = p.category_id
LEFT JOIN LATERAL (
    SELECT min(v.price) AS price, coalesce(sum(s.on_hand - s.reserved), 0) AS available
    FROM catalogue_variant v LEFT JOIN catalogue_stockitem s ON s.variant_id = v.id
    WHERE v.product_id = p.id AND v.active
) own ON true
LEFT JOIN LATERAL (
    SELECT i.public_id, i.file, i.alt, i.width, i.height FROM catalogue_productimage i
    WHERE i.product_id = p.id AND i.file <> '' ORDER BY i.position, i.id LIMIT 1
) image ON true
ORDER BY {{order}}
"""
VARIANT = """
SELECT v.id, v.product_id, v.public_id::text, p.public_id::text, v.sku, v.option_values, v.price,
       v.compare_at_price, p.currency, v.weight_grams, v.barcode, v.requires_shipping, v.position,
       v.active, coalesce(s.on_hand - s.reserved, 0)
FROM catalogue_variant v JOIN catalogue_product p ON p.id = v.product_id
LEFT JOIN catalogue_stockitem s ON s.variant_id = v.id
"""
VARIANTS_OF = f"{VARIANT} WHERE v.product_id = ANY(%s) ORDER BY v.product_id, v.position, v.id"
OWN_VARIANTS = f"""{VARIANT}
WHERE v.merchant_id = %s AND v.product_id = %s AND v.id > %s ORDER BY v.id LIMIT %s"""
OWN_VARIANT = f"{VARIANT} WHERE v.merchant_id = %s AND v.public_id = %s"
MEDIA_OF = """
SELECT i.product_id, i.public_id::text, i.file, i.alt, i.width, i.height, i.position,
       v.public_id::text, i.source_url
FROM catalogue_productimage i LEFT JOIN catalogue_variant v ON v.id = i.variant_id
WHERE i.product_id = ANY(%s) AND i.file <> '' ORDER BY i.product_id, i.position, i.id
"""
# Names that an address holds as they are: those that catalogue.pictures gives.
PLAIN = re.compile(r"[\w./-]+", re.ASCII)
NEWEST, BY_CHANGE = "p.id DESC", "p.updated_at, p.id"
# What others' purchases change: an If-Match does not ask for them.
DERIVED = frozenset({"available", "on_sale"})

# Filter → its condition; the value is the statement's.
CONDITIONS = {
    "status": "p.status = %s",
    "external_id": "p.external_id = %s",
    "sku": "p.id IN (SELECT v.product_id FROM catalogue_variant v"
    " WHERE v.merchant_id = p.merchant_id AND v.sku = %s)",
    "q": "upper(p.title) LIKE upper(%s)",
    "category": "p.category_id = (SELECT id FROM catalogue_category WHERE slug = %s)",
    "shop": "p.merchant_id = (SELECT id FROM catalogue_merchant WHERE public_id = %s)",
    "updated_since": "p.updated_at >= %s",
    "id": "p.public_id = %s",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which products: of `merchant`, or, without one, what everybody may see. `conditions` are names of
    CONDITIONS with their values, `after` where the page begins."""

    merchant: Merchant | None
    conditions: dict[str, Any]
    after: Any = None
    limit: int = 1

    @property
    def by_change(self) -> bool:
        """Whoever asks for what has changed reads on in that order, so that what changes meanwhile
        comes later and not never."""
        return "updated_since" in self.conditions


def products(asked: Asked) -> list[Row]:
    """Rows of PRODUCT, one more than the page where there is more; one statement."""
    names = tuple(sorted(asked.conditions))
    values = [asked.conditions[name] for name in names]
    if asked.merchant is not None:
        values.insert(0, asked.merchant.pk)
    if asked.after is not None:
        values += asked.after if asked.by_change else [asked.after]
    text = _products(asked.merchant is not None, names, asked.after is not None)
    return rows.run(text, [*values, asked.limit])


@lru_cache(maxsize=256)
def _products(own: bool, names: tuple[str, ...], behind: bool) -> str:  # noqa: FBT001
    order = BY_CHANGE if "updated_since" in names else NEWEST
    after = "(p.updated_at, p.id) > (%s, %s)" if order == BY_CHANGE else "p.id < %s"
    parts = ["p.merchant_id = %s" if own else PUBLIC, *(CONDITIONS[name] for name in names)]
    if behind:
        parts.append(after)
    return PRODUCT.format(where=" AND ".join(parts), order=order)


def product(row: Row, *, own: bool = True) -> Shown:
    """A row of PRODUCT as ProductShape has it."""
    updated_at, key, shop_id, external_id, title, slug, description, status = row[1:9]
    category, tax_kind, tags, option_names, currency, price, available, on_sale = row[9:17]
    begins, ends, created_at, image_id, file, alt, width, height = row[17:]
    return {
        "id": key,
        "shop_id": shop_id,
        "external_id": external_id if own else "",
        "title": title,
        "description": description,
        "url": f"{_pages()}{key}/{slug}/",
        "status": status,
        "category": category,
        "tax_kind": tax_kind,
        "tags": tags,
        "option_names": option_names,
        "currency": currency,
        "price": None if price is None else {"amount": price, "currency": currency},
        "available": int(available) if own else min(int(available), MOST_TOLD),
        "on_sale": on_sale,
        "on_sale_from": time(begins),
        "on_sale_until": time(ends),
        "image": image(image_id, file, alt, width, height) if file else None,
        "created_at": time(created_at),
        "updated_at": time(updated_at),
    }


def with_expanded(
    found: Sequence[Row], names: frozenset[str], *, own: bool = True
) -> dict[int, Shown]:
    """Products by primary key, with what is to be expanded; one statement for each of `names`."""
    shown = {row[0]: product(row, own=own) for row in found}
    if "variants" in names:
        for each in shown.values():
            each["variants"] = []
        for row in rows.run(VARIANTS_OF, [list(shown)]):
            if own or row[13]:
                shown[row[1]]["variants"].append(variant(row, own=own))
    if "media" in names:
        for each in shown.values():
            each["media"] = []
        for row in rows.run(MEDIA_OF, [list(shown)]):
            shown[row[0]]["media"].append(media(row, own=own))
    return shown


def variant(row: Row, *, own: bool = True) -> Shown:
    """A row of VARIANT as VariantShape has it."""
    public_id, product_id, sku, option_values, price, struck, currency = row[2:9]
    weight_grams, barcode, requires_shipping, position, active, available = row[9:]
    return {
        "id": public_id,
        "product_id": product_id,
        "sku": sku,
        "option_values": option_values,
        "price": money(price, currency),
        "compare_at_price": None if struck is None else money(struck, currency),
        "weight_grams": weight_grams,
        "barcode": barcode,
        "requires_shipping": requires_shipping,
        "position": position,
        "active": active,
        "available": available if own else min(available, MOST_TOLD),
    }


def media(row: Row, *, own: bool = True) -> Shown:
    """A row of MEDIA_OF as MediaShape has it."""
    _product, image_id, file, alt, width, height, position, variant_id, source_url = row
    return {
        **image(image_id, file, alt, width, height),
        "position": position,
        "variant_id": variant_id,
        "source_url": source_url if own else "",
    }


def image(image_id: str, file: str, alt: str, width: int, height: int) -> Shown:
    return {
        "id": image_id,
        "url": address(file),
        "alt": alt,
        "width": width,
        "height": height,
    }


def address(file: str) -> str:
    """Where a file of the media storage is, for the world."""
    begins = _files()
    if begins and PLAIN.fullmatch(file):
        return begins + file
    return urljoin(settings.PUBLIC_URL, default_storage.url(file))


@cache
def _files() -> str:
    """What all addresses of files begin with; "" where the storage makes each as it likes."""
    if not isinstance(default_storage, FileSystemStorage):
        return ""
    return urljoin(settings.PUBLIC_URL, default_storage.url("x"))[:-1]


def time(moment: datetime | None) -> str | None:
    """RFC 3339, in UTC, in which the database's connection gives all moments."""
    if moment is None:
        return None
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat()[:-6] + "Z"


@cache
def _pages() -> str:
    """The address of products' pages, up to their id."""
    nobody = UUID(int=0)
    path = reverse("catalogue:product", args=[nobody, "x"])
    return settings.PUBLIC_URL + path.partition(str(nobody))[0]
