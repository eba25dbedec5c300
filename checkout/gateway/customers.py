"""Customers and the cards that Stripe keeps for them."""

from __future__ import annotations

from checkout.gateway.client import client, errors
from checkout.gateway.values import Card, card_of


def create_customer(*, email: str, name: str, user_id: str, key: str) -> str:
    """Stripe's id of a new customer; `user_id` is our public one."""
    with errors():
        customer = client().v1.customers.create(
            {"email": email, "name": name, "metadata": {"user": user_id}},
            options={"idempotency_key": key},
        )
    return customer.id


def delete_customer(customer_id: str) -> None:
    """Forget a customer and all their cards for good. Raises Refused if Stripe knows none such, Unknown."""
    with errors():
        client().v1.customers.delete(customer_id)


def cards(customer_id: str) -> list[Card]:
    """The cards that Stripe keeps for a customer, newest first, at most a hundred."""
    with errors():
        page = client().v1.customers.payment_methods.list(
            customer_id, {"type": "card", "limit": 100}
        )
        return [card for each in page.data if (card := card_of(each)) is not None]


def attach(payment_method_id: str, *, customer_id: str) -> Card | None:
    """Keep a card for a customer. Raises Declined if its bank objects, Refused, Unknown."""
    with errors():
        return card_of(
            client().v1.payment_methods.attach(payment_method_id, {"customer": customer_id})
        )


def detach(payment_method_id: str) -> None:
    """Forget a card for good. Raises Refused if Stripe does not know it, Unknown."""
    with errors():
        client().v1.payment_methods.detach(payment_method_id)
