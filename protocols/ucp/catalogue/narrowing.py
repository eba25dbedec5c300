"""One product, narrowed to what was picked of it: which forms are meant, and what else could be picked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalogue.models import Product, Variant
from protocols.ucp.catalogue.documents import chosen, option_values
from protocols.ucp.catalogue.shelf import Shelf, is_available

Picked = dict[str, str]


def effective(
    shelf: Shelf, product: Product, picked: Mapping[str, str], preferences: Sequence[str]
) -> Picked:
    """Of what was `picked` as much as some form has.

    Options that were not preferred give way first, then preferred ones from the end. What the product
    does not know is passed over.
    """
    known = option_values(shelf, product)
    kept = {name: value for name, value in picked.items() if value in known.get(name, ())}
    order = [name for name in kept if name not in preferences]
    order += [name for name in reversed(preferences) if name in kept]
    for name in order:
        if matching(shelf, product, kept):
            break
        del kept[name]
    return kept


def matching(shelf: Shelf, product: Product, picked: Mapping[str, str]) -> list[Variant]:
    """The forms that have all that was picked."""
    forms = shelf.variants[product.pk]
    return [each for each in forms if picked.items() <= chosen(product, each).items()]


def options(shelf: Shelf, product: Product, picked: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each option's values, and whether a form has them beside what else was picked."""
    return [
        {"name": name, "values": list(_values(shelf, product, picked, name, values))}
        for name, values in option_values(shelf, product).items()
    ]


def _values(
    shelf: Shelf, product: Product, picked: Mapping[str, str], name: str, values: Iterable[str]
) -> Iterable[dict[str, Any]]:
    for value in values:
        forms = matching(shelf, product, {**picked, name: value})
        available = any(is_available(product, each) for each in forms)
        yield {"label": value, "exists": bool(forms), "available": available}
