"""What tests of transfers share: merchants with accounts at Stripe, and what has moved there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from catalogue.models import Merchant
from checkout import gateway, sweeps, transfers
from checkout.models import LedgerEntry, Order, StripeEvent, Transfer, TransferReversal
from tests.buying import RETURN_URL, Sandbox

# Of whom we have no payment: another system's customer at the same account.
STRANGER = "somebody"


def connect(sandbox: Sandbox, *merchants: Merchant) -> None:
    """Each of `merchants` has an account that Stripe pays, whatever it was before."""
    for merchant in merchants:
        enter(sandbox, merchant, "complete")
        Merchant.objects.filter(pk=merchant.pk).update(payable=True)


@contextmanager
def old_code() -> Iterator[None]:
    """What runs meanwhile knows no transfers, as before the update that brought them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transfers, "settle_up", lambda order: None)
        yield


def enter(sandbox: Sandbox, merchant: Merchant, state: str) -> None:
    """What Stripe thinks of a merchant's account, which we were not told of."""
    wish = {"id": merchant.stripe_account_id, "country": "FR", "state": state}
    sandbox.http.post("/_sandbox/accounts", json=wish).raise_for_status()


def post(sandbox: Sandbox, path: str, **data: Any) -> Any:
    """What a person does by hand in Stripe's dashboard."""
    answer = sandbox.http.post(path, data=data, auth=(settings.STRIPE_SECRET_KEY, ""))
    answer.raise_for_status()
    return answer.json()


def fund(sandbox: Sandbox, amount: int = 90_000, *, currency: str = "EUR") -> None:
    """`STRANGER` pays us, and the money is available."""
    charge = gateway.Charge(
        payment_id=STRANGER,
        order_id="else",
        amount=amount,
        currency=currency,
        return_url=RETURN_URL,
        confirmation_token=sandbox.token(),
    )
    gateway.pay(charge, key="fund")
    for _ in range(500):
        available = sandbox.get("/v1/balance")["available"]
        if any(
            each["currency"] == currency.lower() and each["amount"] >= amount // 2
            for each in available
        ):
            return
        time.sleep(0.02)
    raise AssertionError("the money did not become available")


def at_stripe(sandbox: Sandbox, order: Order) -> dict[str, tuple[int, int]]:
    """By account: what was sent to it for an order, and what of that was taken back."""
    found: dict[str, tuple[int, int]] = {}
    group = str(order.public_id)
    for each in sandbox.get("/v1/transfers", transfer_group=group, limit=100)["data"]:
        sent, back = found.get(each["destination"], (0, 0))
        found[each["destination"]] = (sent + each["amount"], back + each["amount_reversed"])
    return found


def due() -> None:
    """All that waits is due, and no call for it is on its way any more."""
    past = timezone.now() - timedelta(seconds=1)
    before = past - timedelta(seconds=gateway.LONGEST_CALL_SECONDS)
    for model in (Transfer, TransferReversal):
        waiting = model.objects.filter(status="requested")
        waiting.filter(attempted_at__isnull=False).update(attempted_at=before)
        waiting.update(next_attempt_at=past)


def sweep() -> tuple[int, int]:
    """The sweeps run, with all that waits being due: how many transfers and reversals they took."""
    due()
    return sweeps.transfers_due(), sweeps.reversals_due()


def tell(sandbox: Sandbox, *types: str) -> None:
    """Stripe tells of its events of `types`, and a worker takes in those that are new."""
    for event in sandbox.events(*types):
        row, is_new = StripeEvent.objects.get_or_create(
            event_id=event["id"],
            defaults={
                "type": event["type"],
                "object_id": event["data"]["object"]["id"],
                "payload": event,
            },
        )
        if is_new:
            sweeps.process(row.pk)


def books(order: Order) -> dict[str, int]:
    """What stands on each account for an order, by name, and a merchant's by their handle."""
    found: dict[str, int] = {}
    entries = LedgerEntry.objects.filter(transaction__order=order)
    sums = entries.values_list("account", "merchant__account__handle").annotate(sum=Sum("amount"))
    for account, handle, amount in sums.order_by("account"):
        name = f"{account} {handle}" if account in ("merchant", "transfers") else account
        found[name] = found.get(name, 0) + amount
    return {name: amount for name, amount in found.items() if amount}
