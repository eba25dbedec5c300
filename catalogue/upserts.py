"""Products told by a program, many at once: made where they are new, changed where they differ.

They take the way of a file's products (see catalogue.imported): some hundred together in one
transaction, each wholly or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from accounts.models import User
from catalogue import imported
from catalogue.imported import Outcome
from catalogue.models import Merchant
from catalogue.parsed import ParsedProduct, ParsedVariant

# So many products, or rows of them, are written together.
MOST_TOGETHER, MOST_ROWS = 250, 1_000
# Field of an item → what the planning calls it, where that is another.
PLANNED = {"option_names": "option1_name", "option_values": "option1_value"}
# The planning reports what is wrong by its own names.
NAMED = {planned: name for name, planned in PLANNED.items()}
NOT_SAID = frozenset({"sku", "external_id", "variants"})

Item = Mapping[str, Any]


def upsert(
    merchant: Merchant, items: Sequence[Item], *, actor: User | None, reference: str
) -> list[Outcome]:
    """Make or change products of `merchant`; what came of each, in their order.

    An item has the names of catalogue.api.inputs.UpsertProduct, amounts as {"amount": minor units,
    "currency": ISO 4217}. `reference` is what the history and stock movements refer to. Call outside
    of any transaction; see imported.Writer.write for the locks.
    """
    writer = imported.Writer(merchant, actor, reference[:64])
    parsed = [parse(item, currency=merchant.currency) for item in items]
    return [outcome for batch in _batches(parsed) for outcome in writer.write(batch)]


def parse(item: Item, *, currency: str) -> ParsedProduct:
    """An item as the planning takes it; its variants are its rows, from 1, and it is 0 itself."""
    told = item.get("variants", ())
    variants = [_variant(each, row) for row, each in enumerate(told, 1)]
    said = {PLANNED.get(name, name) for name in item if name not in NOT_SAID}
    said = said.union(*(each.given or () for each in variants))
    names = tuple(item.get("option_names", ()))
    return ParsedProduct(
        row=0,
        handle=item.get("external_id") or item.get("sku", ""),
        given=frozenset(said),
        external_id=item.get("external_id", ""),
        whole=False,
        title=item.get("title", ""),
        description=item.get("description", ""),
        category=item.get("category") or "",
        tax_kind=item.get("tax_kind", "standard"),
        tags=list(item.get("tags", ())),
        currency=_currency(told) or currency,
        option_names=names,
        status=item.get("status", "draft"),
        variants=variants,
    )


def _variant(told: Item, row: int) -> ParsedVariant:
    struck = told.get("compare_at_price")
    return ParsedVariant(
        row=row,
        sku=told.get("sku", ""),
        option_values=tuple(told.get("option_values", ())),
        price=told["price"]["amount"] if "price" in told else None,
        compare_at_price=struck["amount"] if struck else None,
        weight_grams=told.get("weight_grams", 0),
        barcode=told.get("barcode", ""),
        requires_shipping=told.get("requires_shipping", True),
        active=told.get("active", True),
        on_hand=told.get("on_hand", 0),
        image_url="",
        given=frozenset(PLANNED.get(name, name) for name in told),
    )


def currencies(item: Item) -> set[str]:
    """The currencies of an item's prices; more than one make no sense."""
    return {
        told[name]["currency"]
        for told in item.get("variants", ())
        for name in ("price", "compare_at_price")
        if told.get(name)
    }


def _currency(told: Sequence[Item]) -> str:
    return next((each["price"]["currency"] for each in told if "price" in each), "")


def _batches(parsed: Sequence[ParsedProduct]) -> Iterator[list[ParsedProduct]]:
    batch: list[ParsedProduct] = []
    length = 0
    for each in parsed:
        batch.append(each)
        length += len(each.variants)
        if len(batch) >= MOST_TOGETHER or length >= MOST_ROWS:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch
