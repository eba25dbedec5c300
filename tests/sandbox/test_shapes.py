"""Every object has the members, types and nulls that Stripe gives, at the library's API version."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
import stripe
import typing_extensions
from stripe import params
from stripe.params import tax

from sandbox.operations import OPERATIONS
from sandbox.schema.library import TRANSPORT
from tests.sandbox import connect_play, shapes
from tests.sandbox.conftest import SHOP, SandboxProcess, order, wait_for

CLASSES = {
    "account": stripe.Account,
    "account_link": stripe.AccountLink,
    "balance": stripe.Balance,
    "balance_transaction": stripe.BalanceTransaction,
    "bank_account": stripe.BankAccount,
    "capability": stripe.Capability,
    "charge": stripe.Charge,
    "confirmation_token": stripe.ConfirmationToken,
    "customer": stripe.Customer,
    "customer_session": stripe.CustomerSession,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "login_link": stripe.LoginLink,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "payout": stripe.Payout,
    "refund": stripe.Refund,
    "setup_attempt": stripe.SetupAttempt,
    "setup_intent": stripe.SetupIntent,
    "tax.calculation": stripe.tax.Calculation,
    "tax.calculation_line_item": stripe.tax.CalculationLineItem,
    "tax.transaction": stripe.tax.Transaction,
    "tax.transaction_line_item": stripe.tax.TransactionLineItem,
    "transfer": stripe.Transfer,
    "transfer_reversal": stripe.TransferReversal,
}
ADDRESS = {"line1": "1 rue de Rivoli", "city": "Paris", "postal_code": "75001", "country": "FR"}


class Wire:
    """Calls as they go over the wire, without the library between; remembers every object."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.seen: list[dict[str, Any]] = []

    def __call__(
        self, method: str, path: str, *, of_account: str = "", **given: Any
    ) -> dict[str, Any]:
        pairs = dict(flatten(given))
        answer = requests.request(
            method,
            f"{self.sandbox.url}/v1/{path}",
            auth=("sk_test_1", ""),
            data=pairs if method == "POST" else None,
            params=pairs if method == "GET" else None,
            headers={"Stripe-Account": of_account} if of_account else None,
            timeout=10,
        )
        body: dict[str, Any] = answer.json()
        self.keep(body)
        return body

    def keep(self, body: dict[str, Any]) -> None:
        if "error" in body:
            self.keep(body["error"].get("payment_intent") or {})
        elif body.get("object") == "list":
            for item in body["data"]:
                self.keep(item)
        elif body.get("object") in shapes.ROOTS:
            self.seen.append(body)


def flatten(given: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in given.items():
        key = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, list):
            value = {str(place): item for place, item in enumerate(value)}
        if isinstance(value, dict):
            pairs.extend(flatten(value, key))
        else:
            pairs.append((key, str(value).lower() if isinstance(value, bool) else str(value)))
    return pairs


def play(wire: Wire) -> None:
    """Call every operation, in every state that it has, and read everything back."""
    shipping = {"name": "Ada", "phone": "+33123456789", "address": ADDRESS}
    customer = wire(
        "POST", "customers", email="ada@example.org", shipping=shipping, address=ADDRESS
    )["id"]
    wire("POST", f"customers/{customer}", name="Ada", metadata={"user": "7"})
    wire("POST", "payment_methods/pm_card_visa/attach", customer=customer)
    saved = wire("GET", f"customers/{customer}/payment_methods")["data"][0]["id"]
    wire("POST", f"payment_methods/{saved}", billing_details={"name": "Ada"})
    wire("GET", f"payment_methods/{saved}", expand=["customer"])
    token = wire(
        "POST",
        "test_helpers/confirmation_tokens",
        payment_method="pm_card_mastercard",
        shipping=shipping,
        return_url=SHOP,
        setup_future_usage="on_session",
    )["id"]
    paid = wire(
        "POST",
        "payment_intents",
        amount=4250,
        currency="usd",
        confirm=True,
        confirmation_token=token,
        customer=customer,
        receipt_email="ada@example.org",
        metadata={"order": "1"},
        statement_descriptor_suffix="ORDER 1",
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        expand=["latest_charge", "payment_method", "customer"],
    )
    wire("GET", f"confirmation_tokens/{token}")
    charge = paid["latest_charge"]["id"]
    play_failures(wire, customer)
    wait_for(lambda: bool(wire("GET", f"charges/{charge}")["balance_transaction"]))
    wire("GET", f"payment_intents/{paid['id']}", expand=["latest_charge.balance_transaction"])
    wire("POST", "refunds", payment_intent=paid["id"], amount=250, reason="duplicate")
    wire("GET", f"charges/{charge}", expand=["refunds", "customer", "payment_intent"])
    play_setup(wire, customer, saved)
    connect_play.play_connect(wire, charge)
    connect_play.play_tax(wire)
    wait_for(lambda: bool(wire("GET", "disputes", expand=["data.charge"])["data"]))
    for noun in ("customers", "payment_intents", "charges", "refunds", "setup_intents"):
        wire("GET", noun)
    wire("GET", "balance_transactions", expand=["data.source"])
    wire("GET", "payment_methods", customer=customer)
    wire("GET", "events", limit=100)
    wire("DELETE", f"customers/{customer}")
    wire("GET", f"customers/{customer}")


def play_failures(wire: Wire, customer: str) -> None:
    def pay(**more: Any) -> dict[str, Any]:
        return wire("POST", "payment_intents", **order(**more))

    pay(payment_method="pm_card_visa_chargeDeclined")
    pay(payment_method="pm_card_chargeDeclinedIncorrectCvc", customer=customer)
    pay(payment_method="pm_card_createDispute")
    open_one = pay(payment_method="pm_card_authenticationRequired", use_stripe_sdk=True)
    wire.sandbox.control("POST", f"three_d_secure/{open_one['id']}", {"outcome": "fail"})
    redirected = pay(payment_method="pm_card_authenticationRequired")
    wire.sandbox.control("POST", f"three_d_secure/{redirected['id']}", {"outcome": "pass"})
    held = pay(payment_method="pm_card_amex", capture_method="manual")
    wire("POST", f"payment_intents/{held['id']}/capture", amount_to_capture=100)
    dropped = pay(payment_method="pm_card_visa", capture_method="manual")
    wire("POST", f"payment_intents/{dropped['id']}/cancel", cancellation_reason="duplicate")
    wire.sandbox.arm(kind="processing", seconds=0.1)
    pay(payment_method="pm_card_visa")
    listed = {"allowed_payment_method_types": ["card"]}
    wire("POST", "payment_intents", amount=500, currency="jpy", **listed)


def play_setup(wire: Wire, customer: str, saved: str) -> None:
    wire("POST", "setup_intents", customer=customer, usage="on_session")
    common = {"customer": customer, "confirm": True, "return_url": SHOP}
    wire("POST", "setup_intents", payment_method=saved, expand=["latest_attempt"], **common)
    wire("POST", "setup_intents", payment_method="pm_card_visa_chargeDeclined", **common)
    wire("POST", "setup_intents", payment_method="pm_card_authenticationRequired", **common)
    canceled = wire("POST", "setup_intents")["id"]
    wire("POST", f"setup_intents/{canceled}/cancel", cancellation_reason="abandoned")
    features = {"payment_method_redisplay": "enabled", "payment_method_save": "enabled"}
    element = {"enabled": True, "features": features}
    wire("POST", "customer_sessions", customer=customer, components={"payment_element": element})


@pytest.fixture(scope="module")
def wire(process: SandboxProcess) -> Wire:
    process.control("POST", "reset")
    wire = Wire(process)
    play(wire)
    return wire


@pytest.mark.parametrize("kind", sorted(shapes.ROOTS))
def test_as_stripe_describes_it(wire: Wire, kind: str) -> None:
    seen = [thing for thing in wire.seen if thing["object"] == kind]
    if kind == "setup_attempt":
        seen = [
            intent["latest_attempt"]
            for intent in wire.seen
            if isinstance(intent.get("latest_attempt"), dict)
        ]
    assert seen
    found = {line for thing in seen for line in shapes.differences(thing)}
    assert sorted(found) == []


@pytest.mark.parametrize("kind", sorted(CLASSES))
def test_as_the_library_has_it(wire: Wire, kind: str) -> None:
    """Each member that the library's class does not mark optional is there, and none that it lacks."""
    annotations = CLASSES[kind].__annotations__
    nullable = re.compile("Optional|None")
    needed = {name for name, hint in annotations.items() if not nullable.search(str(hint))}
    needed.discard("OBJECT_NAME")
    for thing in wire.seen:
        if thing["object"] == kind and "deleted" not in thing:
            assert set(thing) - set(annotations) == set()
            assert needed - set(thing) == set()


def test_events_carry_objects_as_they_were(wire: Wire) -> None:
    events = [thing for thing in wire.seen if thing["object"] == "event"]
    assert len({event["type"] for event in events}) > 20
    found = {
        line
        for event in events
        if event["data"]["object"]["object"] in shapes.ROOTS
        for line in shapes.differences(event["data"]["object"])
    }
    assert sorted(found) == []


def test_the_extract_is_of_the_librarys_version() -> None:
    assert shapes.DOCUMENT["api_version"] == stripe.api_version, "run extract_shapes.py again"


def test_parameters_are_those_of_the_library() -> None:
    """Each operation accepts exactly what the library can send, and what only browsers send."""
    tables: dict[str, Any] = {
        "payment_intents.create": params.PaymentIntentCreateParams,
        "payment_intents.confirm": params.PaymentIntentConfirmParams,
        "payment_intents.list": params.PaymentIntentListParams,
        "refunds.create": params.RefundCreateParams,
        "customers.create": params.CustomerCreateParams,
        "events.list": params.EventListParams,
        "accounts.create": params.AccountCreateParams,
        "account_links.create": params.AccountLinkCreateParams,
        "transfers.create": params.TransferCreateParams,
        "transfers.reversals.create": params.TransferCreateReversalParams,
        "tax.calculations.create": tax.CalculationCreateParams,
        "tax.transactions.create_reversal": tax.TransactionCreateReversalParams,
    }
    by_name = {operation.name: operation for operation in OPERATIONS}
    for name, table in tables.items():
        accepted = set(by_name[name].fields.table())
        known = set(table.__annotations__) - TRANSPORT
        assert accepted - {"client_secret"} == known - {"client_secret"}, name
        required = {key for key, field in by_name[name].fields.table().items() if field.required}
        assert required == set(table.__required_keys__) - TRANSPORT, name


def test_every_table_can_be_read_to_its_depth() -> None:
    def walk(type_: Any, depth: int = 0) -> int:
        inner = [getattr(type_, "inner", None), *getattr(type_, "options", ())]
        fields = [field.type for field in type_.table().values()] if hasattr(type_, "table") else []
        return 1 + sum(walk(part, depth + 1) for part in [*inner, *fields] if part is not None)

    assert sum(walk(operation.fields) for operation in OPERATIONS) > 2000
    assert all(re.fullmatch(r"[a-z_.]+", operation.name) for operation in OPERATIONS)
    assert typing_extensions.is_typeddict(params.PaymentIntentCreateParams)
