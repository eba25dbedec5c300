"""Carts by the API: a shopper's own, and one for each guest of a partner's."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from catalogue.models import Merchant, Variant
from checkout import cart_owners, carts
from checkout.cart_owners import Owner
from checkout.models import Cart
from tests import callers
from tests.callers import Calls
from tests.shops import person

pytestmark = pytest.mark.django_db


def test_a_guests_cart_from_the_first_line_to_the_last(phare: Calls, cart: str, flipflops: Variant):
    line = f"carts/{cart}/lines/{flipflops.public_id}/"
    told = phare("patch", line, {"quantity": 3}).json()
    [shown] = told["lines"]
    assert (shown["quantity"], shown["state"], shown["saved"]) == (3, "ready", False)
    assert shown["price"] == {"amount": 3400, "currency": "EUR"}
    [total] = told["totals"]
    assert total["items"] == {"amount": 10200, "currency": "EUR"}
    assert total["total"] == {"amount": 10590, "currency": "EUR"}
    saved = phare("patch", line, {"saved": True}).json()
    assert [each["saved"] for each in saved["lines"]] == [True]
    assert saved["totals"] == []
    assert phare("patch", line, {"saved": False}).json()["totals"] == [total]
    assert phare("delete", line).json()["lines"] == []
    gone = phare("delete", line)
    assert (gone.status_code, gone.json()["code"]) == (404, "not_in_cart")


def test_each_guest_of_a_partner_has_a_cart_that_nobody_can_guess(phare: Calls, cart: str):
    second = phare.post("carts/")
    assert second.status_code == 201
    assert second.json()["id"] != cart
    assert second["Location"].endswith(f"/api/v1/carts/{second.json()['id']}/")
    assert phare.get("carts/").status_code == 405
    names = set(Cart.objects.values_list("guest", flat=True))
    assert len(names) == 2
    assert not any(name in str(second.content) for name in names)


def test_another_partners_cart_is_not_there(
    other: Calls, app: Calls, cart: str, flipflops: Variant
):
    variant = str(flipflops.public_id)
    for caller in (other, app):
        for method, path, body in [
            ("get", f"carts/{cart}/", None),
            ("patch", f"carts/{cart}/", {"country": "DE"}),
            ("post", f"carts/{cart}/lines/", {"variant_id": variant}),
            ("patch", f"carts/{cart}/lines/{variant}/", {"quantity": 2}),
            ("delete", f"carts/{cart}/lines/{variant}/", None),
            ("post", "quotes/", {"cart_id": cart, "country": "FR"}),
        ]:
            assert caller(method, path, body).status_code == 404, path
    row = Cart.objects.get(public_id=cart)
    assert (row.country, row.lines.get().quantity) == ("FR", 1)


def test_a_shoppers_cart_is_the_one_on_the_pages(app: Calls, mai: User, flipflops: Variant):
    carts.add(Owner(mai.pk), flipflops.public_id, quantity=2)
    opened = app.post("carts/")
    assert opened.status_code == 200
    assert [each["quantity"] for each in opened.json()["lines"]] == [2]
    app("patch", f"carts/{opened.json()['id']}/lines/{flipflops.public_id}/", {"quantity": 4})
    client = Client()
    client.force_login(mai)
    assert "€136.00" in client.get(reverse("checkout:cart")).content.decode()


def test_a_first_cart_of_a_shopper_is_new(app: Calls, mai: User):
    assert app.post("carts/").status_code == 201
    assert Cart.objects.get().user == mai


def test_a_guests_cart_of_the_pages_is_no_partners(phare: Calls, flipflops: Variant):
    carts.add(Owner(guest="somebody"), flipflops.public_id)
    row = Cart.objects.get()
    assert phare.get(f"carts/{row.public_id}/").status_code == 404


def test_a_cart_that_was_merged_is_closed(phare: Calls, cart: str, mai: User):
    """No page can name a partner's guest; if one ever did, the cart is the person's from then on."""
    cart_owners.merge(Cart.objects.get(public_id=cart).guest, user_id=mai.pk)
    assert phare.get(f"carts/{cart}/").status_code == 404


def test_more_than_there_is_says_how_many_are_left(phare: Calls, cart: str, flipflops: Variant):
    refused = phare("patch", f"carts/{cart}/lines/{flipflops.public_id}/", {"quantity": 11})
    assert refused.status_code == 409
    told = refused.json()
    assert (told["code"], told["left"]) == ("fewer_left", 10)
    nothing = phare.post(f"carts/{cart}/lines/", {"variant_id": str(uuid4())})
    assert (nothing.status_code, nothing.json()["code"]) == (422, "unknown_product")
    assert Cart.objects.get().lines.get().quantity == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"quantity": 0}, "#/quantity"),
        ({"quantity": 100}, "#/quantity"),
        ({"quantity": 2, "saved": True}, "#"),
        ({}, "#"),
        ({"amount": 2}, "#/amount"),
    ],
)
def test_what_makes_no_sense_says_where(
    phare: Calls, cart: str, flipflops: Variant, body: dict[str, int], pointer: str
):
    refused = phare("patch", f"carts/{cart}/lines/{flipflops.public_id}/", body)
    assert refused.status_code == 400
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]


def test_the_country_changes_the_prices_and_is_kept(phare: Calls, cart: str):
    moved = phare("patch", f"carts/{cart}/", {"country": "US"}).json()
    assert (moved["country"], moved["lines"][0]["state"]) == ("US", "not_delivered")
    assert moved["totals"] == []
    assert phare.get(f"carts/{cart}/").json() == moved
    assert phare("patch", f"carts/{cart}/", {"country": "XX"}).status_code == 400


def test_a_change_of_what_was_changed_meanwhile_is_refused(
    phare: Calls, cart: str, flipflops: Variant
):
    line = f"carts/{cart}/lines/{flipflops.public_id}/"
    seen = phare.get(f"carts/{cart}/")["ETag"]
    changed = phare("patch", line, {"quantity": 2}, **{"If-Match": seen})
    assert changed.status_code == 200
    for method, body in (("patch", {"quantity": 3}), ("delete", None)):
        late = phare(method, line, body, **{"If-Match": seen})
        assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert phare("delete", line, **{"If-Match": changed["ETag"]}).status_code == 200


def test_shops_and_test_apps_buy_nothing(plage: Merchant, flipflops: Variant):
    assert callers.shop(plage).post("carts/").status_code == 403
    trying = callers.app(person("trying"), live=False)
    refused = trying.post("carts/")
    assert (refused.status_code, refused.json()["code"]) == (403, "test_key")
    assert not Cart.objects.exists()


def test_reading_a_cart_takes_as_many_statements_however_long_it_is(
    phare: Calls, cart: str, bookcase: Variant
):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert phare.get(f"carts/{cart}/").status_code == 200
        return len(captured)

    statements()
    # Who calls, the cart, its lines, and their price.
    assert statements() == 4
    phare.post(f"carts/{cart}/lines/", {"variant_id": str(bookcase.public_id)})
    assert statements() == 4
