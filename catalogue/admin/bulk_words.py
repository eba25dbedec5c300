"""A bulk edit's plan as people read it before they confirm it."""

from __future__ import annotations

from typing import NamedTuple

from catalogue.admin.bulk_forms import PRICE
from catalogue.bulk import Part, Step
from catalogue.models import Product
from shopping.templatetags.money import money


class Row(NamedTuple):
    """One figure before and after; `struck` the struck prices beside it, where they change."""

    name: str
    before: str
    after: str
    struck: tuple[str, str] | None = None
    refusal: str = ""


class Shown(NamedTuple):
    product: Product
    rows: list[Row]
    is_refused: bool
    refusal: str


def shown(part: Part, *, kind: str) -> Shown:
    """`part` of a plan of this kind."""
    if part.status:
        before, after = Product.Status(part.product.status), Product.Status(part.status)
        rows = [Row("", str(before.label), str(after.label))]
    else:
        rows = [_row(step, part.product.currency, kind=kind) for step in part.steps]
    return Shown(part.product, rows, part.is_refused, part.refusal)


def _row(step: Step, currency: str, *, kind: str) -> Row:
    if kind != PRICE:
        return Row(step.name, str(step.before), str(step.after), refusal=step.refusal)
    struck = [
        "–" if amount is None else money(amount, currency)
        for amount in (step.struck_before, step.struck_after)
    ]
    return Row(
        step.name,
        money(step.before, currency),
        money(step.after, currency),
        (struck[0], struck[1]) if struck[0] != struck[1] else None,
        step.refusal,
    )
