"""What pieces that are sent back come to, by the rules of refunds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checkout import refundable
from checkout.refund_errors import NotRefundable
from checkout.refund_previews import Asked, Preview, preview
from checkout.refundable import PartLeft
from fulfilment.models import FulfilmentOrder, Return, ReturnLine


def asked_of(left: PartLeft, pieces: Mapping[int, int]) -> Asked:
    """What `pieces` (a line's primary key → pieces) come to of what is `left` of a part.

    No more of a line than was not given back meanwhile. The delivery goes back with the last
    pieces of the part, as a withdrawal from all of it wants (Directive 2011/83/EU, article 13).
    """
    count = {each.line.pk: min(pieces.get(each.line.pk, 0), each.quantity) for each in left.lines}
    lines = {pk: pieces for pk, pieces in count.items() if pieces}
    all_of_it = lines and all(count[each.line.pk] == each.quantity for each in left.lines)
    return Asked(
        lines=lines, deliveries=frozenset({left.merchant.pk} if all_of_it and left.delivery else ())
    )


def asked_for(row: Return, left: PartLeft) -> Asked:
    """What came of a return, as its refund begins: what is as new goes back on the shelf."""
    asked = asked_of(left, came(row))
    as_new = {
        each.line_id
        for each in row.lines.all()
        if each.condition == ReturnLine.Condition.AS_NEW and each.line_id in asked.lines
    }
    return replace(asked, restock=frozenset(as_new))


def worth(part: FulfilmentOrder, pieces: Mapping[int, int]) -> Preview:
    """What sending those pieces back would give to the shopper now; empty where nothing is left."""
    left = left_of_part(part)
    try:
        return preview([left], asked_of(left, pieces))
    except NotRefundable:
        return Preview(left.currency, (), left.amount)


def left_of_part(part: FulfilmentOrder) -> PartLeft:
    """What can still be given back of a part."""
    [left] = [each for each in refundable.read(part.order) if each.merchant.pk == part.merchant_id]
    return left


def came(row: Return) -> dict[int, int]:
    """A line's primary key → pieces that the shop has received."""
    return {each.line_id: each.received for each in row.lines.all() if each.received}
