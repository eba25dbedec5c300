"""Stock: promising it, selling it, giving it back, counting it.

Every verb here is one statement that first locks its rows in key order, so that two baskets with
the same goods in another order wait for each other instead of deadlocking. All of them run inside
the caller's transaction and hold their row locks until its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.models import StockItem, StockMovement, Variant
from partners import answers
from shopping import rows
from webhooks import events

# Rows are locked by the inner SELECT, after its sort; a row that another transaction has changed
# meanwhile comes out with its new figures, and the UPDATE reads the same new version.
LOCKED = """
WITH wanted (variant_id, quantity) AS (SELECT * FROM unnest(%s::bigint[], %s::integer[])),
locked AS (
    SELECT item.variant_id, item.on_hand, item.reserved, wanted.quantity
    FROM catalogue_stockitem item JOIN wanted USING (variant_id)
    ORDER BY item.variant_id
    FOR NO KEY UPDATE OF item
),
verdict AS (
    SELECT *, bool_and({condition}) OVER () AND count(*) OVER () = %s AS enough FROM locked
),
changed AS (
    UPDATE catalogue_stockitem item SET {change}
    FROM verdict WHERE item.variant_id = verdict.variant_id AND verdict.enough
    RETURNING item.variant_id, item.on_hand AS after, verdict.quantity
)
"""

SHORTAGES = """
SELECT wanted.variant_id, coalesce(locked.on_hand - locked.reserved, 0)
FROM wanted LEFT JOIN locked USING (variant_id)
WHERE NOT EXISTS (SELECT FROM changed)
  AND (locked.variant_id IS NULL OR NOT ({condition}))
"""

MOVEMENTS = """,
moved AS (
    INSERT INTO catalogue_stockmovement
        (variant_id, reason, before, after, actor_id, reference, note, call_key, created_at)
    SELECT variant_id, %s::varchar, {before}, after, %s::bigint, %s::varchar, %s::varchar,
           %s::varchar, clock_timestamp()
    FROM changed
)
"""
# The clock is read when the lock is there: of one variant the later movement has the later time.

BEGUN = """
INSERT INTO catalogue_stockitem (variant_id, on_hand, reserved)
SELECT variant_id, 0, 0 FROM unnest(%s::bigint[]) AS counted (variant_id)
ON CONFLICT (variant_id) DO NOTHING
"""
COUNTED = """
SELECT variant_id, on_hand, reserved FROM catalogue_stockitem
WHERE variant_id = ANY(%s::bigint[]) ORDER BY variant_id FOR NO KEY UPDATE
"""
# After COUNTED, which waits for the same call where it is at it still.
MOVED = """
SELECT variant_id FROM catalogue_stockmovement
WHERE variant_id = ANY(%s::bigint[]) AND call_key = %s AND created_at > now() - %s::interval
"""
TOLD = """
SELECT v.public_id::text, v.merchant_id, v.sku, item.on_hand - item.reserved
FROM catalogue_stockitem item JOIN catalogue_variant v ON v.id = item.variant_id
WHERE item.variant_id = ANY(%s::bigint[]) ORDER BY item.variant_id
"""

RESERVE = {
    "condition": "locked.on_hand - locked.reserved >= locked.quantity",
    "change": "reserved = item.reserved + verdict.quantity",
}
RELEASE = {
    "condition": "locked.reserved >= locked.quantity",
    "change": "reserved = item.reserved - verdict.quantity",
}
SELL = {
    "condition": "locked.reserved >= locked.quantity",
    "change": "on_hand = item.on_hand - verdict.quantity,"
    " reserved = item.reserved - verdict.quantity",
}
ADD = {
    "condition": "locked.on_hand + locked.quantity >= locked.reserved",
    "change": "on_hand = item.on_hand + verdict.quantity",
}


class OutOfStock(Exception):
    """Some variants have too little left; nothing was changed.

    `shortages` maps each short variant's id to how many of it can still be sold.
    """

    def __init__(self, shortages: dict[int, int]) -> None:
        super().__init__(f"out of stock: {shortages}")
        self.shortages = shortages


class WrongWay(Exception):
    """Goods that come in are no damage, and what is gone was not received; nothing was changed."""

    def __init__(self, *, comes: bool) -> None:
        self.comes = comes
        super().__init__(
            _("What comes in is written without a minus.")
            if comes
            else _("What is gone is written with a minus.")
        )


class NotReserved(Exception):
    """More was to be sold or released than is reserved; nothing was changed."""


def reserve(quantities: Mapping[int, int]) -> None:
    """Promise `quantities` (variant id → pieces, each above zero): all of it or nothing.

    One statement. Locks the stock rows in key order until the caller's transaction ends.
    Raises OutOfStock with what is left of each variant that falls short; an unknown variant
    has nothing left.
    """
    shortages = _change(quantities, RESERVE)
    if shortages:
        raise OutOfStock(shortages)


def release(quantities: Mapping[int, int]) -> None:
    """Give back what `reserve` promised (variant id → pieces). One statement, same locks.

    Raises NotReserved if more is given back than is reserved.
    """
    _refuse_unreserved(_change(quantities, RELEASE))


def sell(quantities: Mapping[int, int], *, reference: str, actor: User | None = None) -> None:
    """Turn a reservation into a sale: the pieces leave both counts, with their movements.

    `reference` is the order's number. One statement, same locks. No `stock.changed` event: what
    can be bought does not change when a promise is kept, and `order.paid` carries the lines.
    Raises NotReserved if more is sold than is reserved.
    """
    shortages = _change(
        quantities, SELL, reason=StockMovement.Reason.SALE, actor=actor, reference=reference
    )
    _refuse_unreserved(shortages)


def restock(quantities: Mapping[int, int], *, reference: str, actor: User | None = None) -> None:
    """Put pieces (variant id → pieces) back on the shelf, say from a return or a supplier.

    Same locks; one statement, and the `stock.changed` events. Raises OutOfStock for a variant
    that keeps no stock.
    """
    shift(quantities, reason=StockMovement.Reason.RESTOCK, actor=actor, reference=reference)


def adjust(
    variant: Variant,
    *,
    delta: int,
    reason: StockMovement.Reason = StockMovement.Reason.ADJUSTMENT,
    actor: User | None,
    reference: str = "",
    note: str = "",
    call_key: str = "",
) -> None:
    """Correct how many pieces of `variant` are there by `delta`, which may be negative.

    Records who did it and why, with a `note` of at most 200 characters, and a `stock.changed` event.
    What the call that `call_key` names has done before is not done again. Raises WrongWay for a
    `reason` that goes the other way; OutOfStock if that would take away pieces that are reserved.
    """
    if delta == 0:
        return
    check_way(reason, delta)
    told: dict[str, Any] = {"reason": reason, "actor": actor, "reference": reference, "note": note}
    with transaction.atomic():
        if not moved_by(call_key, [variant.id]):
            shift({variant.id: delta}, call_key=call_key, **told)


def shift(
    moves: Mapping[int, int],
    *,
    reason: StockMovement.Reason,
    actor: User | None,
    reference: str = "",
    note: str = "",
    call_key: str = "",
) -> None:
    """Change how many are there by `moves` (variant id → pieces, none of them 0): all or nothing.

    Same locks; one statement, and the `stock.changed` events. Raises OutOfStock where that would
    take away pieces that are reserved. Call inside a transaction.
    """
    told: dict[str, Any] = {"reason": reason, "actor": actor, "reference": reference, "note": note}
    shortages = _change(moves, ADD, call_key=call_key, **told)
    if shortages:
        raise OutOfStock(shortages)
    _tell(list(moves))


def moved_by(call_key: str, variant_ids: Iterable[int]) -> set[int]:
    """Which of these variants the call has moved before, as one whose answer was not kept: nobody adds
    its pieces twice. For as long as answers are kept; none for "".

    Locks the stock in key order, so that what is said holds until the caller's transaction ends.
    """
    if not call_key:
        return set()
    ids = sorted(variant_ids)
    rows.run(COUNTED, [ids])
    return {key for (key,) in rows.run(MOVED, [ids, call_key, answers.KEPT])}


def check_way(reason: StockMovement.Reason, delta: int) -> None:
    """Raises WrongWay where goods do not go that way for `reason`."""
    if reason in StockMovement.COMING and delta < 0:
        raise WrongWay(comes=True)
    if reason in StockMovement.GOING and delta > 0:
        raise WrongWay(comes=False)


def watch(variant: Variant, *, low_at: int | None) -> None:
    """Say from how many pieces on `variant` is low; None lets its shop's figure count."""
    StockItem.objects.filter(pk=variant.pk).update(low_at=low_at)


def stocktake(
    counts: Mapping[int, int],
    *,
    reason: StockMovement.Reason = StockMovement.Reason.IMPORT,
    actor: User | None = None,
    reference: str = "",
) -> list[int]:
    """Set how many pieces are there (variant id → pieces, from 0) to what was counted.

    Variants without a stock row get one. Each count that differs leaves its movement and its
    `stock.changed` event; tell of a new product before its stock is counted, so that nobody hears
    of pieces of a variant that they do not know. Returns the ids whose count changed. Locks the
    rows in key order; call inside a transaction. As many statements for one variant as for many.
    Raises OutOfStock if fewer were counted than are reserved.
    """
    ids = sorted(counts)
    rows.run(BEGUN, [ids])
    items = rows.run(COUNTED, [ids])
    short = {key: there - kept for key, there, kept in items if counts[key] < kept}
    if short:
        raise OutOfStock(short)
    moves = {key: counts[key] - there for key, there, _kept in items if there != counts[key]}
    if moves:
        shift(moves, reason=reason, actor=actor, reference=reference)
    return list(moves)


def _change(
    quantities: Mapping[int, int],
    rule: dict[str, str],
    *,
    reason: StockMovement.Reason | None = None,
    actor: User | None = None,
    reference: str = "",
    note: str = "",
    call_key: str = "",
) -> dict[int, int]:
    """Apply `rule` to all of `quantities` or to none; returns what is left of the short ones."""
    ids = sorted(quantities)
    sql = LOCKED.format(**rule)
    values: list[Any] = [ids, [quantities[variant_id] for variant_id in ids], len(ids)]
    if reason is not None:
        before = "after - quantity" if rule is ADD else "after + quantity"
        sql += MOVEMENTS.format(before=before)
        values += [reason.value, actor.pk if actor else None, reference, note, call_key]
    return dict(rows.run(sql + SHORTAGES.format(**rule), values))


def _refuse_unreserved(shortages: dict[int, int]) -> None:
    if shortages:
        raise NotReserved(f"more than reserved of variants {sorted(shortages)}")


def _tell(variant_ids: list[int]) -> None:
    events.record_all(
        [
            events.Record(
                type="stock.changed",
                subject=name,
                merchant_id=merchant_id,
                payload={"variant": name, "sku": sku, "available": available},
            )
            for name, merchant_id, sku, available in rows.run(TOLD, [variant_ids])
        ]
    )
