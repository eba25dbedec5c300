"""Stripe's objects as tables that checks can join: what is kept of each, and how it is read.

A list is written to a file of this process first, so that neither memory nor a snapshot of the
database is held while Stripe answers page by page.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any
from uuid import UUID

from audit.stripe_api import StripeApi

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A temporary table, its columns, the column it is looked up by besides its id, and its rows."""

    name: str
    columns: str
    indexed: str
    rows: Callable[[StripeApi, dict[str, Any]], Iterator[Row]]


def uuid(value: object) -> str | None:
    """A public id of ours among Stripe's metadata; None for what is no UUID."""
    try:
        return str(UUID(str(value)))
    except ValueError:
        return None


def time_of(thing: dict[str, Any]) -> str:
    return datetime.fromtimestamp(thing["created"], UTC).isoformat()


def id_of(value: Any) -> str | None:
    """The id of what another object names, expanded or not."""
    found = value["id"] if isinstance(value, dict) else value
    return None if found is None else str(found)


def said(thing: dict[str, Any], name: str) -> str | None:
    return uuid((thing.get("metadata") or {}).get(name))


def charges(api: StripeApi, span: dict[str, Any]) -> Iterator[Row]:
    for each in api.each("/v1/charges", **span):
        yield (
            each["id"],
            id_of(each["payment_intent"]),
            said(each, "payment"),
            each["amount_captured"],
            each["amount_refunded"],
            each["currency"].upper(),
            each["status"] == "succeeded" and each["amount_captured"] > 0,
            each["disputed"],
            time_of(each),
        )


def intents(api: StripeApi, span: dict[str, Any]) -> Iterator[Row]:
    for each in api.each("/v1/payment_intents", **span):
        name, currency = said(each, "payment"), each["currency"].upper()
        yield (each["id"], name, each["amount"], currency, each["status"], time_of(each))


def refunds(api: StripeApi, span: dict[str, Any]) -> Iterator[Row]:
    for each in api.each("/v1/refunds", **span):
        yield (
            each["id"],
            id_of(each["payment_intent"]),
            id_of(each["charge"]),
            said(each, "refund"),
            each["amount"],
            each["currency"].upper(),
            each["status"],
            time_of(each),
        )


def transfers(api: StripeApi, span: dict[str, Any]) -> Iterator[Row]:
    for each in api.each("/v1/transfers", **span):
        yield (
            each["id"],
            said(each, "transfer"),
            each["amount"],
            each["amount_reversed"],
            each["currency"].upper(),
            id_of(each["destination"]),
            time_of(each),
        )


def reversals(api: StripeApi, span: dict[str, Any]) -> Iterator[Row]:
    """Of all transfers of the time, whose newest ten come with them."""
    for transfer in api.each("/v1/transfers", **span):
        taken = transfer["reversals"]["data"]
        if transfer["amount_reversed"] and (transfer["reversals"]["has_more"] or not taken):
            taken = api.each(f"/v1/transfers/{transfer['id']}/reversals")
        for each in taken:
            name = said(each, "reversal")
            yield (each["id"], transfer["id"], name, each["amount"], time_of(each))


def movements(api: StripeApi, span: dict[str, Any]) -> Iterator[Row]:
    for each in api.each("/v1/balance_transactions", **span):
        yield (
            each["id"],
            each["type"],
            each["reporting_category"],
            id_of(each["source"]),
            each["amount"],
            each["fee"],
            each["currency"].upper(),
            time_of(each),
        )


def balances(api: StripeApi, _span: dict[str, Any]) -> Iterator[Row]:
    """Available and pending; read before the movements, which may only be more then."""
    read_at = datetime.now(UTC).isoformat()
    found = api.one("/v1/balance")
    for each in [*found["available"], *found["pending"]]:
        yield (each["currency"].upper(), each["amount"], read_at)


# In this order they are read: what is a sum before what it sums up.
TABLES = (
    Table("stripe_balance", "currency text, amount bigint, read_at timestamptz", "", balances),
    Table(
        "stripe_movement",
        "id text, type text, category text, source text, amount bigint, fee bigint,"
        " currency text, created timestamptz",
        "source",
        movements,
    ),
    Table(
        "stripe_intent",
        "id text, payment uuid, amount bigint, currency text, status text, created timestamptz",
        "payment",
        intents,
    ),
    Table(
        "stripe_charge",
        "id text, intent text, payment uuid, captured bigint, refunded bigint, currency text,"
        " took boolean, disputed boolean, created timestamptz",
        "intent",
        charges,
    ),
    Table(
        "stripe_refund",
        "id text, intent text, charge text, refund uuid, amount bigint, currency text,"
        " status text, created timestamptz",
        "intent",
        refunds,
    ),
    Table(
        "stripe_transfer",
        "id text, transfer uuid, amount bigint, reversed bigint, currency text,"
        " destination text, created timestamptz",
        "transfer",
        transfers,
    ),
    Table(
        "stripe_reversal",
        "id text, transfer text, reversal uuid, amount bigint, created timestamptz",
        "transfer",
        reversals,
    ),
)


def read(api: StripeApi, *, since: datetime | None) -> dict[str, IO[str]]:
    """Stripe's lists as files of CSV, by the table that takes them; what was made since `since`.

    The files are gone when they are closed. Raises Unreadable.
    """
    span = {"created[gte]": int(since.timestamp())} if since else {}
    files: dict[str, IO[str]] = {}
    for table in TABLES:
        file = tempfile.TemporaryFile("w+", newline="", encoding="utf-8")  # noqa: SIM115
        files[table.name] = file
        csv.writer(file).writerows(table.rows(api, span))
        file.seek(0)
    return files
