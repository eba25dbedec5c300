"""Stocktakes: what is there is counted, looked at, and then applied to the books in slices.

A count is of a moment. What it finds is the difference from what the books said at that moment, and
that is what is applied: pieces sold, or come in, between the count and its application stay sold, or
there. See docs/adr/0104-a-count-is-of-a-moment.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import stock
from catalogue.models import (
    Category,
    Merchant,
    StockItem,
    StockMovement,
    Stocktake,
    StocktakeEvent,
    StocktakeLine,
)
from shopping import rows
from webhooks import hints

Status = Stocktake.Status
Outcome = StocktakeLine.Outcome

TASK = "catalogue.apply_stocktake"
# So many lines are applied, or written, in one transaction: no sale waits for more.
SLICE = 200
# A count that is older says too little of what is there now.
OLDEST = timedelta(days=7)

# In the order of the shelves, as far as we know it: products by title, their variants as listed.
BEGIN = """
INSERT INTO catalogue_stocktakeline (stocktake_id, variant_id, outcome)
SELECT %s::bigint, variant.id, ''
FROM catalogue_variant variant
JOIN catalogue_product product ON product.id = variant.product_id
JOIN catalogue_stockitem item ON item.variant_id = variant.id
WHERE variant.merchant_id = %s::bigint AND {which}
ORDER BY product.title, product.id, variant.position, variant.id
"""
CHOSEN = "variant.id = ANY(%s::bigint[])"
IN_CATEGORY = "product.status <> 'archived' AND product.category_id = %s::bigint"
ALL = "product.status <> 'archived' AND %s::boolean"

# One statement sees one moment: the pieces, and the last movement that is in them, are of the same.
# Of an earlier moment the movements say what there was.
RECORD = """
UPDATE catalogue_stocktakeline line
SET counted = found.counted, expected = found.expected, last_movement = found.movement,
    counted_at = %(at)s, counted_by_id = %(actor)s
FROM (
    SELECT wanted.variant_id, wanted.counted, moment.expected, moment.movement
    FROM unnest(%(variants)s::bigint[], %(counts)s::integer[]) AS wanted (variant_id, counted)
    JOIN catalogue_stockitem item ON item.variant_id = wanted.variant_id
    CROSS JOIN LATERAL (
        {moment}
    ) moment
) found
WHERE line.stocktake_id = %(stocktake)s AND line.variant_id = found.variant_id
RETURNING line.variant_id
"""
NOW = """
        SELECT item.on_hand AS expected, coalesce((
            SELECT id FROM catalogue_stockmovement WHERE variant_id = item.variant_id
            ORDER BY created_at DESC, id DESC LIMIT 1
        ), 0) AS movement
"""
EARLIER = """
        SELECT coalesce(before.after, later.before, item.on_hand) AS expected,
               coalesce(before.id, 0) AS movement
        FROM (SELECT 1) one
        LEFT JOIN LATERAL (
            SELECT id, after FROM catalogue_stockmovement
            WHERE variant_id = item.variant_id AND created_at <= %(at)s
            ORDER BY created_at DESC, id DESC LIMIT 1
        ) before ON true
        LEFT JOIN LATERAL (
            SELECT before FROM catalogue_stockmovement
            WHERE variant_id = item.variant_id AND created_at > %(at)s
            ORDER BY created_at, id LIMIT 1
        ) later ON true
"""


class StocktakeClosed(ValidationError):
    """It is no longer what the verb needs; nothing was changed."""

    def __init__(self, stocktake: Stocktake) -> None:
        super().__init__(
            _("This stocktake is “%(status)s”. Begin another one.")
            % {"status": Status(stocktake.status).label}
        )


class NothingCounted(ValidationError):
    def __init__(self) -> None:
        super().__init__(_("Nothing is counted yet. Enter what you count, then apply it."))


class NothingToCount(ValidationError):
    def __init__(self) -> None:
        super().__init__(
            _("There is nothing to count: choose another category, or the whole shop.")
        )


def begin(
    merchant: Merchant,
    *,
    actor: User | None,
    category: Category | None = None,
    variants: Collection[int] | None = None,
    note: str = "",
) -> Stocktake:
    """Begin to count a shop's goods: all of them, those of `category`, or `variants` (ids).

    What keeps no stock, and what is archived and not chosen by id, is left out. One transaction of as
    many statements, whatever the size. Raises NothingToCount.
    """
    which: str
    value: object
    if variants is not None:
        which, value = CHOSEN, sorted(variants)
    elif category is not None:
        which, value = IN_CATEGORY, category.pk
    else:
        which, value = ALL, True
    with transaction.atomic():
        stocktake = Stocktake.objects.create(
            merchant=merchant, category=category, note=note, actor=actor
        )
        rows.run(BEGIN.format(which=which), [stocktake.pk, merchant.pk, value])
        stocktake.size = stocktake.lines.count()
        if not stocktake.size:
            raise NothingToCount
        stocktake.save(update_fields=["size"])
        _note(stocktake, actor=actor)
    return stocktake


def record(
    stocktake: Stocktake,
    counts: Mapping[int, int],
    *,
    actor: User | None,
    at: datetime | None = None,
) -> set[int]:
    """Note what was counted (variant id → pieces, from 0) now, or `at` an earlier moment.

    The later count of a variant replaces the earlier one. Returns the ids that the stocktake has;
    others are left out. Locks the stocktake, so that none is noted while it is being applied. Raises
    StocktakeClosed; ValidationError for a moment that is not yet, or longer ago than OLDEST.
    """
    now = timezone.now()
    if at is not None and not now - OLDEST <= at <= now:
        raise ValidationError(_("Say when it was counted: within the last seven days, not later."))
    values = {
        "at": at or now,
        "actor": actor.pk if actor else None,
        "variants": list(counts),
        "counts": list(counts.values()),
        "stocktake": stocktake.pk,
    }
    with transaction.atomic():
        present = _locked(stocktake)
        if not present.is_open:
            raise StocktakeClosed(present)
        statement = RECORD.format(moment=EARLIER if at else NOW)
        return {key for (key,) in rows.run_named(statement, values)}


def apply(stocktake: Stocktake, *, actor: User | None) -> Stocktake:
    """Let a worker bring the books to what was counted; see `apply_slice`.

    Locks the stocktake. Raises StocktakeClosed, NothingCounted.
    """
    with transaction.atomic():
        stocktake = _locked(stocktake)
        if not stocktake.lines.counted().exists():
            raise NothingCounted
        stocktake.applied_by = actor
        _move(stocktake, Status.APPLYING, actor=actor)
        hints.wake(TASK, stocktake.pk)
    return stocktake


def cancel(stocktake: Stocktake, *, actor: User | None) -> Stocktake:
    """Count no further, and change nothing. Locks the stocktake. Raises StocktakeClosed."""
    with transaction.atomic():
        stocktake = _locked(stocktake)
        _move(stocktake, Status.CANCELLED, actor=actor)
    return stocktake


def apply_slice(stocktake_pk: int) -> bool:
    """Apply the next lines, at most SLICE; whether there may be more.

    One transaction, which locks the stocktake and then the lines' stock in key order. A line is marked
    in the transaction that moves its pieces: a worker that dies leaves whole slices, and another one
    goes on. A line is refused, and the others are not, where the books were corrected since it was
    counted, or where it would leave less than shoppers were promised.
    """
    with transaction.atomic():
        stocktake = Stocktake.objects.select_for_update(no_key=True).get(pk=stocktake_pk)
        if stocktake.status != Status.APPLYING:
            return False
        waiting = stocktake.lines.counted().filter(outcome=Outcome.WAITING)
        lines = list(waiting.order_by("variant_id")[:SLICE])
        _apply(stocktake, lines)
        if len(lines) < SLICE:
            _move(stocktake, Status.APPLIED, actor=None)
            return False
    return True


def applying() -> list[int]:
    """Stocktakes whose application goes on and that no worker is at just now, the oldest first."""
    with transaction.atomic():
        going = Stocktake.objects.select_for_update(no_key=True, skip_locked=True)
        waiting = going.filter(status=Status.APPLYING).order_by("pk")
        return list(waiting.values_list("pk", flat=True))


def _apply(stocktake: Stocktake, lines: list[StocktakeLine]) -> None:
    keys = [line.variant_id for line in lines]
    locked = StockItem.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    items = {item.pk: item for item in locked}
    stale = corrected(lines)
    moves = {}
    for line in lines:
        item, difference = items[line.variant_id], line.difference or 0
        line.outcome = verdict(line, item, is_corrected=line.variant_id in stale)
        if difference and line.outcome == Outcome.APPLIED:
            moves[line.variant_id] = difference
    if moves:
        stock.shift(
            moves,
            reason=StockMovement.Reason.COUNT,
            actor=stocktake.applied_by,
            reference=stocktake.reference,
            note=stocktake.note,
        )
    StocktakeLine.objects.bulk_update(lines, ["outcome"])


def verdict(line: StocktakeLine, item: StockItem, *, is_corrected: bool) -> StocktakeLine.Outcome:
    """What comes of a counted line as its stock is now; `is_corrected` as `corrected` says."""
    after = item.on_hand + (line.difference or 0)
    # Less than nothing: more has left since than was counted.
    if line.difference and (is_corrected or after < 0):
        return Outcome.STALE
    return Outcome.RESERVED if after < item.reserved else Outcome.APPLIED


def corrected(lines: Sequence[StocktakeLine]) -> set[int]:
    """The variants of counted `lines` whose books were put right since: the difference may be in there
    already, and must not be applied twice. True until the end of the transaction where their stock is
    locked."""
    seen = {line.variant_id: line.last_movement or 0 for line in lines}
    since = StockMovement.objects.filter(
        variant_id__in=seen, id__gt=min(seen.values(), default=0), reason__in=StockMovement.RECKONED
    )
    return {key for key, pk in since.values_list("variant_id", "pk") if pk > seen[key]}


def _locked(stocktake: Stocktake) -> Stocktake:
    return Stocktake.objects.select_for_update(no_key=True).get(pk=stocktake.pk)


def _move(stocktake: Stocktake, status: Stocktake.Status, *, actor: User | None) -> None:
    """Give a locked stocktake another status and write its history; in the caller's transaction. The
    one function that does; `actor` is None for a worker. Raises StocktakeClosed."""
    if status not in Stocktake.TRANSITIONS[stocktake.status]:
        raise StocktakeClosed(stocktake)
    stocktake.status = status
    if status in (Status.APPLIED, Status.CANCELLED):
        stocktake.ended_at = timezone.now()
    stocktake.save(update_fields=["status", "ended_at", "applied_by"])
    _note(stocktake, actor=actor)


def _note(stocktake: Stocktake, *, actor: User | None) -> None:
    StocktakeEvent.objects.create(stocktake=stocktake, status=stocktake.status, actor=actor)
