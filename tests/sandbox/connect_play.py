"""Every operation about connected accounts and tax, in the states that there are."""

from __future__ import annotations

from typing import Any, Protocol

from tests.sandbox.conftest import SandboxProcess
from tests.sandbox.connect_cast import EXPRESS


class Wire(Protocol):
    """Calls over the wire, whose answers are kept."""

    sandbox: SandboxProcess

    def __call__(
        self, method: str, path: str, *, of_account: str = "", **given: Any
    ) -> dict[str, Any]: ...

    def keep(self, body: dict[str, Any]) -> None: ...


def play_accounts(wire: Wire) -> str:
    """An account in each state; the one that is left can be paid."""
    bank = {
        "object": "bank_account",
        "country": "FR",
        "currency": "eur",
        "account_number": "0001234",
    }
    account = wire("POST", "accounts", **EXPRESS, email="lena@example.org")["id"]
    old = wire(
        "POST",
        "accounts",
        type="express",
        country="US",
        business_type="company",
        company={"name": "Noor", "address": {"city": "Lille"}},
        external_account=bank,
        business_profile={"url": "https://noor.example", "support_address": {"city": "Lille"}},
        settings={"payouts": {"statement_descriptor": "NOOR"}},
    )
    wire.keep(old["external_accounts"]["data"][0])
    wire(
        "POST",
        "account_links",
        account=account,
        type="account_onboarding",
        return_url="https://shop.example/",
        refresh_url="https://shop.example/again",
    )
    for state in ("pending", "restricted", "complete"):
        wire.sandbox.control("POST", f"accounts/{account}", {"state": state})
        wire("GET", f"accounts/{account}")
        wire("GET", f"accounts/{account}/capabilities/transfers", expand=["account"])
    wire("POST", f"accounts/{account}/capabilities/card_payments", requested=True)
    wire("GET", f"accounts/{account}/capabilities")
    wire("POST", f"accounts/{account}/login_links")
    wire("POST", f"accounts/{account}", metadata={"merchant": "7"})
    wire("GET", "accounts")
    wire("DELETE", f"accounts/{old['id']}")
    return str(account)


def play_connect(wire: Wire, charge: str) -> None:
    """Money to an account, some of it back, and the rest to banks."""
    account = play_accounts(wire)
    transfer = wire(
        "POST",
        "transfers",
        amount=700,
        currency="usd",
        destination=account,
        source_transaction=charge,
        description="Order 1",
        metadata={"transfer": "1"},
    )["id"]
    reversal = wire("POST", f"transfers/{transfer}/reversals", amount=200)["id"]
    wire("POST", f"transfers/{transfer}/reversals/{reversal}", metadata={"reversal": "1"})
    expand = ["transfer", "balance_transaction", "destination_payment_refund"]
    wire("GET", f"transfers/{transfer}/reversals/{reversal}", expand=expand)
    wire("POST", f"transfers/{transfer}", description="Order 1, late")
    expand = ["destination", "destination_payment", "source_transaction", "balance_transaction"]
    wire("GET", f"transfers/{transfer}", expand=expand)
    wire("GET", "transfers", destination=account)
    wire("GET", f"transfers/{transfer}/reversals")
    wire("GET", "balance")
    wire("GET", "balance", of_account=account)
    wire.sandbox.control("POST", f"accounts/{account}", {"pay_out": True})
    wire.sandbox.control("POST", "payouts", {"currency": "usd", "amount": 100})
    wire("GET", "payouts", expand=["data.balance_transaction"])
    for noun in ("payouts", "charges", "refunds", "events"):
        wire("GET", noun, of_account=account)
    wire("GET", "balance_transactions", of_account=account, expand=["data.source"])


def play_tax(wire: Wire) -> None:
    """Tax of a few lines to a few places, recorded and given back."""
    lines: list[dict[str, Any]] = [
        {"amount": 1000, "reference": "a", "metadata": {"line": "1"}},
        {"amount": 1000, "reference": "b", "tax_behavior": "inclusive", "quantity": 2},
    ]
    given: dict[str, Any] = {
        "currency": "eur",
        "line_items": lines,
        "shipping_cost": {"amount": 500},
    }
    for place in (
        {"country": "FR"},
        {"country": "BR"},
        {"country": "US", "postal_code": "94103"},
    ):
        details = {
            "address": place,
            "address_source": "shipping",
            "tax_ids": [{"type": "eu_vat", "value": "FR12345678901"}],
        }
        calculation = wire(
            "POST",
            "tax/calculations",
            customer_details=details,
            ship_from_details={"address": {"country": "FR"}},
            expand=["line_items.data.tax_breakdown", "shipping_cost.tax_breakdown"],
            **given,
        )["id"]
        wire("GET", f"tax/calculations/{calculation}/line_items", expand=["data.tax_breakdown"])
        wire("GET", f"tax/calculations/{calculation}")
        transaction = wire(
            "POST",
            "tax/transactions/create_from_calculation",
            calculation=calculation,
            reference=f"order {place}",
            metadata={"order": "1"},
            expand=["line_items"],
        )["id"]
        wire(
            "POST",
            "tax/transactions/create_reversal",
            mode="partial",
            original_transaction=transaction,
            reference=f"refund {place}",
            flat_amount=-100,
            expand=["line_items"],
        )
        wire("GET", f"tax/transactions/{transaction}/line_items")
        wire("GET", f"tax/transactions/{transaction}")
