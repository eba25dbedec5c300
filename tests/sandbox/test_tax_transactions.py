"""Tax that was worked out is recorded once, and given back in whole or in part."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import SandboxProcess
from tests.sandbox.tax_cast import calculated, recorded


def test_an_expired_calculation(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    identifier = calculated(client).id or ""
    sandbox.control("POST", f"expire/{identifier}")
    with pytest.raises(stripe.InvalidRequestError, match="has expired") as refused:
        client.v1.tax.transactions.create_from_calculation(
            {"calculation": identifier, "reference": "late"}
        )
    assert refused.value.param == "calculation"
    with pytest.raises(stripe.InvalidRequestError, match="has expired"):
        client.v1.tax.calculations.retrieve(identifier)


def test_recorded_once_under_its_reference(client: stripe.StripeClient) -> None:
    transaction = recorded(client)
    assert (transaction.type, transaction.reference, transaction.reversal) == (
        "transaction",
        "order-7",
        None,
    )
    items = client.v1.tax.transactions.line_items.list(transaction.id)
    assert [(item.reference, item.amount, item.amount_tax) for item in items.data] == [
        ("lamp", 10_000, 2000),
        ("book", 2110, 110),
    ]
    assert client.v1.tax.transactions.retrieve(transaction.id).shipping_cost is not None
    with pytest.raises(stripe.InvalidRequestError) as again:
        recorded(client)
    assert (again.value.code, again.value.param) == ("resource_already_exists", "reference")


def test_reversed_in_full(client: stripe.StripeClient) -> None:
    transaction = recorded(client)

    def reverse(reference: str) -> stripe.tax.Transaction:
        return client.v1.tax.transactions.create_reversal(
            {
                "mode": "full",
                "original_transaction": transaction.id,
                "reference": reference,
                "expand": ["line_items"],
            }
        )

    reversal = reverse("refund-1")

    assert reversal.type == "reversal"
    assert reversal.reversal is not None
    assert reversal.reversal.original_transaction == transaction.id
    assert reversal.line_items is not None
    assert [(item.amount, item.amount_tax) for item in reversal.line_items.data] == [
        (-10_000, -2000),
        (-2110, -110),
    ]
    assert reversal.shipping_cost is not None
    assert (reversal.shipping_cost.amount, reversal.shipping_cost.amount_tax) == (-500, -100)
    with pytest.raises(stripe.InvalidRequestError) as again:
        reverse("refund-2")
    assert again.value.param == "original_transaction"


def test_reversed_by_line(client: stripe.StripeClient) -> None:
    transaction = recorded(client)
    lamp = client.v1.tax.transactions.line_items.list(transaction.id).data[0]

    def reverse(reference: str, amount: int, tax: int) -> Any:
        return client.v1.tax.transactions.create_reversal(
            {
                "mode": "partial",
                "original_transaction": transaction.id,
                "reference": reference,
                "line_items": [
                    {
                        "original_line_item": lamp.id,
                        "reference": "lamp back",
                        "quantity": 1,
                        "amount": amount,
                        "amount_tax": tax,
                    }
                ],
                "expand": ["line_items"],
            }
        )

    reversal = reverse("refund-1", -5000, -1000)

    (item,) = reversal.line_items.data
    assert (item.amount, item.amount_tax, item.quantity) == (-5000, -1000, 1)
    assert item.reversal.original_line_item == lamp.id
    assert reversal.shipping_cost is None
    with pytest.raises(stripe.InvalidRequestError, match="greater than what is left"):
        reverse("refund-2", -5001, -1000)
    with pytest.raises(stripe.InvalidRequestError) as positive:
        reverse("refund-2", 5000, -1000)
    assert positive.value.param == "line_items[0][amount]"
    reverse("refund-2", -5000, -1000)


def test_reversed_by_a_flat_amount(client: stripe.StripeClient) -> None:
    transaction = recorded(client)

    def reverse(reference: str, flat: int) -> Any:
        return client.v1.tax.transactions.create_reversal(
            {
                "mode": "partial",
                "original_transaction": transaction.id,
                "reference": reference,
                "flat_amount": flat,
                "expand": ["line_items"],
            }
        )

    def worth(reversal: Any) -> int:
        total = reversal.shipping_cost.amount + reversal.shipping_cost.amount_tax
        for item in reversal.line_items.data:
            total += item.amount + (item.amount_tax if item.tax_behavior == "exclusive" else 0)
        return int(total)

    assert worth(reverse("refund-1", -1471)) == -1471
    assert worth(reverse("refund-2", -333)) == -333
    rest = 14_710 - 1471 - 333
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        reverse("refund-3", -rest - 1)
    assert too_much.value.param == "flat_amount"
    assert worth(reverse("refund-3", -rest)) == -rest
    with pytest.raises(stripe.InvalidRequestError) as positive:
        reverse("refund-4", 1)
    assert positive.value.param == "flat_amount"
