"""products.csv and inventory.csv: what the store sells, and how much of it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalogue import upserts
from catalogue.models import HIGHEST_PRICE, Merchant
from catalogue.plans import Refused
from protocols.stores.files import Folder

PRODUCTS, INVENTORY = "products.csv", "inventory.csv"


@dataclass(frozen=True, slots=True)
class Good:
    """`price` in minor units; `id` is the external id of the product and the SKU of its only variant."""

    id: str
    title: str
    price: int
    description: str
    on_hand: int


def read(folder: Folder) -> list[Good]:
    there = _inventory(folder)
    seen: set[str] = set()
    found = []
    for row in folder.rows(PRODUCTS, ["id", "title", "price"], required=True):
        code = folder.once(row, "id", seen)
        price = row.whole("price")
        if price > HIGHEST_PRICE:
            row.wrong("price", f"at most {HIGHEST_PRICE}")
        found.append(
            Good(
                id=code[:100],
                title=row.text("title"),
                price=price,
                description=row.text("description", required=False, longest=20_000),
                on_hand=there.pop(code, 0),
            )
        )
    for code in there:
        folder.problems.add(INVENTORY, 0, "product_id", f"{PRODUCTS} has no “{code}”")
    return found


def _inventory(folder: Folder) -> dict[str, int]:
    seen: set[str] = set()
    return {
        folder.once(row, "product_id", seen): row.whole("quantity")
        for row in folder.rows(INVENTORY, ["product_id", "quantity"])
    }


def write(merchant: Merchant, goods: Sequence[Good]) -> list[str]:
    """Make or change the products; what could not be written, a line each. Outside any transaction."""
    items = [_item(good, merchant.currency) for good in goods]
    outcomes = upserts.upsert(merchant, items, actor=None, reference="store files")
    refused = [each for each in outcomes if isinstance(each, Refused)]
    return [f"{PRODUCTS}, {each.parsed.external_id}: {each.error.message}" for each in refused]


def _item(good: Good, currency: str) -> dict[str, Any]:
    price = {"amount": good.price, "currency": currency}
    return {
        "external_id": good.id,
        "title": good.title,
        "description": good.description,
        "status": "active",
        "variants": [{"sku": good.id, "price": price, "on_hand": good.on_hand}],
    }
