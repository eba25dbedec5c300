"""Each night all stock is added up: on hand is the sum of its movements, reserved is what orders
wait for. What is available is derived from the two, and the database keeps it from falling below 0.

Each batch is read by statements that lock nothing and see one moment each, so that sales go on and
are no difference: a sale writes its movement, and an order its reservation, in one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import StockItem, Variant
from checkout import reconciliation_mails as mails
from checkout.models import ReconciliationFinding, StockCheck
from checkout.reconciliation_findings import STOCK, Found, Kind, Status, keep
from shopping import rows

# The hour, in UTC, from which a night's check is due; where nobody worked then, it is made up for.
HOUR = 2
# So many stock rows by their keys are one transaction.
BATCH = 500
# A worker begins no further batch after so many seconds, well before CELERY_TASK_TIME_LIMIT.
BUDGET_SECONDS = 45.0

ON_HAND = """
SELECT variant.public_id::text, coalesce(moved.pieces, 0), item.on_hand, variant.sku
FROM catalogue_stockitem item JOIN catalogue_variant variant ON variant.id = item.variant_id
LEFT JOIN LATERAL (
    SELECT sum(movement.after - movement.before)::bigint AS pieces
    FROM catalogue_stockmovement movement WHERE movement.variant_id = item.variant_id
) moved ON true
WHERE item.variant_id > %s AND item.variant_id <= %s
  AND item.on_hand <> coalesce(moved.pieces, 0)
"""
# Few orders wait for their payment at a time; of a variant there may be many that do not.
RESERVED = """
SELECT variant.public_id::text, coalesce(asked.pieces, 0), item.reserved, variant.sku
FROM catalogue_stockitem item JOIN catalogue_variant variant ON variant.id = item.variant_id
LEFT JOIN (
    SELECT line.variant_id, sum(line.quantity)::bigint AS pieces
    FROM checkout_order o JOIN checkout_orderline line ON line.order_id = o.id
    WHERE o.status = 'awaiting_payment' GROUP BY line.variant_id
) asked ON asked.variant_id = item.variant_id
WHERE item.variant_id > %s AND item.variant_id <= %s
  AND item.reserved <> coalesce(asked.pieces, 0)
"""
CHECKS = {Kind.STOCK_ON_HAND: ON_HAND, Kind.STOCK_RESERVED: RESERVED}


def due(now: datetime) -> StockCheck | None:
    """The check that is to go on or to begin, as it is after HOUR and today's has not begun."""
    going = StockCheck.objects.filter(ended_at=None).first()
    if going is not None or now.hour < HOUR:
        return going
    night = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if StockCheck.objects.filter(started_at__gte=night).exists():
        return None
    return begin()


def begin() -> StockCheck:
    """A new check of all stock, or the one that goes already."""
    check, _new = StockCheck.objects.get_or_create(ended_at=None, defaults={"last": last_key()})
    return check


def run(check: StockCheck, *, seconds: float | None = None) -> StockCheck:
    """Go on with `check` to its end; with `seconds` no further batch is begun after so many."""
    end = None if seconds is None else time.monotonic() + seconds
    while go_on(check) and (end is None or time.monotonic() < end):
        pass
    check.refresh_from_db()
    return check


def go_on(check: StockCheck) -> bool:
    """Compare the next batch; whether there is more to do, for this worker.

    One transaction, which locks the check: what is found, what agrees again, how far it came, and in
    the last one the operator's mail, are written together. A worker that dies costs one batch, and one
    that meets another at it leaves it the work.
    """
    with transaction.atomic():
        going = StockCheck.objects.select_for_update(skip_locked=True).filter(ended_at=None)
        locked = going.filter(pk=check.pk).first()
        if locked is None:
            return False
        until = min(locked.reached + BATCH, locked.last)
        found = compare(locked.reached, until)
        for each in found:
            keep(each, Status.OPEN)
        _mend(found, after=locked.reached, until=until)
        locked.reached = until
        locked.found += len(found)
        if until >= locked.last:
            locked.ended_at = timezone.now()
            mails.tell_open(
                STOCK,
                reference=f"stock:{locked.pk}",
                said=_("The nightly check of the stock found what a person has to look at:"),
            )
        locked.save()
    return locked.ended_at is None


def compare(after: int, until: int) -> list[Found]:
    """What does not add up behind the key `after`, up to `until`; amounts in pieces."""
    return [
        Found(kind=kind, object_id=object_id, expected=expected, found=found, detail=sku)
        for kind, text in CHECKS.items()
        for object_id, expected, found, sku in rows.run(text, [after, until])
    ]


def compare_all() -> Iterator[Found]:
    """What does not add up of all stock there is, batch by batch; writes nothing."""
    last = last_key()
    for after in range(0, last, BATCH):
        yield from compare(after, after + BATCH)


def last_key() -> int:
    newest = StockItem.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _mend(found: list[Found], *, after: int, until: int) -> None:
    """Close the open findings of the batch that were not found again."""
    open_ones = ReconciliationFinding.objects.filter(kind__in=STOCK, status=Status.OPEN)
    ids = {each.object_id for each in open_ones}
    if not ids:
        return
    here = Variant.objects.filter(pk__gt=after, pk__lte=until, public_id__in=ids)
    keys = {str(key) for key in here.values_list("public_id", flat=True)}
    still = {(each.kind, each.object_id) for each in found}
    for each in open_ones:
        if each.object_id in keys and (Kind(each.kind), each.object_id) not in still:
            agrees = Found(
                kind=Kind(each.kind),
                object_id=each.object_id,
                expected=each.expected,
                found=each.found,
                detail=each.detail,
            )
            keep(agrees, Status.MENDED, reason=_("it agrees by now"))
