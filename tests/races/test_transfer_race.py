"""Transfers and reversals, sent and told of by many at once: the money moves once."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalogue.models import Merchant
from checkout import gateway, ledger, payout_accounts, refunds, reversals, transfers, unsettled
from checkout.ledger import Account, Posting
from checkout.models import LedgerTransaction, Order, Payment, Transfer, TransferReversal
from checkout.payout_accounts import Answer
from shopping import rows
from shopping.money import Money
from tests.buying import Basket, Sandbox, pay
from tests.paying_out import at_stripe, books, connect, due, old_code, post, sweep
from tests.races import crowd
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


@pytest.fixture
def waiting(order: Order, payment: Payment, plage: Merchant, sandbox: Sandbox) -> Transfer:
    connect(sandbox, plage)
    assert pay(payment, sandbox.token()).kind == "succeeded"
    return Transfer.objects.get()


def test_a_transfer_is_sent_by_many_at_once(
    waiting: Transfer, order: Order, sandbox: Sandbox
) -> None:
    sandbox.fault("delay", "transfers.create", seconds=0.5)
    assert at_once([lambda: transfers.send(waiting.pk)] * MANY) == [None] * MANY
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 0)}
    assert LedgerTransaction.objects.filter(kind="transfer").count() == 1


def test_a_transfer_and_its_reversal_are_told_of_by_many_at_once(
    waiting: Transfer, order: Order, sandbox: Sandbox
) -> None:
    transfers.send(waiting.pk)
    waiting.refresh_from_db()
    stripe_id = waiting.stripe_id or ""
    post(sandbox, f"/v1/transfers/{stripe_id}/reversals", amount=1000)
    answer, taken = gateway.retrieve_transfer(stripe_id), gateway.reversals_of(stripe_id)
    assert at_once([lambda: transfers.apply(answer, taken)] * MANY) == [None] * MANY
    assert [each.amount for each in waiting.reversals.all()] == [1000]


def test_refunds_of_an_order_at_once_take_back_their_sum(
    waiting: Transfer, order: Order, sandbox: Sandbox
) -> None:
    transfers.send(waiting.pk)

    def give_back() -> None:
        refunds.request(waiting.payment_id, amount=Money(379, "EUR"), reason="x")

    assert at_once([give_back] * MANY) == [None] * MANY
    waiting.refresh_from_db()
    due()
    assert sweep() == (0, MANY)
    assert waiting.reversed == sum(each.amount for each in waiting.reversals.all()) == 2896
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 2896)}


def test_a_refund_while_the_same_money_is_taken_back_by_hand(
    waiting: Transfer, order: Order, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refund has just read what is owed when Stripe tells of the reversal made by hand."""
    transfers.send(waiting.pk)
    waiting.refresh_from_db()
    stripe_id = waiting.stripe_id or ""
    post(sandbox, f"/v1/transfers/{stripe_id}/reversals", amount=1000)
    answer, taken = gateway.retrieve_transfer(stripe_id), gateway.reversals_of(stripe_id)
    told: list[Future[None]] = []

    def tell() -> None:
        try:
            transfers.apply(answer, taken)
        finally:
            connection.close()

    real = reversals.take_back

    def take_back(order: Order, amounts: dict[int, int]) -> None:
        if not told:
            told.append(pool.submit(tell))
            wait_until_blocked_or_done(told[0])
        real(order, amounts)

    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(reversals, "take_back", take_back)
        refund = refunds.request(waiting.payment_id, amount=Money(1895, "EUR"), reason="x")
        told[0].result(timeout=60)
    refunds.send(refund.pk)
    sweep()
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 1810)}
    assert books(order) == {"stripe": 85, "fees": -85}


def test_a_shop_becomes_payable_while_its_transfers_are_taken_back(
    waiting: Transfer, order: Order, plage: Merchant
) -> None:
    """Both lock the shop's two transfers of the order; who comes second waits."""
    more = [Posting(Account.STRIPE, 100), Posting(Account.MERCHANT, -100, plage.pk)]
    ledger.post("capture", reference="more", order=order, postings=more)
    transfers.settle_up(order)
    older, newer = Transfer.objects.order_by("pk").values_list("pk", flat=True)
    assert older == waiting.pk
    Merchant.objects.filter(pk=plage.pk).update(payable=False)

    def become_payable() -> None:
        try:
            payout_accounts.apply(plage.pk, Answer(True, "", timezone.now()))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            # As reversals.take_back does, the newest first.
            rows.lock(Transfer, newer)
            told = pool.submit(become_payable)
            wait_until_blocked_or_done(told)
            rows.lock(Transfer, older)
        told.result(timeout=60)
    plage.refresh_from_db()
    assert plage.payable


def test_an_order_that_was_left_out_is_settled_by_many_at_once(
    order: Order, payment: Payment, plage: Merchant, sandbox: Sandbox
) -> None:
    connect(sandbox, plage)
    with old_code():
        assert pay(payment, sandbox.token()).kind == "succeeded"
    assert at_once([lambda: unsettled.settle(order.pk)] * MANY) == [None] * MANY
    assert Transfer.objects.get().amount == 3620
    assert sweep() == (1, 0)
    assert at_stripe(sandbox, order) == {"acct_plage": (3620, 0)}


def test_a_transfer_that_is_all_taken_back_is_closed_by_many_at_once(
    waiting: Transfer, order: Order, sandbox: Sandbox
) -> None:
    refunds.request(waiting.payment_id, amount=Money(3790, "EUR"), reason="x")
    reversal = waiting.reversals.get()
    work = [lambda: transfers.send(waiting.pk), lambda: reversals.send(reversal.pk)]
    assert at_once(work * (MANY // 2)) == [None] * MANY
    assert at_stripe(sandbox, order) == {}
    kinds = LedgerTransaction.objects.filter(kind__endswith="_dropped").order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == ["reversal_dropped", "transfer_dropped"]


def test_money_comes_to_a_shop_while_another_reversal_of_its_is_worked_on(
    waiting: Transfer, basket: Basket, sandbox: Sandbox
) -> None:
    transfers.send(waiting.pk)
    refunds.request(waiting.payment_id, amount=Money(1895, "EUR"), reason="x")
    TransferReversal.objects.update(attempts=1)
    another = basket.with_(key="key-2").place()
    assert pay(another.payments.get(), sandbox.token()).kind == "succeeded"
    second = Transfer.objects.get(order=another)

    def send() -> None:
        try:
            transfers.send(second.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            rows.lock(TransferReversal, waiting.reversals.get().pk)
            sent = pool.submit(send)
            wait_until_blocked_or_done(sent)
            assert sent.done()
        sent.result(timeout=60)


def wait_until_blocked_or_done(work: Future[None]) -> None:
    for _ in range(600):
        # Of this database alone: another process of the run has its own, with waits of its own.
        if work.done() or crowd.waiting():
            return
        time.sleep(0.05)
    raise AssertionError("it neither waits nor ends")
