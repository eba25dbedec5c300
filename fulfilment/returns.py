"""Sending back: every change of a return, from the shopper's wish to what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateField, ExpressionWrapper, F
from django.utils import timezone

from accounts.mails import Mail, enqueue_all
from accounts.models import User
from catalogue.arrivals import zone
from checkout.models import Order, Refund
from fulfilment import (
    payloads,
    return_letters,
    return_photos,
    return_policies,
    return_worth,
    returnable,
    steps,
)
from fulfilment.models import (
    FulfilmentOrder,
    Return,
    ReturnEvent,
    ReturnLine,
    ReturnPhoto,
    Shipment,
)
from fulfilment.parts import part_of
from fulfilment.return_errors import (
    NoAnswer,
    NothingReceived,
    NothingToReturn,
    NotReturnable,
    ReasonOver,
    TooManyReturned,
)
from fulfilment.steps import TransitionRefused
from shopping import rows
from webhooks.events import Record, record_all

Status = Return.Status
SWEPT = 100
# A parcel that was sent on the last day is on its way for a while, and then waits to be opened.
GRACE = timedelta(days=14)
RELATED = ("fulfilment_order__order", "fulfilment_order__merchant")
# What the shopper is written of a step, once each.
LETTERS: dict[str, Callable[[Return], Mail]] = {
    Status.APPROVED: return_letters.approved,
    Status.REFUSED: return_letters.refused,
    Status.RECEIVED: return_letters.received,
    Status.EXPIRED: return_letters.expired,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Pieces of a line (its primary key) that somebody wants to send back, and why."""

    line: int
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True)
class Came:
    """Pieces of a return's line that came, and how they look."""

    quantity: int
    condition: str


def ask(
    part: FulfilmentOrder,
    *,
    wanted: Sequence[Wanted],
    words: str,
    key: str,
    photos: Sequence[bytes] = (),
    actor: User | None = None,
) -> Return:
    """Ask for pieces of `part` to be taken back; the shop is told, or its rule approves it at once.

    `words` at most 1000 characters, `photos` from fulfilment.return_photos.drawn. A `key`, of at
    most 64 characters, makes of any number of calls for the same part one return, which all of them
    return. One transaction; it locks the order, as refunds and parcels do, so that no piece is sent
    back twice. Raises NothingToReturn, NotReturnable, TooManyReturned, ReasonOver; then nothing is
    changed.
    """
    names = return_photos.keep(photos)
    try:
        with transaction.atomic():
            order = rows.lock(Order, part.order_id)
            made = Return.objects.filter(fulfilment_order=part, key=key).first()
            if made is None:
                _check(order, part, wanted)
                made = _write(part, wanted, words=words, key=key, names=names, actor=actor)
                names = []
    finally:
        # Of a press that came before, or was refused.
        return_photos.drop(names)
    return made


def approve(row: Return, *, actor: User | None, answer: str = "") -> Return:
    """Let the shopper send it back, and say where to and until when. Raises NoAddress,
    TransitionRefused; then nothing is changed."""
    merchant = row.fulfilment_order.merchant
    today = timezone.now().astimezone(zone(merchant.time_zone)).date()
    told = return_policies.told(return_policies.of(merchant), today=today)
    return _move(row, Status.APPROVED, actor=actor, answer=answer.strip(), **told)


def refuse(row: Return, *, answer: str, actor: User | None) -> Return:
    """Say no, and why: before it is sent, or once it came and was looked at. Raises NoAnswer,
    TransitionRefused; then nothing is changed."""
    if not answer.strip():
        raise NoAnswer
    return _move(row, Status.REFUSED, actor=actor, answer=answer.strip())


def withdraw(row: Return, *, actor: User | None) -> Return:
    """The shopper keeps it after all. Raises TransitionRefused."""
    return _move(row, Status.WITHDRAWN, actor=actor)


def expire(row: Return) -> Return:
    """It was approved and never sent back: its pieces may be asked for again. Raises
    TransitionRefused."""
    return _move(row, Status.EXPIRED, actor=None)


def receive(row: Return, *, came: Mapping[int, Came], actor: User | None) -> Return:
    """Say what of it came, by the primary keys of its lines; what is left out did not come.

    One transaction; it locks the order: what comes after its time was over may have been asked for
    again. Raises NothingReceived, TooManyReturned, TransitionRefused; then nothing is changed.
    """
    if not any(each.quantity for each in came.values()):
        raise NothingReceived
    with transaction.atomic():
        rows.lock(Order, row.fulfilment_order.order_id)
        late = Return.objects.get(pk=row.pk).status == Status.EXPIRED
        free = returnable.of(row.fulfilment_order).pieces if late else {}
        for each in row.lines.select_related("line"):
            found = came.get(each.pk, Came(0, ""))
            most = min(each.quantity, free.get(each.line_id, 0)) if late else each.quantity
            if not 0 <= found.quantity <= most:
                raise TooManyReturned(each.line.title, most)
            each.received = found.quantity
            each.condition = found.condition if found.quantity else ""
            each.save(update_fields=["received", "condition"])
        return _move(row, Status.RECEIVED, actor=actor)


def refunded(row: Return, refund: Refund | None, *, actor: User | None) -> Return:
    """What came of it was given back, by `refund` or otherwise; see fulfilment.return_refunds.

    In the caller's transaction, which holds the order's lock. Raises TransitionRefused.
    """
    if row.status == Status.REFUNDED:
        # The one before did not go through.
        row.refund = refund
        row.save(update_fields=["refund"])
        ReturnEvent.objects.create(parent=row, status=row.status, actor=actor)
        record_all([event_of(row)])
    else:
        _move(row, Status.REFUNDED, actor=actor, refund=refund)
    if refund is not None:
        enqueue_all([return_letters.refunded(row, refund)])
    return row


def overdue(*, test_shop_id: int | None = None) -> list[Return]:
    """Returns that were approved and whose day is over, the oldest first, some at a time; of a test
    space alone, where one is named."""
    found = Return.objects.on_the_way().filter(send_by__lt=timezone.now().date() - GRACE)
    if test_shop_id is not None:
        found = found.filter(fulfilment_order__order__test_shop_id=test_shop_id)
    return list(found.select_related(*RELATED).order_by("send_by", "pk")[:SWEPT])


def bring_nearer(merchant_id: int, *, by: timedelta) -> int:
    """Let the days of a test space's returns come sooner: until when what was approved is to be sent,
    and since when a parcel is there, from which the days to change one's mind count.

    Days are moved as a whole: less than one moves none. In the caller's transaction; locks them.
    Returns how many returns were on their way.
    """
    sooner = timedelta(days=by.days)
    of = {"fulfilment_order__order__test_shop_id": merchant_id}
    Shipment.objects.filter(**of, moved_at__isnull=False).update(moved_at=F("moved_at") - by)
    coming = Return.objects.on_the_way().filter(**of)
    return coming.update(send_by=ExpressionWrapper(F("send_by") - sooner, output_field=DateField()))


def event_of(row: Return) -> Record:
    """What subscribers hear of the step that a return is at."""
    return Record(
        type=f"return.{row.status}",
        subject=str(row.public_id),
        merchant_id=row.fulfilment_order.merchant_id,
        payload=payloads.goods_return(row, part_of(row.fulfilment_order)),
    )


def _check(order: Order, part: FulfilmentOrder, wanted: Sequence[Wanted]) -> None:
    """The caller holds the order's lock."""
    if not any(each.quantity for each in wanted):
        raise NothingToReturn
    found = returnable.of(part)
    if order.status != Order.Status.PAID or len({each.line for each in wanted}) < len(wanted):
        raise NotReturnable
    titles = {line.pk: line.title for line in steps.lines_of(part)}
    for each in wanted:
        if each.line not in titles or each.quantity < 1:
            raise NotReturnable
        if each.quantity > found.pieces.get(each.line, 0):
            raise TooManyReturned(titles[each.line], found.pieces.get(each.line, 0))
        if each.reason not in found.reasons:
            raise ReasonOver(titles[each.line])


def _write(
    part: FulfilmentOrder,
    wanted: Sequence[Wanted],
    *,
    words: str,
    key: str,
    names: Sequence[str],
    actor: User | None,
) -> Return:
    row = Return.objects.create(fulfilment_order=part, key=key, words=words.strip()[:1000])
    ReturnLine.objects.bulk_create(
        ReturnLine(parent=row, line_id=each.line, quantity=each.quantity, reason=each.reason)
        for each in wanted
    )
    ReturnPhoto.objects.bulk_create(ReturnPhoto(parent=row, file=name) for name in names)
    ReturnEvent.objects.create(parent=row, status=row.status, actor=actor)
    record_all([event_of(row)])
    pieces = {each.line: each.quantity for each in wanted}
    worth = return_worth.worth(part, pieces).amount
    if return_policies.approves(return_policies.of(part.merchant), row, worth=worth):
        approve(row, actor=None)
    enqueue_all([return_letters.requested(row)])
    return row


def _move(row: Return, status: str, *, actor: User | None, **fields: Any) -> Return:
    """Write the step with all that hangs on it, if the transition table knows it; the one place
    that asks it. One conditional UPDATE: of two at once one is refused."""
    sources = [s for s, targets in Return.TRANSITIONS.items() if status in targets]
    with transaction.atomic():
        moved = Return.objects.filter(pk=row.pk, status__in=sources).update(status=status, **fields)
        row.refresh_from_db()
        if not moved:
            raise TransitionRefused(row.status, status, Return.Status)
        ReturnEvent.objects.create(
            parent=row, status=status, actor=actor, note=str(fields.get("answer", ""))[:200]
        )
        record_all([event_of(row)])
        if status in LETTERS:
            enqueue_all([LETTERS[status](row)])
    return row
