"""Which products a post carries: those that its author chose, and those that its text links to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from catalogue.models import Product
from feeds import links

MOST = 4
PAGE = r"/products/(?P<product>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])"
ADDRESS = re.compile(PAGE, re.IGNORECASE)
LINKED = re.compile(rf"(?<!\S)(?P<before>[^\s<>\"]*?){PAGE}", re.IGNORECASE)
OPENING = "(«“‘\"'[\u00a0\u202f"


def linked(body: str) -> list[Product]:
    """The products on sale to whose pages on this site `body` links, in its order.

    An address may be relative, or without its scheme. One statement where there is any.
    """
    ours = ("", links.own_host(), *(f"{way}://{links.own_host()}" for way in ("http", "https")))
    ids = [
        UUID(match["product"])
        for match in LINKED.finditer(body)
        if match["before"].lstrip(OPENING).lower() in ours
    ]
    if not ids:
        return []
    found = Product.objects.on_sale().in_bulk(ids, field_name="public_id")
    return [found[public_id] for public_id in dict.fromkeys(ids) if public_id in found]


def of(body: str, *, chosen: Sequence[Product]) -> list[Product]:
    """What a post with this text carries: first what was `chosen`, then what it links to while
    there is room."""
    carried = list(dict.fromkeys(chosen))
    beside = [product for product in linked(body) if product not in carried]
    return [*carried, *beside[: max(MOST - len(carried), 0)]]
