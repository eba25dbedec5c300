"""Balances: the movements add up to them, on each side, whatever happened in whatever order."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from stack.ports import free_port
from tests.sandbox.conftest import Receiver, SandboxProcess, client_of, order, wait_for
from tests.sandbox.connect_cast import balance, merchant, paid_charge


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[SandboxProcess]:
    """A stand-in whose charges take a day to be available."""
    options = ("--clearing-seconds", "86400")
    process = SandboxProcess(free_port(), tmp_path / "state.db", options=options)
    process.start()
    yield process
    process.kill()


def movements(client: stripe.StripeClient, account: str = "") -> Counter[str]:
    """The sum of all balance transactions by currency."""
    options: Any = {"stripe_account": account} if account else {}
    found: Counter[str] = Counter()
    listed = client.v1.balance_transactions.list({"limit": 100}, options=options)
    for movement in listed.auto_paging_iter():
        assert movement.net == movement.amount - movement.fee
        found[movement.currency] += movement.net
    return found


def totals(client: stripe.StripeClient, account: str = "") -> dict[str, int]:
    return {currency: sum(held) for currency, held in balance(client, account or None).items()}


class Chance:
    """Makes things happen to a platform and its two merchants; many are refused, which is no matter."""

    def __init__(self, sandbox: SandboxProcess, seed: int) -> None:
        self.random = random.Random(seed)
        self.sandbox = sandbox
        self.client = client_of(sandbox)
        self.merchants = [merchant(sandbox), merchant(sandbox)]
        self.charges: list[str] = []
        self.transfers: list[str] = []

    def step(self) -> None:
        often = (self.pay, self.transfer, self.transfer, self.reverse)
        seldom = (self.refund, self.pay_out, self.pay_merchant_out, self.close_dispute)
        act = self.random.choice((*often, *often, *seldom))
        with suppress(stripe.InvalidRequestError, IndexError, requests.HTTPError):
            act()

    def amount(self) -> int:
        return self.random.randint(50, 3000)

    def pay(self) -> None:
        card = self.random.choice(["pm_card_visa", "pm_card_visa", "pm_card_createDispute"])
        currency = self.random.choice(["eur", "usd"])
        given = order(card, amount=self.amount(), currency=currency)
        self.charges.append(str(self.client.v1.payment_intents.create(given).latest_charge))

    def refund(self) -> None:
        charge = self.random.choice(self.charges)
        self.client.v1.refunds.create({"charge": charge, "amount": self.amount()})

    def transfer(self) -> None:
        given: Any = {
            "amount": self.amount() // 3,
            "currency": self.random.choice(["eur", "usd"]),
            "destination": self.random.choice(self.merchants),
        }
        if self.random.random() < 0.8:
            charge = self.client.v1.charges.retrieve(self.random.choice(self.charges))
            given |= {"source_transaction": charge.id, "currency": charge.currency}
        self.transfers.append(self.client.v1.transfers.create(given).id)

    def reverse(self) -> None:
        transfer = self.random.choice(self.transfers)
        self.client.v1.transfers.reversals.create(transfer, {"amount": self.amount() // 4})

    def pay_out(self) -> None:
        wish = {"currency": self.random.choice(["eur", "usd"]), "amount": self.amount()}
        self.sandbox.control("POST", "payouts", wish)

    def pay_merchant_out(self) -> None:
        if self.random.random() < 0.3:
            account = self.random.choice(self.merchants)
            self.sandbox.control("POST", f"accounts/{account}", {"pay_out": True})

    def close_dispute(self) -> None:
        dispute = self.random.choice(self.client.v1.disputes.list().data)
        outcome = self.random.choice(["won", "lost"])
        self.sandbox.control("POST", f"disputes/{dispute.id}", {"outcome": outcome})


def settled(client: stripe.StripeClient, charges: list[str]) -> bool:
    return all(client.v1.charges.retrieve(charge).balance_transaction for charge in charges)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_movements_add_up_to_balances(sandbox: SandboxProcess, seed: int) -> None:
    chance = Chance(sandbox, seed)
    for _ in range(70):
        chance.step()
    client = chance.client
    wait_for(lambda: settled(client, chance.charges))

    assert len(chance.transfers) > 5
    assert totals(client) == dict(movements(client))
    for account in chance.merchants:
        theirs = {"eur": 0, "usd": 0, **movements(client, account)}
        assert {"eur": 0, "usd": 0, **totals(client, account)} == theirs
        assert min(theirs.values()) >= 0


def test_money_that_has_not_cleared(slow: SandboxProcess) -> None:
    client, lena = client_of(slow), merchant(slow)
    charge = paid_charge(client)
    net = 4250 - 154
    assert balance(client) == {"eur": (0, net)}
    with pytest.raises(stripe.InvalidRequestError) as early:
        client.v1.transfers.create({"amount": 1, "currency": "eur", "destination": lena})
    assert early.value.code == "balance_insufficient"

    transfer = client.v1.transfers.create(
        {"amount": 1000, "currency": "eur", "destination": lena, "source_transaction": charge}
    )

    assert balance(client) == {"eur": (0, net - 1000)}
    assert balance(client, lena) == {"eur": (0, 1000)}
    assert totals(client) == dict(movements(client))
    (movement,) = client.v1.balance_transactions.list({"source": transfer.id}).data
    of_charge = client.v1.charges.retrieve(charge, {"expand": ["balance_transaction"]})
    assert isinstance(of_charge.balance_transaction, stripe.BalanceTransaction)
    assert (movement.status, of_charge.balance_transaction.status) == ("pending", "pending")
    assert movement.available_on == of_charge.balance_transaction.available_on


def test_the_platforms_payout(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    paid_charge(client)
    payout = sandbox.control("POST", "payouts", {"currency": "eur", "amount": 4000})["payout"]

    (told,) = receiver.wait("payout.paid")
    assert (told["data"]["object"]["id"], "account" in told) == (payout["id"], False)
    found = client.v1.payouts.retrieve(payout["id"], {"expand": ["balance_transaction"]})
    assert (found.status, found.amount) == ("paid", 4000)
    assert isinstance(found.balance_transaction, stripe.BalanceTransaction)
    assert (found.balance_transaction.type, found.balance_transaction.net) == ("payout", -4000)
    assert found.balance_transaction.source == payout["id"]
    assert balance(client) == {"eur": (96, 0)}
    assert [known.id for known in client.v1.payouts.list({"status": "paid"}).data] == [found.id]
    assert client.v1.payouts.list({"status": "failed"}).data == []
    with pytest.raises(requests.HTTPError):
        sandbox.control("POST", "payouts", {"currency": "eur", "amount": 97})


def test_a_connected_account_does_nothing_but_receive(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    lena = merchant(sandbox)
    with pytest.raises(stripe.InvalidRequestError, match="does not carry out"):
        client.v1.payment_intents.create(order(), {"stripe_account": lena})


def test_a_state_of_before_connected_accounts(tmp_path: Path) -> None:
    """A developer's kept state goes on, with the balance that its movements make."""
    process = SandboxProcess(free_port(), tmp_path / "state.db")
    process.start()
    client = client_of(process)
    charge = paid_charge(client)
    process.kill()
    with sqlite3.connect(process.state) as old:
        old.execute("DROP TABLE movements")
        old.execute("DROP INDEX objects_account")
        old.execute("ALTER TABLE objects DROP COLUMN account")
    old.close()

    process.start()

    assert client.v1.charges.retrieve(charge).paid
    assert balance(client) == {"eur": (4096, 0)}
    process.kill()
