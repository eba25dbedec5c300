"""What was changed of products, field by field: the one place that keeps it.

A verb notes what it changed in its own transaction; nothing here locks, for whoever changes a product
holds its lock already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Model

from accounts.models import User
from catalogue.models import Product, ProductChange, Variant
from shopping import many_rows, rows

# A field's value before and after, as JSON has them.
Changes = Mapping[str, list[Any]]
# What the history keeps and events leave out: they show the product as it is now, without its text.
UNTOLD = frozenset({"description"})
CHANGED = """
UPDATE catalogue_product SET updated_at = statement_timestamp() WHERE id = ANY(%s::bigint[])
"""


def written(value: Any) -> Any:
    """A value as JSON keeps it: a row by its name, a moment in ISO 8601 of UTC."""
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, list | tuple):
        return [written(each) for each in value]
    return value


def values(row: Model, fields: Iterable[str]) -> dict[str, Any]:
    """Those fields of `row` as the history keeps them."""
    return {name: written(getattr(row, name)) for name in fields}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs, by field: its value before and after."""
    return {
        name: [before.get(name), value]
        for name, value in after.items()
        if before.get(name) != value
    }


def told(changes: Changes, *, variant: Variant | None = None) -> dict[str, Any]:
    """`changes` as an event carries them, with the public id of the variant that they are of."""
    named = {"variant": str(variant.public_id)} if variant else {}
    return named | {name: pair for name, pair in changes.items() if name not in UNTOLD}


def note(
    product: Product,
    changes: Changes,
    *,
    actor: User | None,
    variant: Variant | None = None,
    reference: str = "",
) -> None:
    """Keep `changes` of `product`, or of its `variant`; without any, nothing.

    In the caller's transaction, which holds the product's lock.
    """
    note_all(product, [(variant, changes)], actor=actor, reference=reference)


def note_all(
    product: Product,
    changed: Iterable[tuple[Variant | None, Changes]],
    *,
    actor: User | None,
    reference: str = "",
) -> None:
    """As `note`, for the product (None) and several of its variants."""
    noted = [(product, variant, changes) for variant, changes in changed]
    note_each(noted, actor=actor, reference=reference)


def note_each(
    noted: Iterable[tuple[Product, Variant | None, Changes]],
    *,
    actor: User | None,
    reference: str = "",
) -> None:
    """As `note_all`, for several products; two statements. Their `updated_at` says so as well: whoever
    asks what has changed since finds prices and pictures by it too."""
    made = [
        ProductChange(
            product=product, variant=variant, changes=changes, actor=actor, reference=reference
        )
        for product, variant, changes in noted
        if changes
    ]
    if made:
        many_rows.insert_all(made)
        rows.run(CHANGED, [sorted({each.product_id for each in made})])
