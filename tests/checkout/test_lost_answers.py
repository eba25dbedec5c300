"""The click, cut off between any two of its steps: it ends paid once, or with nothing charged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue.models import Variant
from checkout import attempts, gateway, payments, sweeps
from checkout.models import Order, Payment
from tests.buying import Sandbox, history, pay, shelf

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours catches it."""


def die(*_args: object, **_more: object) -> None:
    raise Killed


def pay_and_die(payment: Payment, token: str, *, at: str, patch: pytest.MonkeyPatch) -> None:
    """Start paying, and end before the step `at` (a name in checkout.payments)."""
    with patch.context() as changed:
        changed.setattr(f"checkout.payments.{at}", die)
        with pytest.raises(Killed):
            pay(payment, token)


def let_time_pass(payment: Payment, *, after: timedelta = 2 * attempts.GRACE) -> None:
    """As if the attempt had begun so long ago that its process has surely ended."""
    past = timezone.now() - after - timedelta(seconds=1)
    Payment.objects.filter(pk=payment.pk).update(attempted_at=past, next_check_at=past)


def test_killed_before_the_claim(
    order: Order,
    payment: Payment,
    flipflops: Variant,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pay_and_die(payment, sandbox.token(), at="_claim", patch=monkeypatch)
    assert payments.cancel_unpaid(order.pk, reason="expired")
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "expired")
    assert shelf(flipflops) == (10, 0)
    assert sandbox.intents() == []


def test_killed_between_claim_and_stripe(
    order: Order, payment: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay_and_die(payment, sandbox.token(), at="_pay", patch=monkeypatch)
    assert sweeps.payments_due() == 0
    assert payments.settle(payment.pk).kind == "processing"
    let_time_pass(payment)
    assert sweeps.payments_due() == 1
    payment.refresh_from_db()
    assert (payment.status, payment.decline_code) == ("declined", "not_received")
    assert pay(payment, sandbox.token()).kind == "succeeded"
    assert [intent["status"] for intent in sandbox.intents()] == ["succeeded"]
    assert len(sandbox.charges()) == 1


def test_killed_between_stripe_and_our_rows(
    order: Order,
    payment: Payment,
    flipflops: Variant,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pay_and_die(payment, sandbox.token(), at="apply", patch=monkeypatch)
    payment.refresh_from_db()
    assert (payment.status, payment.intent_id) == ("processing", None)
    assert len(sandbox.charges()) == 1
    let_time_pass(payment)
    assert sweeps.payments_due() == 1
    order.refresh_from_db()
    assert order.status == "paid"
    assert shelf(flipflops) == (9, 0)
    assert len(sandbox.charges()) == 1


@pytest.mark.parametrize("kind", ["drop_after", "error_after"])
def test_stripe_charges_and_the_answer_is_lost(
    kind: str, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    sandbox.fault(kind, "payment_intents.create", times=2)
    assert pay(payment, sandbox.token()).kind == "unknown"
    let_time_pass(payment)
    assert payments.settle(payment.pk).kind == "succeeded"
    order.refresh_from_db()
    assert order.status == "paid"
    assert len(sandbox.charges()) == 1


@pytest.mark.parametrize("minutes", [-10, 10])
def test_the_answer_is_lost_and_the_clocks_are_apart(
    minutes: int, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    """Whoever asked Stripe lived minutes before it or behind it: what it charged is found even so."""
    sandbox.fault("drop_after", "payment_intents.create", times=2)
    assert pay(payment, sandbox.token()).kind == "unknown"
    asked = timezone.now() + timedelta(minutes=minutes)
    Payment.objects.filter(pk=payment.pk).update(attempted_at=asked)
    assert payments.cancel_unpaid(order.pk, reason="expired")
    order.refresh_from_db()
    assert order.status == "paid"
    assert len(sandbox.charges()) == 1


@pytest.mark.parametrize("kind", ["drop", "error"])
def test_stripe_is_away(kind: str, order: Order, payment: Payment, sandbox: Sandbox) -> None:
    sandbox.fault(kind, "payment_intents.create", times=2)
    token = sandbox.token()
    assert pay(payment, token).kind == "unknown"
    assert sandbox.intents() == []
    let_time_pass(payment)
    assert payments.settle(payment.pk).decline_code == "not_received"
    assert pay(payment, sandbox.token()).kind == "succeeded"
    assert len(sandbox.charges()) == 1


def test_a_lost_call_that_arrives_after_the_key_was_used_up_charges_nobody(
    order: Order, payment: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[gateway.Charge] = []

    def lose(charge: gateway.Charge, *, key: str) -> gateway.Intent:
        late.append(charge)
        raise gateway.Unknown("lost on the way")

    with monkeypatch.context() as changed:
        changed.setattr(gateway, "pay", lose)
        assert pay(payment, sandbox.token()).kind == "unknown"
    let_time_pass(payment)
    assert payments.settle(payment.pk).kind == "declined"
    payment.refresh_from_db()
    with pytest.raises(gateway.KeyInUse):
        gateway.pay(late[0], key=attempts.key_of(payment))
    assert sandbox.charges() == []


def test_stripe_has_forgotten_the_key_of_an_attempt_that_charged(
    order: Order, payment: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a day without us: the key is free again, so looking must come first."""
    pay_and_die(payment, sandbox.token(), at="apply", patch=monkeypatch)
    let_time_pass(payment)
    monkeypatch.setattr(attempts, "key_of", lambda payment: "a key that was never used")
    assert payments.settle(payment.pk).kind == "succeeded"
    assert len(sandbox.intents()) == len(sandbox.charges()) == 1


def test_a_lost_call_that_arrives_between_looking_and_using_up_the_key(
    order: Order, payment: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[tuple[gateway.Charge, str]] = []
    arrive, block = gateway.pay, gateway.block

    def lose(charge: gateway.Charge, *, key: str) -> gateway.Intent:
        late.append((charge, key))
        raise gateway.Unknown("on its way")

    def be_overtaken(charge: gateway.Charge, *, key: str) -> gateway.Intent:
        arrive(late[0][0], key=late[0][1])
        return block(charge, key=key)

    monkeypatch.setattr(gateway, "pay", lose)
    monkeypatch.setattr(gateway, "block", be_overtaken)
    assert pay(payment, sandbox.token()).kind == "unknown"
    let_time_pass(payment)
    assert payments.settle(payment.pk).kind == "succeeded"
    order.refresh_from_db()
    assert order.status == "paid"
    assert len(sandbox.intents()) == len(sandbox.charges()) == 1


def test_the_reservation_ends_while_the_outcome_is_unknown(
    order: Order,
    payment: Payment,
    flipflops: Variant,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pay_and_die(payment, sandbox.token(), at="_pay", patch=monkeypatch)
    Order.objects.filter(pk=order.pk).update(reserved_until=timezone.now())
    assert sweeps.reservations_due() == 1
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert shelf(flipflops) == (10, 0)
    assert [intent["status"] for intent in sandbox.intents()] == ["canceled"]
    assert history(order)[-1] == "order.cancelled"


def test_the_reservation_ends_just_after_stripe_charged(
    order: Order,
    payment: Payment,
    flipflops: Variant,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pay_and_die(payment, sandbox.token(), at="apply", patch=monkeypatch)
    Order.objects.filter(pk=order.pk).update(reserved_until=timezone.now())
    assert sweeps.reservations_due() == 1
    order.refresh_from_db()
    assert order.status == "paid"
    assert shelf(flipflops) == (9, 0)


def test_stripe_does_not_answer_when_the_reservation_ends(
    order: Order, payment: Payment, flipflops: Variant, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    Order.objects.filter(pk=order.pk).update(reserved_until=timezone.now())
    sandbox.fault("error", "payment_intents.*", times=2)
    assert sweeps.reservations_due() == 1
    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    assert order.reserved_until is not None
    assert order.reserved_until > timezone.now() + timedelta(seconds=30)
    assert shelf(flipflops) == (10, 1)
    Order.objects.filter(pk=order.pk).update(reserved_until=timezone.now())
    sweeps.reservations_due()
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert shelf(flipflops) == (10, 0)


@pytest.mark.parametrize("kind", ["drop_after", "error_after"])
def test_a_second_attempt_charges_and_its_answer_is_lost(
    kind: str, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    sandbox.fault(kind, "payment_intents.confirm", times=2)
    assert pay(payment, sandbox.token()).kind == "unknown"
    payment.refresh_from_db()
    assert payment.status == "processing"
    assert payments.settle(payment.pk).kind == "succeeded"
    order.refresh_from_db()
    assert order.status == "paid"
    assert len(sandbox.intents()) == len(sandbox.charges()) == 1


@pytest.mark.parametrize("kind", ["drop", "error"])
def test_a_second_attempt_that_never_reached_stripe(
    kind: str, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    sandbox.fault(kind, "payment_intents.confirm", times=2)
    assert pay(payment, sandbox.token()).kind == "unknown"
    running = Payment.objects.get()
    assert running.attempted_at is not None
    # Such an attempt may ask Stripe twice: for the customer, and to confirm.
    assert running.next_check_at == running.attempted_at + 2 * attempts.GRACE
    let_time_pass(payment, after=attempts.GRACE)
    assert payments.settle(payment.pk).kind == "processing"
    let_time_pass(payment)
    assert sweeps.payments_due() == 1
    payment.refresh_from_db()
    assert (payment.status, payment.next_check_at) == ("declined", None)
    assert pay(payment, sandbox.token()).kind == "succeeded"
    assert len(sandbox.charges()) == 1


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_call_that_charged_is_repeated_and_turned_away(
    status: int, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    """The library repeats what it lost, and the repeat is told nothing of the first."""
    sandbox.fault("drop_after", "payment_intents.create")
    sandbox.fault("error", "payment_intents.create", status=status)
    assert pay(payment, sandbox.token()).kind == "unknown"
    assert pay(payment, sandbox.token()).kind == "processing"
    let_time_pass(payment)
    assert payments.settle(payment.pk).kind == "succeeded"
    assert len(sandbox.intents()) == len(sandbox.charges()) == 1


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_call_that_is_turned_away_charges_nobody(
    status: int, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    sandbox.fault("error", "payment_intents.create", status=status)
    assert pay(payment, sandbox.token()).kind == "unknown"
    let_time_pass(payment)
    assert payments.settle(payment.pk).decline_code == "not_received"
    assert sandbox.charges() == []
    assert pay(payment, sandbox.token()).kind == "succeeded"
    assert len(sandbox.charges()) == 1


def refuse_unheard(payment: Payment, sandbox: Sandbox) -> None:
    """Stripe refuses the call, keeps the refusal under its key, and we are not told."""
    sandbox.fault("drop_after", "payment_intents.create", times=2)
    assert pay(payment, "ctoken_unknown").kind == "unknown"


def test_a_refusal_that_is_lost_gives_the_order_up_once_it_is_found_out(
    order: Order, payment: Payment, flipflops: Variant, sandbox: Sandbox
) -> None:
    refuse_unheard(payment, sandbox)
    let_time_pass(payment)
    assert payments.settle(payment.pk).kind == "unknown"
    let_time_pass(payment, after=attempts.SURELY_OVER)
    assert payments.settle(payment.pk).decline_code == "not_received"
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "refused")
    assert shelf(flipflops) == (10, 0)
    assert sandbox.intents() == sandbox.charges() == []


def test_a_refusal_that_is_lost_does_not_hold_the_stock(
    order: Order, payment: Payment, flipflops: Variant, sandbox: Sandbox
) -> None:
    refuse_unheard(payment, sandbox)
    assert not payments.cancel_unpaid(order.pk, reason="expired")
    let_time_pass(payment, after=attempts.SURELY_OVER)
    assert payments.cancel_unpaid(order.pk, reason="expired")
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "refused")
    assert shelf(flipflops) == (10, 0)
