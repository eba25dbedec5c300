"""Which variant a visitor means by the options they chose, and which options are left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from catalogue.models import NO_OPTION, Product, Variant

# As long as a size at the most: "42", "XXL". What is longer runs over a narrow column's edge.
SHORT = 3
# Nobody's size is a safe guess; a colour is.
SIZES = ("size", "taille", "pointure")


def is_size(name: str) -> bool:
    return any(word in name.casefold() for word in SIZES)


def are_short(values: Iterable[str]) -> bool:
    """Whether an option's values are so short that their chips stand in columns of one width."""
    return all(len(value) <= SHORT for value in values)


@dataclass(frozen=True)
class Choice:
    """One value of an option: a chip."""

    value: str
    chosen: bool
    sold_out: bool
    variant: Variant  # what choosing it leads to


@dataclass(frozen=True)
class Option:
    """A row of chips: "Size" with its values, under the form field `field`."""

    name: str
    field: str
    choices: tuple[Choice, ...]

    @property
    def is_missing(self) -> bool:
        return not any(choice.chosen for choice in self.choices)

    @property
    def is_short(self) -> bool:
        return are_short(choice.value for choice in self.choices)


def left(variant: Variant) -> int:
    """How many of `variant` (with its stock) can be bought now."""
    stock = getattr(variant, "stock", None)
    return stock.available if stock else 0


def _nearest(variants: Sequence[Variant], wanted: Sequence[str]) -> Variant:
    """The variant that agrees with most of `wanted`, earlier options first, stocked before not."""

    def rank(variant: Variant) -> tuple[bool, ...]:
        agree = tuple(
            value == choice for value, choice in zip(variant.option_values, wanted, strict=False)
        )
        return (*agree, left(variant) > 0)

    return max(variants, key=rank)


def chosen(
    variants: Sequence[Variant], *, variant_id: UUID | None, values: Mapping[int, str]
) -> Variant:
    """The variant named by `variant_id`, else nearest to `values` (option's position → value),
    else the first that is in stock, else the first. `variants` is not empty."""
    for variant in variants:
        if variant.public_id == variant_id:
            return variant
    if values:
        width = len(variants[0].option_values)
        return _nearest(variants, [values.get(position, "") for position in range(width)])
    return next((variant for variant in variants if left(variant) > 0), variants[0])


def options(
    product: Product,
    variants: Sequence[Variant],
    *,
    current: Variant,
    variant_id: UUID | None,
    values: Mapping[int, str],
) -> list[Option]:
    """The rows of chips around `current`; none for a product that comes in one form only.

    A size that neither `variant_id` nor `values` (as in `chosen`) names is left open, unless there
    is only one.
    """
    is_named = any(variant.public_id == variant_id for variant in variants)
    rows = []
    for position, name in enumerate(product.option_names):
        there = dict.fromkeys(
            variant.option_values[position]
            for variant in variants
            if position < len(variant.option_values)
        )
        if not there or list(there) == [NO_OPTION]:
            continue
        is_picked = is_named or len(there) == 1 or values.get(position) in there
        known = is_picked or not is_size(name)
        choices = tuple(_choice(variants, current, position, value, known=known) for value in there)
        rows.append(Option(name, f"o{position}", choices))
    return rows


def _choice(
    variants: Sequence[Variant], current: Variant, position: int, value: str, *, known: bool
) -> Choice:
    """Where choosing `value` leads while the other options stay as near as they can."""
    having = [variant for variant in variants if variant.option_values[position:][:1] == [value]]
    target = _nearest(having, current.option_values)
    is_current = current.option_values[position : position + 1] == [value]
    return Choice(value, known and is_current, left(target) == 0, target)
