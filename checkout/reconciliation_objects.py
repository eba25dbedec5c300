"""What was made at Stripe, payments and refunds, against our rows; what we missed is taken in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import TypeVar

from checkout import gateway, intents, refunds
from checkout.models import Payment, Refund
from checkout.reconciliation_findings import Found, Kind, Report
from shopping.ids import uuid_of

T = TypeVar("T")
CHUNK = 100


def chunks(things: Iterable[T]) -> Iterable[list[T]]:
    """`things` a hundred at a time."""
    things = iter(things)
    while chunk := list(islice(things, CHUNK)):
        yield chunk


def compare_intents(report: Report, *, since: datetime, until: datetime) -> None:
    """All intents of that time. Raises gateway.Unknown, gateway.Refused."""
    for chunk in chunks(gateway.intents_made(since=since, until=until)):
        _compare_intents(report, chunk)
        report.count("intents", len(chunk))


def compare_refunds(report: Report, *, since: datetime, until: datetime) -> None:
    """All refunds of that time. Raises gateway.Unknown, gateway.Refused."""
    for chunk in chunks(gateway.refunds_made(since=since, until=until)):
        _compare_refunds(report, chunk)
        report.count("refunds", len(chunk))


def recheck_intent(report: Report, intent_id: str) -> None:
    _compare_intents(report, [gateway.retrieve(intent_id)])


def recheck_refund(report: Report, stripe_id: str) -> None:
    _compare_refunds(report, [gateway.retrieve_refund(stripe_id)])


# Payments ----------------------------------------------------------------------------------------
def _compare_intents(report: Report, chunk: list[gateway.Intent]) -> None:
    """Two statements, and for each that differs the verb that takes it in."""
    named = {intent.id: uuid_of(intent.payment_id) for intent in chunk}
    ours = Payment.objects.in_bulk(
        [key for key in named.values() if key is not None], field_name="public_id"
    )
    returned = set(
        Refund.objects.filter(second_intent_id__in=list(named)).values_list(
            "second_intent_id", flat=True
        )
    )
    for intent in chunk:
        key = named[intent.id]
        payment = ours.get(key) if key is not None else None
        found = judge_intent(intent, payment, returned=intent.id in returned)
        if found is not None:
            _settle_intent(report, intent, found)


def _settle_intent(report: Report, intent: gateway.Intent, found: Found) -> None:
    def differs() -> Found | None:
        key = uuid_of(intent.payment_id)
        payment = Payment.objects.filter(public_id=key).first() if key else None
        returned = Refund.objects.filter(second_intent_id=intent.id).exists()
        return judge_intent(intent, payment, returned=returned)

    mendable = found.kind in (Kind.INTENT_MISSED, Kind.INTENT_DOUBLED)
    report.settle(differs, (lambda: intents.apply(intent)) if mendable else None)


def judge_intent(
    intent: gateway.Intent, payment: Payment | None, *, returned: bool
) -> Found | None:
    """What is wrong with an intent that says it is of `payment`; `returned`: it took money a second
    time, and a refund of ours gives that back."""
    if not intent.payment_id:
        return None
    if payment is None:
        return _of_intent(intent, Kind.INTENT_UNKNOWN, found=intent.amount)
    if (intent.amount, intent.currency) != (payment.amount, payment.currency):
        asked = f"{payment.amount} {payment.currency}"
        return _of_intent(
            intent, Kind.INTENT_DIFFERS, payment, payment.amount, intent.amount, detail=asked
        )
    paid = intent.status == "succeeded"
    if payment.intent_id not in (None, intent.id):
        if paid and not returned:
            return _of_intent(intent, Kind.INTENT_DOUBLED, payment, 0, intent.amount_received)
        return None
    return _judge_own(intent, payment, paid=paid)


def _judge_own(intent: gateway.Intent, payment: Payment, *, paid: bool) -> Found | None:
    received = intent.amount_received if paid else 0
    detail = f"{payment.status}, {intent.status}"
    if paid == (payment.status == Payment.Status.SUCCEEDED):
        if paid and payment.captured != received:
            kind = Kind.INTENT_DIFFERS
        elif intent.status == "canceled" and payment.status != Payment.Status.CANCELLED:
            kind = Kind.INTENT_MISSED
        else:
            return None
    else:
        kind = Kind.INTENT_MISSED if paid else Kind.INTENT_DIFFERS
    return _of_intent(intent, kind, payment, payment.captured, received, detail=detail)


def _of_intent(
    intent: gateway.Intent,
    kind: Kind,
    payment: Payment | None = None,
    expected: int | None = None,
    found: int | None = None,
    *,
    detail: str = "",
) -> Found:
    return Found(
        kind=kind,
        object_id=intent.id,
        expected=expected,
        found=found,
        currency=intent.currency,
        detail=detail,
        order_id=payment.order_id if payment else None,
        payment_id=payment.pk if payment else None,
    )


# Refunds -----------------------------------------------------------------------------------------
def _compare_refunds(report: Report, chunk: list[gateway.Refund]) -> None:
    """Three statements, and for each that differs the verb that takes it in."""
    known = {
        row.stripe_id: row
        for row in Refund.objects.filter(
            stripe_id__in=[answer.id for answer in chunk]
        ).select_related("payment")
    }
    taken = [answer.intent_id for answer in chunk if answer.id not in known]
    ours: dict[str, Payment] = {}
    if taken:
        seconds = Refund.objects.filter(second_intent_id__in=taken).select_related("payment")
        ours = {row.second_intent_id: row.payment for row in seconds}
        ours |= {row.intent_id or "": row for row in Payment.objects.filter(intent_id__in=taken)}
    for answer in chunk:
        if judge_refund(answer, known.get(answer.id), ours.get(answer.intent_id)) is not None:
            _settle_refund(report, answer, ours.get(answer.intent_id))


def _settle_refund(report: Report, answer: gateway.Refund, payment: Payment | None) -> None:
    def differs() -> Found | None:
        row = Refund.objects.filter(stripe_id=answer.id).select_related("payment").first()
        return judge_refund(answer, row, payment)

    report.settle(differs, lambda: refunds.apply(answer))


def judge_refund(
    answer: gateway.Refund, row: Refund | None, payment: Payment | None
) -> Found | None:
    """What is wrong with a refund at Stripe; `payment` is ours that its intent is of."""
    status = refunds.STATUSES.get(answer.status)
    if row is None:
        if payment is None or status == Refund.Status.FAILED:
            return None
        return _of_refund(answer, Kind.REFUND_MISSED, payment, expected=0)
    if row.amount != answer.amount:
        return _of_refund(answer, Kind.REFUND_DIFFERS, row.payment, row=row, expected=row.amount)
    if status is not None and status != row.status:
        detail = f"{row.status}, {answer.status}"
        gone = row.amount if row.status == Refund.Status.SUCCEEDED else 0
        return _of_refund(
            answer, Kind.REFUND_DIFFERS, row.payment, row=row, expected=gone, detail=detail
        )
    return None


def _of_refund(
    answer: gateway.Refund,
    kind: Kind,
    payment: Payment,
    *,
    expected: int,
    row: Refund | None = None,
    detail: str = "",
) -> Found:
    return Found(
        kind=kind,
        object_id=answer.id,
        expected=expected,
        found=0 if answer.status in ("failed", "canceled") else answer.amount,
        currency=answer.currency,
        detail=detail,
        order_id=payment.order_id,
        payment_id=payment.pk,
        refund_id=row.pk if row else None,
    )
