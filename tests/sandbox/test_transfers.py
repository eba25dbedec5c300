"""Transfers and reversals: never more than there is, and each side's balance says so."""

from __future__ import annotations

import pytest
import stripe

from tests.sandbox.conftest import Receiver, SandboxProcess
from tests.sandbox.connect_cast import balance, merchant, paid_charge


def test_a_transfer_of_a_charge(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    lena, charge = merchant(sandbox), paid_charge(client, transfer_group="order_7")
    before = balance(client)["eur"]

    transfer = client.v1.transfers.create(
        {
            "amount": 3000,
            "currency": "eur",
            "destination": lena,
            "source_transaction": charge,
            "metadata": {"transfer": "7"},
        }
    )

    assert (transfer.amount, transfer.amount_reversed, transfer.reversed) == (3000, 0, False)
    assert (transfer.source_transaction, transfer.transfer_group) == (charge, "order_7")
    assert balance(client)["eur"] == (before[0] - 3000, 0)
    assert balance(client, lena) == {"eur": (3000, 0)}
    assert isinstance(transfer.balance_transaction, str)
    movement = client.v1.balance_transactions.retrieve(transfer.balance_transaction)
    assert (movement.type, movement.reporting_category) == ("transfer", "transfer")
    assert (movement.net, movement.source) == (-3000, transfer.id)
    (received,) = client.v1.balance_transactions.list(options={"stripe_account": lena}).data
    assert (received.type, received.net) == ("payment", 3000)
    assert received.source == transfer.destination_payment
    payment = client.v1.charges.retrieve(str(received.source), options={"stripe_account": lena})
    assert (payment.amount, payment.source_transfer) == (3000, transfer.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.charges.retrieve(str(received.source))
    receiver.wait("transfer.created")


def test_all_transfers_of_a_charge_are_together_at_most_the_charge(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    lena, noor, charge = merchant(sandbox), merchant(sandbox), paid_charge(client)

    def move(amount: int, destination: str) -> stripe.Transfer:
        return client.v1.transfers.create(
            {
                "amount": amount,
                "currency": "eur",
                "destination": destination,
                "source_transaction": charge,
            }
        )

    first = move(4000, lena)
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        move(251, noor)
    assert too_much.value.param == "amount"
    move(250, noor)
    client.v1.transfers.reversals.create(first.id, {"amount": 100})
    move(100, noor)
    assert balance(client, noor) == {"eur": (350, 0)}
    assert first.transfer_group == client.v1.charges.retrieve(charge).transfer_group
    assert str(first.transfer_group).startswith("group_pi_")


def test_what_a_transfer_needs(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    lena, unfit = merchant(sandbox), merchant(sandbox, state="restricted")
    charge = paid_charge(client)
    common = {"amount": 100, "currency": "eur", "destination": lena}

    def refused(**given: object) -> tuple[str | None, str | None]:
        with pytest.raises(stripe.InvalidRequestError) as error:
            client.v1.transfers.create({**common, **given})  # type: ignore[typeddict-item]
        assert error.value.http_status == 400
        return error.value.code, error.value.param

    assert refused(destination=unfit)[0] == "insufficient_capabilities_for_transfer"
    assert refused(destination="acct_nobody") == ("resource_missing", "destination")
    assert refused(source_transaction="ch_none") == ("resource_missing", "source_transaction")
    assert refused(source_transaction=charge, currency="usd") == (None, "currency")
    assert refused(amount=0) == ("parameter_invalid_integer", "amount")
    assert refused(amount=999_999)[0] == "balance_insufficient"
    assert refused(currency="xxx") == (None, "currency")
    assert refused(frequency="daily") == ("parameter_unknown", "frequency")
    held = client.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "eur",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "capture_method": "manual",
            "return_url": "https://shop.example/",
        }
    )
    assert refused(source_transaction=held.latest_charge) == (None, "source_transaction")
    assert client.v1.transfers.list().data == []
    assert balance(client, lena) == {"eur": (0, 0)}


def test_without_a_source_the_money_must_be_available(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    lena = merchant(sandbox)
    paid_charge(client)
    held = balance(client)["eur"][0]
    client.v1.transfers.create({"amount": held, "currency": "eur", "destination": lena})
    assert balance(client)["eur"] == (0, 0)
    with pytest.raises(stripe.InvalidRequestError) as empty:
        client.v1.transfers.create({"amount": 1, "currency": "eur", "destination": lena})
    assert empty.value.code == "balance_insufficient"


def test_a_key_moves_money_once(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    lena = merchant(sandbox)
    paid_charge(client)
    sandbox.arm(kind="drop_after", operation="transfers.create")
    params = {"amount": 100, "currency": "eur", "destination": lena}
    with pytest.raises(stripe.APIConnectionError):
        client.v1.transfers.create(params, {"idempotency_key": "t"})
    client.v1.transfers.create(params, {"idempotency_key": "t"})
    assert balance(client, lena) == {"eur": (100, 0)}


def test_found_by_destination_and_group(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    lena, noor = merchant(sandbox), merchant(sandbox)
    paid_charge(client)
    made = [
        client.v1.transfers.create(
            {"amount": 100, "currency": "eur", "destination": to, "transfer_group": group}
        ).id
        for to, group in ((lena, "a"), (noor, "a"), (lena, "b"))
    ]
    of_lena = client.v1.transfers.list({"destination": lena})
    assert [transfer.id for transfer in of_lena.data] == [made[2], made[0]]
    of_a = client.v1.transfers.list({"transfer_group": "a", "limit": 1})
    assert ([transfer.id for transfer in of_a.data], of_a.has_more) == ([made[1]], True)
    both = client.v1.transfers.list(
        {"transfer_group": "a", "starting_after": made[1], "expand": ["data.destination"]}
    )
    assert [transfer.id for transfer in both.data] == [made[0]]
    assert isinstance(both.data[0].destination, stripe.Account)


def test_a_transfer_is_reversed_in_parts(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    lena, charge = merchant(sandbox), paid_charge(client)
    transfer = client.v1.transfers.create(
        {"amount": 1000, "currency": "eur", "destination": lena, "source_transaction": charge}
    )
    before = balance(client)["eur"][0]

    part = client.v1.transfers.reversals.create(
        transfer.id, {"amount": 300, "metadata": {"reversal": "1"}}
    )

    assert (part.amount, part.transfer) == (300, transfer.id)
    now = client.v1.transfers.retrieve(transfer.id)
    assert (now.amount_reversed, now.reversed) == (300, False)
    assert [known.id for known in now.reversals.data] == [part.id]
    assert balance(client)["eur"][0] == before + 300
    assert balance(client, lena) == {"eur": (700, 0)}
    assert isinstance(part.balance_transaction, str)
    movement = client.v1.balance_transactions.retrieve(part.balance_transaction)
    assert (movement.type, movement.reporting_category) == ("transfer_refund", "transfer_reversal")
    assert (movement.net, movement.source) == (300, part.id)
    (told,) = receiver.wait("transfer.reversed")
    assert told["data"]["previous_attributes"] == {"amount_reversed": 0, "reversed": False}

    with pytest.raises(stripe.InvalidRequestError) as too_much:
        client.v1.transfers.reversals.create(transfer.id, {"amount": 701})
    assert too_much.value.param == "amount"
    client.v1.transfers.reversals.create(transfer.id)
    whole = client.v1.transfers.retrieve(transfer.id)
    assert (whole.amount_reversed, whole.reversed) == (1000, True)
    with pytest.raises(stripe.InvalidRequestError, match="already been fully reversed"):
        client.v1.transfers.reversals.create(transfer.id)
    listed = client.v1.transfers.reversals.list(transfer.id)
    assert [reversal.amount for reversal in listed.data] == [700, 300]


def test_money_that_was_paid_out_does_not_come_back(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    lena, charge = merchant(sandbox), paid_charge(client)
    transfer = client.v1.transfers.create(
        {"amount": 1000, "currency": "eur", "destination": lena, "source_transaction": charge}
    )
    sandbox.control("POST", f"accounts/{lena}", {"pay_out": True})
    assert balance(client, lena) == {"eur": (0, 0)}
    (told,) = receiver.wait("payout.paid")
    assert told["account"] == lena

    with pytest.raises(stripe.InvalidRequestError) as gone:
        client.v1.transfers.reversals.create(transfer.id)

    assert gone.value.code == "balance_insufficient"
    now = client.v1.transfers.retrieve(transfer.id)
    assert (now.amount_reversed, now.reversed) == (0, False)
    assert now.reversals.data == []


def test_what_describes_them_can_be_changed(
    client: stripe.StripeClient, sandbox: SandboxProcess, receiver: Receiver
) -> None:
    lena = merchant(sandbox)
    paid_charge(client)
    transfer = client.v1.transfers.create({"amount": 90, "currency": "eur", "destination": lena})
    client.v1.transfers.update(transfer.id, {"description": "Late", "metadata": {"a": "1"}})
    (told,) = receiver.wait("transfer.updated")
    assert told["data"]["previous_attributes"] == {"description": None, "metadata": {}}
    reversal = client.v1.transfers.reversals.create(transfer.id)
    client.v1.transfers.reversals.update(transfer.id, reversal.id, {"metadata": {"b": "2"}})
    again = client.v1.transfers.reversals.retrieve(transfer.id, reversal.id)
    assert again.metadata is not None
    assert again.metadata.to_dict() == {"b": "2"}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.reversals.retrieve("tr_none", reversal.id)
