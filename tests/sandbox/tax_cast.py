"""An order to Paris that is taxed and recorded."""

from __future__ import annotations

from typing import Any

import stripe

PARIS = {"line1": "1 rue de Rivoli", "city": "Paris", "postal_code": "75001", "country": "FR"}
BOOK = "txcd_35010000"


def order_to(address: dict[str, str], *lines: dict[str, Any], **given: Any) -> Any:
    return {
        "currency": "eur",
        "line_items": list(lines),
        "customer_details": {"address": address, "address_source": "shipping"},
        **given,
    }


def line(reference: str, amount: int, **given: Any) -> dict[str, Any]:
    return {"reference": reference, "amount": amount, **given}


def calculated(client: stripe.StripeClient) -> stripe.tax.Calculation:
    """A lamp (100 € net), a book (21.10 € with its tax) and shipping (5 € net), to Paris."""
    return client.v1.tax.calculations.create(
        order_to(
            PARIS,
            line("lamp", 10_000, quantity=2),
            line("book", 2110, tax_code=BOOK, tax_behavior="inclusive"),
            shipping_cost={"amount": 500},
        )
    )


def recorded(client: stripe.StripeClient, reference: str = "order-7") -> Any:
    return client.v1.tax.transactions.create_from_calculation(
        {"calculation": calculated(client).id or "", "reference": reference}
    )
