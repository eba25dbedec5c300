"""Transfers to merchants: what Stripe has made of them is in the books, also what a person did."""

from __future__ import annotations

import pytest

from checkout import gateway, reconciliation, transfers
from checkout.ledger import Account
from checkout.models import Payment, Transfer, TransferReversal
from tests.buying import Sandbox
from tests.reconciliation.conftest import findings
from tests.reconciliation.money import on, stripe_balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(paid: Payment, sandbox: Sandbox) -> Transfer:
    """A transfer that is not sent yet, to an account that Stripe has."""
    transfer = Transfer.objects.get()
    account = {"id": transfer.merchant.stripe_account_id, "country": "FR", "state": "complete"}
    sandbox.http.post("/_sandbox/accounts", json=account).raise_for_status()
    return transfer


@pytest.fixture
def sent(due: Transfer) -> Transfer:
    transfers.send(due.pk)
    due.refresh_from_db()
    assert due.status == "succeeded"
    return due


def test_a_transfer_is_in_the_books_as_at_stripe(sent: Transfer) -> None:
    reconciliation.run()
    assert findings() == []
    assert on(Account.STRIPE) == stripe_balance() == 3790 - 140 - sent.amount


def test_a_transfer_whose_answer_was_lost_is_taken_in(
    due: Transfer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as changed:
        changed.setattr(transfers, "apply", lambda *_args: None)
        transfers.send(due.pk)
    due.refresh_from_db()
    assert due.status == "requested"
    reconciliation.run()
    due.refresh_from_db()
    assert due.status == "succeeded"
    assert findings() == [("movement_unbooked", "mended", 0, -due.amount)]
    assert on(Account.STRIPE) == stripe_balance()


def test_a_transfer_that_was_reversed_by_hand_is_taken_in(sent: Transfer) -> None:
    reconciliation.run()
    gateway.reverse(sent.stripe_id or "", amount=1000, reversal_id="", key="by hand")
    reconciliation.run()
    assert TransferReversal.objects.get().amount == 1000
    assert findings() == [("movement_unbooked", "mended", 0, 1000)]
    assert on(Account.STRIPE) == stripe_balance()


def test_a_transfer_that_is_none_of_ours_is_reported(sent: Transfer) -> None:
    gateway.transfer(
        "",
        amount=20,
        currency="EUR",
        account_id=sent.merchant.stripe_account_id,
        charge_id="",
        order_id="a person's own",
        key="by hand",
    )
    reconciliation.run()
    assert findings() == [("movement_unbooked", "open", 0, -20)]
