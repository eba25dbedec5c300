"""Sweeps: slow rows and rows that a worker dies of keep no others from their turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from checkout import gateway, sweeps
from checkout.models import (
    Order,
    Payment,
    Refund,
    ReplacedCard,
    StripeEvent,
    StripeReconciliation,
)
from tests.buying import Basket

pytestmark = pytest.mark.django_db
PAST = timedelta(seconds=1)


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours catches it."""


@pytest.fixture
def placed(basket: Basket) -> list[Order]:
    """Two orders whose payments, refunds and events are all due, the first one longest."""
    due = timezone.now() - PAST
    orders = [basket.with_(key=key).place() for key in ("key-1", "key-2")]
    for number, order in enumerate(orders):
        moment = due + timedelta(milliseconds=number)
        Order.objects.filter(pk=order.pk).update(reserved_until=moment)
        payment = order.payments.get()
        Payment.objects.filter(pk=payment.pk).update(
            status="processing", attempt=1, attempted_at=moment, next_check_at=moment
        )
        Refund.objects.create(payment=payment, amount=1, reason="x", next_attempt_at=moment)
        ReplacedCard.objects.create(payment_method_id=f"pm_{number}", next_attempt_at=moment)
        event = StripeEvent.objects.create(
            event_id=f"evt_{number}", type="payment_intent.processing", payload={}
        )
        StripeEvent.objects.filter(pk=event.pk).update(next_attempt_at=moment)
    return orders


SWEEPS: list[tuple[Callable[[], int], str]] = [
    (sweeps.stripe_events_due, "checkout.sweeps.process"),
    (sweeps.payments_due, "checkout.payments.settle"),
    (sweeps.refunds_due, "checkout.refunds.send"),
    (sweeps.cards_due, "checkout.cards.detach"),
    (sweeps.reservations_due, "checkout.payments.cancel_unpaid"),
]
# What the verb itself writes before it asks Stripe is told in the tests of that verb.
MOVED_BY_THE_VERB = ("checkout.refunds.send", "checkout.cards.detach")
each_sweep = pytest.mark.parametrize(("sweep", "verb"), SWEEPS)


@each_sweep
def test_a_sweep_whose_time_is_over_leaves_the_rest_to_the_next(
    sweep: Callable[[], int], verb: str, placed: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(verb, lambda key, **_more: seen.append(key))
    monkeypatch.setattr(sweeps, "BUDGET_SECONDS", 0)
    assert sweep() == 1
    assert len(seen) == 1
    if verb in MOVED_BY_THE_VERB:
        return
    assert sweep() == 1
    assert len(set(seen)) == 2
    assert sweep() == 0


@each_sweep
def test_a_sweep_with_time_takes_all(
    sweep: Callable[[], int], verb: str, placed: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(verb, lambda key, **_more: seen.append(key))
    assert sweep() == 2
    assert len(set(seen)) == 2


@pytest.mark.parametrize(
    ("sweep", "verb"), [one for one in SWEEPS if one[1] not in MOVED_BY_THE_VERB]
)
def test_a_row_that_the_worker_died_of_is_not_the_next_one(
    sweep: Callable[[], int], verb: str, placed: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def die(key: int, **_more: object) -> None:
        seen.append(key)
        raise Killed

    monkeypatch.setattr(verb, die)
    for _ in range(2):
        with pytest.raises(Killed):
            sweep()
    assert len(set(seen)) == 2


@pytest.mark.parametrize(
    ("sweep", "call"),
    [
        (sweeps.refunds_due, "checkout.gateway.refund"),
        (sweeps.cards_due, "checkout.gateway.detach"),
    ],
)
def test_a_call_that_the_worker_died_of_is_not_the_next_one(
    sweep: Callable[[], int], call: str, placed: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def die(*named: str, **more: Any) -> None:
        seen.append(more.get("key", named[0]))
        raise Killed

    monkeypatch.setattr(call, die)
    for _ in range(2):
        with pytest.raises(Killed):
            sweep()
    assert len(set(seen)) == 2


def test_a_long_list_of_stripes_is_compared_an_hour_at_a_time(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def listed(_types: list[str], **between: Any) -> list[gateway.Event]:
        asked.append(between)
        return []

    monkeypatch.setattr(gateway, "events", listed)
    began = timezone.now() - timedelta(hours=2, minutes=30)
    StripeReconciliation.objects.create(pk=1, seen_until=began)
    for _ in range(3):
        sweeps.missed_events()
    assert [one["since"] for one in asked] == [
        began + hours * sweeps.SPAN - sweeps.OVERLAP for hours in range(3)
    ]
    assert [one["until"] for one in asked[:2]] == [began + sweeps.SPAN, began + 2 * sweeps.SPAN]
    seen = StripeReconciliation.objects.get().seen_until
    assert asked[2]["until"] == seen
    assert seen > began + timedelta(hours=2, minutes=30)
