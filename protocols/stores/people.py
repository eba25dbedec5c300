"""customers.csv and addresses.csv: people with an account, and where their parcels go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from accounts import addresses
from accounts.models import User
from protocols.stores.files import Folder
from shopping import countries

CUSTOMERS, ADDRESSES = "customers.csv", "addresses.csv"
NO_HANDLE = re.compile(r"[^a-z0-9_]")
COLUMNS = ["id", "customer_id", "street_address", "city", "postal_code", "country"]


@dataclass(slots=True)
class Customer:
    name: str
    email: str
    addresses: list[dict[str, str]] = field(default_factory=list)


def read(folder: Folder) -> list[Customer]:
    seen: set[str] = set()
    found: dict[str, Customer] = {}
    for row in folder.rows(CUSTOMERS, ["id", "name", "email"]):
        customer = Customer(row.text("name", longest=80), row.email("email"))
        found[folder.once(row, "id", seen)] = customer
    known = countries.names("en")
    for row in folder.rows(ADDRESSES, COLUMNS):
        owner = found.get(row.text("customer_id"))
        country = row.text("country", longest=2).upper()
        if owner is None:
            row.wrong("customer_id", f"{CUSTOMERS} has nobody of this id")
            continue
        if country not in known:
            row.wrong("country", f"a country of two letters, not “{country}”")
        owner.addresses.append(
            {
                "name": owner.name,
                "line1": row.text("street_address"),
                "city": row.text("city", longest=100),
                "region": row.text("state", required=False, longest=40),
                "postal_code": row.text("postal_code", longest=20),
                "country": country,
            }
        )
    return list(found.values())


def write(customers: Sequence[Customer]) -> list[str]:
    """Give each an account, without a password, and their addresses; in the caller's transaction.

    Whoever has an account by then keeps it as it is. What could not be written, a line each.
    """
    problems = []
    for customer in customers:
        user = User.objects.filter(email__iexact=customer.email).first() or _new(customer)
        for place in customer.addresses:
            try:
                addresses.save(user, default=False, **place)
            except ValidationError as error:
                words = " ".join(error.messages)
                problems.append(f"{ADDRESSES}, {place['line1']}: {words}")
    return problems


def _new(customer: Customer) -> User:
    name = NO_HANDLE.sub("_", customer.email.partition("@")[0].casefold())[:24].ljust(2, "_")
    handle, number = name, 1
    while User.objects.named(handle).exists():
        number += 1
        handle = f"{name}{number}"
    return User.objects.create_user(
        customer.email, handle=handle, display_name=customer.name or handle
    )
