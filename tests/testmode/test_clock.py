"""The clock of a test space: what waits there comes nearer, and what is real waits as long as before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue.models import Drop, Merchant, Variant
from checkout.models import Order, Payment
from fulfilment import test_clock, test_stage
from fulfilment.models import Return
from fulfilment.test_clock import ClockRefused
from tests.buying import Basket, Sandbox, shelf
from tests.testmode.conftest import TestBasket
from webhooks import endpoints, events, sequences
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_reservation_of_the_space_ends_and_a_real_one_does_not(
    trial: TestBasket, basket: Basket, dummies: Variant, flipflops: Variant, twin: Merchant
) -> None:
    tried, real = trial.place(), basket.place()

    told = test_clock.advance(twin, by=timedelta(seconds=601))

    assert (told.reservations, told.expired) == (1, 1)
    tried.refresh_from_db()
    assert (tried.status, tried.cancel_reason) == ("cancelled", "expired")
    assert shelf(dummies) == (10, 0)
    assert Order.objects.get(pk=real.pk).reserved_until == real.reserved_until
    assert shelf(flipflops) == (10, 1)


def test_less_time_than_it_takes_ends_nothing(trial: TestBasket, twin: Merchant) -> None:
    tried = trial.place()
    assert tried.reserved_until is not None

    told = test_clock.advance(twin, by=timedelta(seconds=300))

    assert (told.reservations, told.expired) == (1, 0)
    until = tried.reserved_until - timedelta(seconds=300)
    assert Order.objects.get(pk=tried.pk).reserved_until == until


def test_an_attempt_of_unknown_outcome_is_looked_up(
    trial: TestBasket, basket: Basket, twin: Merchant, sandbox: Sandbox
) -> None:
    """Its process died before it asked Stripe: nothing was made, so it is given up."""
    now = timezone.now()
    begun = {"status": "processing", "attempt": 1, "attempted_at": now}
    due = now + timedelta(seconds=31)
    for placed in (trial.place(), basket.place()):
        Payment.objects.filter(order=placed).update(**begun, next_check_at=due)

    told = test_clock.advance(twin, by=timedelta(minutes=8))

    assert told.settled == 1
    assert Payment.objects.get(test_shop=twin).status == "declined"
    assert Payment.objects.get(test_shop=None).next_check_at == due


def hooked(merchant: Merchant) -> Delivery:
    """A message to the shop's webhook that failed, and waits for its next try."""
    endpoint = endpoints.create("https://partner.example/hook", merchant_id=merchant.pk)
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=timezone.now())
    event = events.Event.objects.create(type="stock.changed", subject="x", merchant=merchant)
    return Delivery.objects.create(
        event=event, endpoint=endpoint, next_attempt_at=timezone.now() + timedelta(hours=2)
    )


def test_webhooks_of_the_space_are_tried_again_sooner(twin: Merchant, plage: Merchant) -> None:
    tried, real = hooked(twin), hooked(plage)

    told = test_clock.advance(twin, by=timedelta(hours=2))

    assert told.deliveries == 1
    assert Delivery.objects.get(pk=tried.pk).next_attempt_at <= timezone.now()
    assert Delivery.objects.get(pk=real.pk).next_attempt_at == real.next_attempt_at
    failing = Endpoint.objects.get(pk=tried.endpoint_id).failing_since
    assert failing is not None
    assert failing < timezone.now() - timedelta(hours=1)


def test_a_drop_of_the_space_opens_sooner(
    twin: Merchant, dummies: Variant, flipflops: Variant
) -> None:
    opens = timezone.now() + timedelta(days=2)
    tried = Drop.objects.create(product=dummies.product, opens_at=opens)
    real = Drop.objects.create(product=flipflops.product, opens_at=opens)

    told = test_clock.advance(twin, by=timedelta(days=2))

    assert told.drops == 1
    assert Drop.objects.get(pk=tried.pk).opens_at == opens - timedelta(days=2)
    assert Drop.objects.get(pk=real.pk).opens_at == opens


def test_a_return_that_never_came_is_closed(twin: Merchant, sandbox: Sandbox) -> None:
    row = test_stage.approved(twin)

    early = test_clock.advance(twin, by=timedelta(days=5))
    assert (early.returns, early.returns_expired) == (1, 0)
    told = test_clock.advance(twin, by=timedelta(days=60))

    assert told.returns_expired == 1
    assert Return.objects.get(pk=row.pk).status == "expired"


@pytest.mark.parametrize("by", [timedelta(0), timedelta(seconds=-1), timedelta(days=91)])
def test_a_clock_is_moved_by_a_second_to_ninety_days(twin: Merchant, by: timedelta) -> None:
    with pytest.raises(ClockRefused):
        test_clock.advance(twin, by=by)


def test_a_real_shop_has_no_clock(basket: Basket, plage: Merchant) -> None:
    real = basket.place()

    with pytest.raises(ClockRefused):
        test_clock.advance(plage, by=timedelta(days=1))

    assert Order.objects.get(pk=real.pk).reserved_until == real.reserved_until


def test_the_operators_webhook_hears_of_no_test(twin: Merchant, plage: Merchant) -> None:
    everything = endpoints.create("https://operator.example/hook", merchant_id=None)
    for merchant in (twin, plage):
        events.Event.objects.create(type="stock.changed", subject="x", merchant=merchant)
    events.Event.objects.create(type="payment.failed", subject="y", merchant=None)

    sequences.assign()

    heard = Delivery.objects.filter(endpoint=everything).values_list("event__merchant", flat=True)
    assert sorted(heard, key=str) == [plage.pk, None]
