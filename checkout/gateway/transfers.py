"""Transfers to connected accounts, and their reversals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkout.gateway.client import client, errors
from checkout.gateway.values import Reversal, Transfer, reversal_of, transfer_of

if TYPE_CHECKING:
    from stripe.params import TransferCreateParams


def transfer(
    transfer_id: str,
    *,
    amount: int,
    currency: str,
    account_id: str,
    charge_id: str,
    order_id: str,
    key: str,
) -> Transfer:
    """Send `amount` minor units to a connected account; the ids of transfer and order are ours.

    With `charge_id` the money comes from that charge, also before it is available; Stripe lets the
    transfers of one charge add up to the charge at most. Without, it comes from what is available.
    Raises Refused, Unknown. https://docs.stripe.com/api/transfers/create
    """
    params: TransferCreateParams = {
        "amount": amount,
        "currency": currency.lower(),
        "destination": account_id,
        "transfer_group": order_id,
        "metadata": {"transfer": transfer_id},
    }
    if charge_id:
        params["source_transaction"] = charge_id
    with errors():
        return transfer_of(client().v1.transfers.create(params, options={"idempotency_key": key}))


def retrieve_transfer(stripe_id: str) -> Transfer:
    """Raises Refused, Unknown. https://docs.stripe.com/api/transfers/retrieve"""
    with errors():
        return transfer_of(client().v1.transfers.retrieve(stripe_id))


def transfers_of(order_id: str) -> list[Transfer]:
    """All that was sent for an order, newest first. Raises Refused, Unknown."""
    with errors():
        page = client().v1.transfers.list({"transfer_group": order_id, "limit": 100})
        return [transfer_of(each) for each in page.auto_paging_iter()]


def reverse(stripe_id: str, *, amount: int, reversal_id: str, key: str) -> Reversal:
    """Take `amount` minor units of a transfer back; `reversal_id` is our public one.

    Raises Refused, also where the connected account does not have so much; Unknown.
    https://docs.stripe.com/api/transfer_reversals/create
    """
    with errors():
        made = client().v1.transfers.reversals.create(
            stripe_id,
            {"amount": amount, "metadata": {"reversal": reversal_id}},
            options={"idempotency_key": key},
        )
    return reversal_of(made)


def reversals_of(stripe_id: str) -> list[Reversal]:
    """All that was taken back of a transfer, newest first. Raises Refused, Unknown."""
    with errors():
        page = client().v1.transfers.reversals.list(stripe_id, {"limit": 100})
        return [reversal_of(each) for each in page.auto_paging_iter()]
