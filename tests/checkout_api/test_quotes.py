"""Quotes by the API: what is shown is what the checkout page says, and what is charged."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from catalogue.models import Merchant, Variant
from checkout import carts
from checkout.cart_owners import Owner
from checkout.models import Offer
from tests.buying import Sandbox, stock_shelf
from tests.callers import Calls
from tests.checkout_api.buying import HOME, body, buy, euros

pytestmark = pytest.mark.django_db


def ask(caller: Calls, **said: Any) -> Any:
    return caller.post("quotes/", {"country": "FR", **said})


def lines(*variants: Variant, quantity: int = 1) -> list[dict[str, Any]]:
    return [{"variant_id": str(each.public_id), "quantity": quantity} for each in variants]


def test_it_is_what_the_checkout_page_says(
    app: Calls, mai: User, flipflops: Variant, bookcase: Variant
):
    Offer.objects.create(
        name="Spring",
        kind="percentage",
        basis_points=1000,
        code="SPRING",
        most=9000,
        currency="EUR",
    )
    for variant in (flipflops, bookcase):
        carts.add(Owner(mai.pk), variant.public_id)
    cart = app.post("carts/").json()["id"]
    told = ask(app, cart_id=cart, code="spring", postal_code="35000").json()
    client = Client()
    client.force_login(mai)
    page = client.post(
        reverse("checkout:checkout_quote", args=["eur"]),
        {**HOME, "code": "spring", "email": ""},
        headers={"Accept": "application/json"},
    ).json()
    assert told["total"] == euros(page["amount"])
    assert told["delivery_total"] == euros(890)
    assert told["discount_total"] == euros(1630)
    assert told["total"] == euros(16300 + 890 - 1630)
    assert told["code"] == {"code": "SPRING", "counts": True, "reason": None, "detail": None}
    assert told["discounts"] == [{"label": "Spring (SPRING)", "amount": euros(1630)}]
    assert [each["shop"]["name"] for each in told["deliveries"]] == ["Plage", "Rayon"]
    assert told["publishable_key"]


def test_what_is_shown_is_what_is_charged(phare: Calls, sandbox: Sandbox, flipflops: Variant):
    told = ask(phare, lines=lines(flipflops, quantity=2)).json()
    assert told["total"] == euros(7190)
    assert told["tax_included"] == euros(1198)
    bought = buy(
        phare,
        body(
            flipflops,
            told["total"]["amount"],
            sandbox.token(),
            lines=lines(flipflops, quantity=2),
        ),
    )
    assert bought.status_code == 201
    for name in ("items_total", "delivery_total", "discount_total", "tax_included", "total"):
        assert bought.json()[name] == told[name]
    [charge] = sandbox.charges()
    assert charge["amount"] == 7190


def test_what_is_short_says_how_many_there_are(phare: Calls, bookcase: Variant):
    [line] = ask(phare, lines=lines(bookcase, quantity=5)).json()["lines"]
    assert (line["quantity"], line["available"]) == (5, 3)


def test_what_cannot_go_there_says_so(phare: Calls, cart: str, flipflops: Variant):
    for said in ({"lines": lines(flipflops)}, {"cart_id": cart}):
        refused = ask(phare, **{**said, "country": "US"})
        assert (refused.status_code, refused.json()["code"]) == (422, "not_delivered")


def test_what_a_cart_can_no_longer_have_is_left_out(
    phare: Calls, cart: str, flipflops: Variant, bookcase: Variant
):
    phare.post(f"carts/{cart}/lines/", lines(bookcase)[0])
    type(bookcase.stock).objects.filter(pk=bookcase.pk).update(on_hand=0)
    told = ask(phare, cart_id=cart).json()
    assert told["total"] == euros(3790)
    assert [(each["title"], each["state"]) for each in told["left_out"]] == [
        ("Bookcase", "sold_out")
    ]


def test_two_currencies_are_two_quotes(phare: Calls, cart: str, plage: Merchant):
    mug = stock_shelf(plage, "Mug", price=900, pieces=5, currency="USD")
    phare.post(f"carts/{cart}/lines/", lines(mug)[0])
    refused = ask(phare, cart_id=cart)
    assert (refused.status_code, refused.json()["code"]) == (422, "mixed_currencies")
    assert ask(phare, cart_id=cart, currency="EUR").json()["total"] == euros(3790)
    dollars = ask(phare, cart_id=cart, currency="USD").json()
    assert dollars["items_total"] == {"amount": 900, "currency": "USD"}


def test_a_code_that_does_not_count_says_why(phare: Calls, flipflops: Variant):
    told = ask(phare, lines=lines(flipflops), code="nothing").json()
    assert told["code"] == {
        "code": "NOTHING",
        "counts": False,
        "reason": "unknown",
        "detail": "There is no code NOTHING. Check how it is spelled.",
    }
    assert told["total"] == euros(3790)


def test_codes_are_not_guessed(
    phare: Calls, other: Calls, cart: str, flipflops: Variant, settings: Any
):
    """By a guest of a partner's ten in ten minutes; another partner is not held up by it."""
    settings.LIMIT_VISITORS = True
    for number in range(10):
        assert ask(phare, cart_id=cart, code=f"guess{number}").status_code == 200
    refused = ask(phare, cart_id=cart, code="guess10")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_often")
    assert int(refused["Retry-After"]) > 0
    assert ask(phare, cart_id=cart).status_code == 200
    assert ask(other, lines=lines(flipflops), code="guess10").status_code == 200


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({}, "#"),
        ({"lines": []}, "#/lines"),
        ({"lines": [{"variant_id": "x"}]}, "#/lines/0/variant_id"),
        ({"lines": [{"colour": "red"}]}, "#/lines/0/colour"),
        ({"country": "France"}, "#/country"),
    ],
)
def test_what_makes_no_sense_says_where(phare: Calls, said: dict[str, Any], pointer: str):
    refused = ask(phare, **said)
    assert refused.status_code == 400
    assert pointer in {each["pointer"] for each in refused.json()["errors"]}
