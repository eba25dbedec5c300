"""What tests of buying share: a buyer and a stranger, two merchants with goods, and Stripe."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
import pytest
import stripe
from django.conf import settings

from accounts.models import User
from catalogue.models import Merchant, Product, ProductImage, StockItem, TaxRate, Variant
from checkout import orders, payments
from checkout.buyers import AddressData, Buyer
from checkout.gateway.client import GRANTED_VERSION
from checkout.gateway.client import client as gateway_client
from checkout.models import Order, Payment
from checkout.quotes import Item, quote
from shopping.money import Money
from stack.ports import free_port
from tests import shops

HOME = AddressData(
    name="Maï Lefort",
    line1="14 rue des Lices",
    line2="",
    postal_code="35000",
    city="Rennes",
    region="",
    country="FR",
    phone="",
)


def open_shop(handle: str, *, currency: str = "EUR", delivery: int = 390) -> Merchant:
    """A merchant who delivers to France and Germany for `delivery` minor units."""
    return shops.open_shop(handle, currency=currency, delivery=delivery, countries=("FR", "DE"))


def stock_shelf(
    merchant: Merchant, title: str, *, price: int, pieces: int, currency: str = "EUR"
) -> Variant:
    """A product on sale with one variant at `price` minor units, and `pieces` of it."""
    product = Product.objects.create(
        merchant=merchant,
        title=title,
        slug=title.lower().replace(" ", "-"),
        currency=currency,
        status=Product.Status.ACTIVE,
    )
    ProductImage.objects.create(product=product, file=f"products/{product.slug}.webp", alt=title)
    variant = Variant.objects.create(
        product=product, merchant=merchant, sku=title[:3].upper(), price=price
    )
    StockItem.objects.create(variant=variant, on_hand=pieces)
    return variant


@pytest.fixture
def plage(db: None) -> Merchant:
    TaxRate.objects.get_or_create(country="FR", category=None, basis_points=2000, inclusive=True)
    return open_shop("plage")


@pytest.fixture
def rayon(db: None) -> Merchant:
    return open_shop("rayon", delivery=500)


@pytest.fixture
def flipflops(plage: Merchant) -> Variant:
    return stock_shelf(plage, "Corniche flip-flops", price=3400, pieces=10)


@pytest.fixture
def bookcase(rayon: Merchant) -> Variant:
    return stock_shelf(rayon, "Bookcase", price=12900, pieces=3)


@pytest.fixture
def buyer(db: None) -> Buyer:
    user = User.objects.create_user("mai@etal.example", handle="mai", display_name="Maï Lefort")
    return Buyer(principal=f"user:{user.pk}", user=user, email="mai@etal.example", locale="en")


@pytest.fixture
def stranger(db: None) -> Buyer:
    return Buyer(principal="guest:stranger", user=None, email="who@etal.example", locale="fr")


@dataclass(frozen=True)
class Basket:
    """What a test orders; `with_` changes one thing about it."""

    items: tuple[Item, ...]
    buyer: Buyer
    key: str = "key-1"
    address: AddressData = HOME
    seen_total: Money | None = None

    def with_(self, **changes: object) -> Basket:
        return replace(self, **changes)

    def total(self) -> Money:
        return quote(self.items, country=self.address.country).total

    def place(self) -> Order:
        return orders.place(
            self.items,
            buyer=self.buyer,
            address=self.address,
            key=self.key,
            seen_total=self.seen_total or self.total(),
        )


@pytest.fixture
def basket(flipflops: Variant, buyer: Buyer) -> Basket:
    """One pair of flip-flops: €34.00 and €3.90 for the parcel."""
    return Basket((Item(flipflops.public_id, 1),), buyer)


@pytest.fixture
def order(basket: Basket) -> Order:
    return basket.place()


@pytest.fixture
def payment(order: Order) -> Payment:
    return order.payments.get()


def shelf(variant: Variant) -> tuple[int, int]:
    """Pieces on hand, and those of them that are promised."""
    item = StockItem.objects.get(variant=variant)
    return item.on_hand, item.reserved


def history(order: Order) -> list[str]:
    return list(order.history.values_list("type", flat=True))


def pay(payment: Payment, token: str, **more: Any) -> payments.Outcome:
    return payments.start(payment.pk, confirmation_token=token, return_url=RETURN_URL, **more)


NOWHERE = UUID(int=0)
RETURN_URL = "https://etal.example/orders/x/"


# Stripe ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Sandbox:
    """The stand-in for Stripe, a process of its own; what a test asks of it besides."""

    url: str
    http: httpx.Client

    def token(self, card: str = "pm_card_visa") -> str:
        """A confirmation token, as the browser makes it from what the shopper typed."""
        answer = self.http.post(
            "/v1/test_helpers/confirmation_tokens",
            data={"payment_method": card},
            auth=(settings.STRIPE_SECRET_KEY, ""),
        )
        answer.raise_for_status()
        return str(answer.json()["id"])

    def granted(self, most: int, currency: str, card: str = "pm_card_visa") -> str:
        """A shared payment token, as an agent grants it for at most `most` minor units."""
        answer = self.http.post(
            "/v1/test_helpers/shared_payment/granted_tokens",
            data={
                "payment_method": card,
                "usage_limits[currency]": currency.lower(),
                "usage_limits[max_amount]": str(most),
            },
            headers={"Stripe-Version": GRANTED_VERSION},
            auth=(settings.STRIPE_SECRET_KEY, ""),
        )
        answer.raise_for_status()
        return str(answer.json()["id"])

    def get(self, path: str, **params: Any) -> Any:
        answer = self.http.get(path, params=params, auth=(settings.STRIPE_SECRET_KEY, ""))
        answer.raise_for_status()
        return answer.json()

    def fault(self, kind: str, operation: str, **more: Any) -> None:
        """Let the next call of `operation` go wrong; sandbox/README.md lists the kinds."""
        body = {"kind": kind, "operation": operation, **more}
        self.http.post("/_sandbox/faults", json=body).raise_for_status()

    def account(self, account_id: str, state: str = "complete", *, country: str = "FR") -> None:
        """Let Stripe have come so far with an account; it makes one that is not there."""
        body = {"id": account_id, "country": country, "state": state}
        self.http.post("/_sandbox/accounts", json=body).raise_for_status()

    def pass_bank(self, payment: Payment, outcome: str = "pass") -> None:
        """The shopper answers the bank's 3-D Secure question with "pass" or "fail"."""
        payment.refresh_from_db()
        self.http.post(
            f"/_sandbox/three_d_secure/{payment.intent_id}", json={"outcome": outcome}
        ).raise_for_status()

    def state(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.get("/_sandbox/state").json()
        return answer

    def intents(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.state()["payment_intents"]
        return found

    def charges(self) -> list[dict[str, Any]]:
        """The charges that took money."""
        return [charge for charge in self.state()["charges"] if charge["status"] == "succeeded"]

    def events(self, *types: str) -> list[dict[str, Any]]:
        """Stripe's events of `types`, oldest first."""
        found: list[dict[str, Any]] = []
        for type_ in types:
            found += self.get("/v1/events", type=type_, limit=100)["data"]
        return sorted(found, key=lambda event: event["created"])


def signed(event: Any, *, secret: str | None = None, age: int = 0) -> dict[str, Any]:
    """What Django's test client posts to be Stripe: the raw body and its signature."""
    body = event if isinstance(event, str) else json.dumps(event)
    header = stripe.WebhookSignature.generate_signature_header(
        body, secret or settings.STRIPE_WEBHOOK_SECRET, int(time.time()) - age
    )
    return {
        "data": body,
        "content_type": "application/json",
        "headers": {"Stripe-Signature": header},
    }


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    # Movements and disputes follow their charges as ever, and many tests wait for them.
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--settle-seconds", "0.05"]
    process = subprocess.Popen(command)
    try:
        for _ in range(200):
            try:
                if httpx.get(f"{url}/_sandbox/health").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        else:
            raise AssertionError("the stand-in for Stripe did not start")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def sandbox(sandbox_process: str, settings: Any) -> Iterator[Sandbox]:
    """Stripe with nothing in it but the merchants; the gateway of this process speaks to it."""
    settings.STRIPE_API_BASE = sandbox_process
    gateway_client.cache_clear()
    with httpx.Client(base_url=sandbox_process, timeout=30) as http:
        http.post("/_sandbox/reset").raise_for_status()
        stripe_side = Sandbox(sandbox_process, http)
        for handle in ("plage", "rayon"):
            stripe_side.account(f"acct_{handle}")
        yield stripe_side
    gateway_client.cache_clear()
