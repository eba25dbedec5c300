"""The cart's pages: with HTMX and without, for guests and members, and what odd requests get."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalogue import products
from catalogue.models import Product, ShippingRate, Variant
from checkout import carts
from checkout.cart_owners import Owner
from checkout.models import Cart, CartLine
from tests.buying import open_shop, stock_shelf
from tests.checkout_pages.conftest import PART, Visitor
from tests.journeys.cast import PASSWORD, Market, set_stock

OWN_PAGE = {"HTTP_SEC_FETCH_SITE": "same-origin"}
IN_CART = {**PART, "HTTP_HX_TARGET": "cart"}


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def lamp_of(market: Market) -> UUID:
    return market.lamp.variants.get().public_id


def add(visitor: Visitor, product: Product, query: str = "", **headers: str):
    return visitor.client.post(f"/cart/add/{product.public_id}/{query}", **headers)


def press(
    visitor: Visitor, variant: UUID, verb: str, data: dict[str, str] | None = None, **headers: str
):
    return visitor.client.post(f"/cart/{variant}/{verb}/", data or {}, **headers)


def page(visitor: Visitor) -> str:
    return text_of(visitor.client.get("/cart/"))


def count(visitor: Visitor) -> str:
    """What the script of the page reads."""
    return visitor.client.cookies["cart"].value


def contents() -> list[tuple[str, int, bool]]:
    lines = CartLine.objects.order_by("id").select_related("variant__product")
    return [(line.variant.product.title, line.quantity, line.saved) for line in lines]


# Adding ----------------------------------------------------------------------------------------
def test_a_guest_adds_without_a_script_and_sees_the_cart(guest: Visitor, market: Market) -> None:
    answer = add(guest, market.lamp, f"?post={market.lamp_post.public_id}", **OWN_PAGE)
    assert (answer.status_code, answer["Location"]) == (302, "/cart/")
    assert guest.client.cookies["guest"]["httponly"]
    cookie = guest.client.cookies["cart"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("g1", "Lax", "")
    shown = page(guest)
    for words in (
        "Phare lamp",
        "Plage &amp; Fils",
        "Only 5 left",
        "Delivery €3.90",
        "Plage &amp; Fils, 1 item",
        "Delivery, 1 parcel",
        "VAT included",
        "€87.90",
        "Delivery to France.",
    ):
        assert words in shown, words
    assert CartLine.objects.get().post == market.lamp_post


def test_adding_with_the_script_says_so_in_place(guest: Visitor, market: Market) -> None:
    answer = add(guest, market.lamp, **OWN_PAGE, **PART)
    assert answer.status_code == 200
    said = text_of(answer)
    assert "It’s in your cart" in said
    assert "See cart" in said
    assert "Undo" in said
    assert "<html" not in said
    again = add(guest, market.lamp, **OWN_PAGE, **PART)
    assert count(guest) == "g2"
    undo = press(guest, lamp_of(market), "undo", {"quantity": "1"}, **PART)
    assert (again.status_code, undo.status_code, count(guest)) == (200, 200, "g1")
    assert "Taken out of your cart" in text_of(undo)


def test_nobody_guesses_a_size(guest: Visitor, market: Market) -> None:
    query = f"?post={market.post.public_id}"
    address = f"/products/{market.flipflops.public_id}/corniche-flip-flops/{query}#buybox"
    plain = add(guest, market.flipflops, query, **OWN_PAGE)
    assert (plain.status_code, plain["Location"]) == (302, address)
    part = add(guest, market.flipflops, query, **OWN_PAGE, **PART)
    assert (part.status_code, part["HX-Redirect"]) == (204, address)
    assert not Cart.objects.exists()
    variant = market.variant("Lagoon", "42")
    add(guest, market.flipflops, f"{query}&variant={variant.public_id}", **OWN_PAGE)
    line = CartLine.objects.get()
    assert (line.variant, line.post) == (variant, market.post)


def test_the_product_page_sends_the_chosen_form(guest: Visitor, market: Market) -> None:
    variant = market.variant("Lagoon", "42")
    shown = text_of(
        guest.client.get(
            f"/products/{market.flipflops.public_id}/corniche-flip-flops/"
            f"?variant={variant.public_id}&post={market.post.public_id}"
        )
    )
    [action] = re.findall(r'formaction="(/cart/add/[^"]*)"', shown)
    answer = guest.client.post(action.replace("&amp;", "&"), **OWN_PAGE)
    assert answer["Location"] == "/cart/"
    line = CartLine.objects.get()
    assert (line.variant, line.post) == (variant, market.post)
    assert f'name="post" value="{market.post.public_id}"' in shown


# One reading of Market is everybody's until its candidates are read anew, which tests do each time.
READING = re.compile(r"in=a[\w-]{22}")


def test_the_signed_out_feed_offers_it_and_holds_nothing_of_anybodys(
    guest: Visitor, market: Market
) -> None:
    add(guest, market.lamp, **OWN_PAGE)
    shown = text_of(guest.client.get("/"))
    other = text_of(Client().get("/"))
    assert READING.sub("", shown) == READING.sub("", other)
    assert f'formaction="/cart/add/{market.lamp.public_id}/?post=' in shown
    assert '<form id="act" method="post" hidden></form>' in shown
    assert "csrf" not in shown


def test_a_sold_out_card_offers_no_cart(guest: Visitor, market: Market) -> None:
    set_stock(market.lamp.variants.get(), pieces=0)
    assert f"/cart/add/{market.lamp.public_id}/" not in text_of(guest.client.get("/"))
    answer = add(guest, market.lamp, **OWN_PAGE, **PART)
    assert answer.status_code == 409
    assert "This has just sold out." in text_of(answer)


FOREIGN = [
    {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"},
    {"HTTP_SEC_FETCH_SITE": "same-site"},
    {"HTTP_ORIGIN": "http://["},
    {"HTTP_ORIGIN": "https://evil.example"},
    {"HTTP_ORIGIN": "null"},
    {"HTTP_ORIGIN": "http://testserver.evil.example"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_foreign_page_adds_nothing_and_replaces_no_cookie(
    guest: Visitor, market: Market, headers: dict[str, str]
) -> None:
    answer = add(guest, market.lamp, **headers)
    assert answer.status_code == 403
    assert "guest" not in answer.cookies
    assert not Cart.objects.exists()


def test_a_members_form_needs_its_token(mai: User, market: Market) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mai)
    address = f"/cart/add/{market.lamp.public_id}/"
    assert browser.post(address, **OWN_PAGE).status_code == 403
    token = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', text_of(browser.get("/")))[0]
    answer = browser.post(address, {"csrfmiddlewaretoken": token}, **OWN_PAGE)
    assert answer.status_code == 302
    assert contents() == [("Phare lamp", 1, False)]


@pytest.mark.parametrize("verb", ["undo", "change", "save", "remove", "back"])
def test_a_guests_other_forms_need_their_token(market: Market, verb: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(f"/cart/{lamp_of(market)}/{verb}/", **OWN_PAGE).status_code == 403


# Changing --------------------------------------------------------------------------------------
def test_every_change_works_as_a_form(guest: Visitor, market: Market) -> None:
    add(guest, market.lamp, **OWN_PAGE)
    lamp = lamp_of(market)
    steps = [
        ("change", {"quantity": "3"}, [("Phare lamp", 3, False)], "g3"),
        ("save", {}, [("Phare lamp", 3, True)], "g0"),
        ("save", {"back": "yes"}, [("Phare lamp", 3, False)], "g3"),
        ("remove", {}, [], "g0"),
        ("back", {"quantity": "2", "price": "8400"}, [("Phare lamp", 2, False)], "g2"),
        ("change", {"quantity": "0"}, [], "g0"),
    ]
    for verb, data, after, number in steps:
        answer = press(guest, lamp, verb, data)
        assert (answer.status_code, answer["Location"]) == (302, "/cart/"), verb
        assert (contents(), count(guest)) == (after, number), verb
    assert "Your cart is empty." in page(guest)


def test_htmx_gets_the_changed_part_and_the_way_back(guest: Visitor, market: Market) -> None:
    add(guest, market.lamp, f"?post={market.lamp_post.public_id}", **OWN_PAGE)
    lamp = lamp_of(market)
    changed = press(guest, lamp, "change", {"quantity": "2"}, **IN_CART)
    said = text_of(changed)
    assert (changed.status_code, "<html" in said) == (200, False)
    assert '<span hx-swap-oob="innerHTML:#cart-says">Total €171.90. </span>' in said
    removed = text_of(press(guest, lamp, "remove", **IN_CART))
    assert "Phare lamp removed" in removed
    hidden = dict(re.findall(r'name="(quantity|price|post|saved)" value="([^"]*)"', removed))
    assert hidden == {
        "quantity": "2",
        "price": "8400",
        "post": str(market.lamp_post.public_id),
    }
    back = press(guest, lamp, "back", hidden, **IN_CART)
    assert "Phare lamp" in text_of(back)
    assert CartLine.objects.get().post == market.lamp_post


def test_more_than_are_left_is_refused_on_the_page(guest: Visitor, market: Market) -> None:
    add(guest, market.lamp, **OWN_PAGE)
    for headers in ({}, IN_CART):
        answer = press(guest, lamp_of(market), "change", {"quantity": "6"}, **headers)
        assert answer.status_code == 409
        assert "Only 5 are left." in text_of(answer)
    assert contents() == [("Phare lamp", 1, False)]


@pytest.mark.parametrize("quantity", ["-1", "10000", "abc", "", "1.5", "1\x00", "99999999999"])
def test_a_quantity_that_makes_no_sense_changes_nothing(
    guest: Visitor, market: Market, quantity: str
) -> None:
    add(guest, market.lamp, **OWN_PAGE)
    for headers in ({}, IN_CART):
        answer = press(guest, lamp_of(market), "change", {"quantity": quantity}, **headers)
        assert answer.status_code == 422
        assert "Choose a quantity from 1 to 99." in text_of(answer)
    refused = press(guest, lamp_of(market), "undo", {"quantity": quantity})
    assert refused.status_code == 422
    again = add(guest, market.lamp, f"?quantity={quantity}".replace("\x00", "%00"), **OWN_PAGE)
    assert again.status_code == 422
    assert contents() == [("Phare lamp", 1, False)]


@pytest.mark.parametrize("variant", ["abc", "%00", "01976d1b-0000-7000-8000-000000000000"])
def test_an_unknown_form_is_not_added(guest: Visitor, market: Market, variant: str) -> None:
    query = f"?variant={variant}&post=%00"
    plain = add(guest, market.flipflops, query, **OWN_PAGE)
    assert plain.status_code == 404
    assert "This product is not on sale." in text_of(plain)
    part = add(guest, market.flipflops, query, **OWN_PAGE, **PART)
    assert part.status_code == 404
    assert "<html" not in text_of(part)
    assert not Cart.objects.exists()
    assert "guest" not in plain.cookies


def test_an_unknown_or_withdrawn_product_is_not_added(guest: Visitor, market: Market) -> None:
    market.flipflops.public_id = uuid4()
    assert add(guest, market.flipflops, **OWN_PAGE).status_code == 404
    products.archive(market.lamp, actor=None)
    assert add(guest, market.lamp, **OWN_PAGE).status_code == 404


@pytest.mark.parametrize("verb", ["change", "save", "remove", "undo", "back"])
def test_anothers_line_is_out_of_reach(
    guest: Visitor, returning: Visitor, market: Market, verb: str
) -> None:
    add(returning, market.lamp, **OWN_PAGE)
    before = contents()
    data = {"quantity": "3", "price": "1"}
    answer = press(guest, lamp_of(market), verb, data)
    nothing = {"remove": 302, "undo": 302}  # A repeat of something that is done.
    assert answer.status_code == nothing.get(verb, 404)
    assert contents() == before
    assert press(guest, uuid4(), verb, data).status_code == nothing.get(verb, 404)


def test_a_forged_guest_is_nobody(guest: Visitor, market: Market) -> None:
    add(guest, market.lamp, **OWN_PAGE)
    thief = Visitor(Client())
    name = Cart.objects.get().guest
    for forged in (name, f"{name}:forged", "", "a\x00b"):
        thief.client.cookies["guest"] = forged
        assert "Phare lamp" not in page(thief)
        press(thief, lamp_of(market), "remove")
    assert contents() == [("Phare lamp", 1, False)]


def test_an_odd_undo_is_no_error(guest: Visitor, market: Market) -> None:
    add(guest, market.lamp, **OWN_PAGE)
    refused = press(guest, lamp_of(market), "back", {"quantity": "abc"})
    assert refused.status_code == 422
    assert contents() == [("Phare lamp", 1, False)]
    odd = {"quantity": "2", "price": "-5", "post": "\x00", "saved": "\x00"}
    assert press(guest, lamp_of(market), "back", odd).status_code == 302
    assert contents() == [("Phare lamp", 2, False)]


# Seeing ----------------------------------------------------------------------------------------
def test_an_empty_cart_sets_no_cookie(guest: Visitor, market: Market) -> None:
    answer = guest.client.get("/cart/")
    assert "Your cart is empty." in text_of(answer)
    assert not answer.cookies
    assert not text_of(guest.client.get("/cart/mini/"))


def test_a_changed_price_and_a_lost_line_say_so(guest: Visitor, market: Market) -> None:
    variant = market.variant("Lagoon", "42")
    add(guest, market.lamp, **OWN_PAGE)
    add(guest, market.flipflops, f"?variant={variant.public_id}", **OWN_PAGE)
    Variant.objects.filter(product=market.lamp).update(price=8900)
    set_stock(variant, pieces=0)
    shown = page(guest)
    assert "Price changed: was €84.00 when you added it" in shown
    assert "Sold out" in shown
    assert "Left out of the total." in shown
    assert "€92.90" in shown
    assert count(guest) == "g2"
    press(guest, lamp_of(market), "change", {"quantity": "1", "price": "8900"})
    assert "Price changed" not in page(guest)
    products.archive(market.lamp, actor=None)
    shown = page(guest)
    assert "No longer sold" in shown
    assert "Nothing in your cart can be ordered just now." in shown


@pytest.mark.parametrize("saved", [False, True])
def test_a_draft_that_a_cart_holds_shows_none_of_its_new_words(
    guest: Visitor, market: Market, saved: bool
) -> None:
    add(guest, market.lamp, **OWN_PAGE)
    if saved:
        press(guest, lamp_of(market), "save")
    Product.objects.filter(pk=market.lamp.pk).update(status="draft", title="Secret lantern")
    Variant.objects.filter(product=market.lamp).update(price=9900)
    mini = text_of(guest.client.get("/cart/mini/", **PART))
    for shown in (page(guest), mini):
        assert "Secret lantern" not in shown
        assert "99.00" not in shown
    assert "Something from Plage &amp; Fils" in page(guest)
    assert "No longer sold" in page(guest)
    taken_out = text_of(press(guest, lamp_of(market), "remove", **IN_CART))
    assert "Secret lantern" not in taken_out
    assert "Taken out of your cart" in taken_out


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_what_is_no_longer_sold_is_not_put_back(
    guest: Visitor, market: Market, status: str
) -> None:
    add(guest, market.lamp, **OWN_PAGE)
    Product.objects.filter(pk=market.lamp.pk).update(status=status)
    press(guest, lamp_of(market), "remove")
    answer = press(guest, lamp_of(market), "back", {"quantity": "1", "price": "8400"})
    assert answer.status_code == 404
    assert "This product is not on sale." in text_of(answer)
    assert contents() == []


def test_a_country_that_is_not_served_can_be_changed(guest: Visitor, market: Market) -> None:
    add(guest, market.lamp, **OWN_PAGE)
    guest.client.cookies["country"] = "JP"
    shown = page(guest)
    assert "Plage &amp; Fils does not deliver to Japan" in shown
    assert '<option value="JP" selected>Japan</option>' in shown
    answer = guest.client.post("/preferences/", {"country": "DE", "next": "/cart/"}, follow=True)
    assert "Delivery to Germany." in text_of(answer)
    assert "€87.90" in text_of(answer)


def test_two_currencies_are_explained(guest: Visitor, market: Market) -> None:
    london = open_shop("london", currency="GBP")
    teapot = stock_shelf(london, "Teapot", price=2500, pieces=4, currency="GBP")
    for product in (market.lamp, teapot.product):
        add(guest, product, **OWN_PAGE)
    shown = page(guest)
    assert "Summary, EUR" in shown
    assert "Summary, GBP" in shown
    assert "one payment has one currency" in shown
    assert "£28.90" in shown


def test_the_small_cart(guest: Visitor, market: Market) -> None:
    add(guest, market.lamp, "?quantity=2", **OWN_PAGE)
    shown = text_of(guest.client.get("/cart/mini/", **PART))
    assert "Phare lamp" in shown
    assert "2 pieces" in shown
    assert "1 shop" in shown
    assert "€171.90" in shown


def test_the_page_in_french(guest: Visitor, market: Market) -> None:
    guest.client.cookies["django_language"] = "fr"
    assert "Votre panier est vide." in page(guest)
    add(guest, market.lamp, **OWN_PAGE)
    Variant.objects.filter(product=market.lamp).update(price=8900)
    shown = page(guest)
    for words in (
        "Votre panier",
        "Plus que 5",
        "Le prix a changé\xa0: il était de 84,00\xa0€ à l’ajout",
        "Mettre de côté",
        "Livraison, 1 colis",
        "Total",
        "92,90\xa0€",
    ):
        assert words.replace("\xa0", " ") in shown.replace("\xa0", " "), words


def test_more_lines_cost_no_more_statements(returning: Visitor, market: Market) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert returning.client.get("/cart/").status_code == 200
        return len(seen)

    add(returning, market.lamp, **OWN_PAGE)
    statements()
    one = statements()
    for variant in market.flipflops.variants.filter(stock__on_hand__gt=0):
        add(returning, market.flipflops, f"?variant={variant.public_id}", **OWN_PAGE)
    assert CartLine.objects.count() == 12
    assert statements() == one <= 5


# Signing in ------------------------------------------------------------------------------------
def test_a_guests_cart_comes_along_and_only_once(market: Market, mai: User) -> None:
    visitor = Visitor(Client())
    add(visitor, market.lamp, "?quantity=2", **OWN_PAGE)
    name = visitor.client.cookies["guest"].value
    visitor.client.force_login(mai)
    for _ in range(2):
        assert "Phare lamp" in page(visitor)
        assert count(visitor) == "m2"
    assert visitor.client.cookies["guest"].value == ""
    assert Cart.objects.get(closed_at=None).user == mai
    theo = User.objects.create_user("theo@etal.example", handle="theo", display_name="Théo")
    visitor.client.logout()
    visitor.client.cookies["guest"] = name
    visitor.client.force_login(theo)
    assert "Your cart is empty." in page(visitor)
    assert carts.remove(Owner(mai.pk), lamp_of(market))


def test_a_guests_old_name_reaches_no_members_cart(market: Market, mai: User) -> None:
    visitor = Visitor(Client())
    add(visitor, market.lamp, **OWN_PAGE)
    thief = Visitor(Client())
    thief.client.cookies["guest"] = visitor.client.cookies["guest"].value
    visitor.client.force_login(mai)
    assert "Phare lamp" in page(visitor)
    variant = market.flipflops.variants.filter(stock__on_hand__gt=0).first()
    add(thief, market.flipflops, f"?variant={variant.public_id}", **OWN_PAGE)
    assert "Corniche flip-flops" in page(thief)
    assert "Corniche flip-flops" not in page(visitor)
    assert Cart.objects.get(user=mai).lines.get().variant.product == market.lamp


def test_signing_in_itself_takes_the_name_away(market: Market, mai: User) -> None:
    visitor = Visitor(Client())
    add(visitor, market.lamp, **OWN_PAGE)
    typed = {"login": str(mai.email), "password": PASSWORD}
    answer = visitor.client.post("/accounts/login/", typed)
    assert answer.status_code == 302
    assert answer.cookies["guest"].value == ""
    assert Cart.objects.get(user=mai).lines.get().variant.product == market.lamp


def test_whoever_uses_the_browser_after_a_member_is_another_guest(
    market: Market, mai: User
) -> None:
    visitor = Visitor(Client())
    add(visitor, market.lamp, **OWN_PAGE)
    name = visitor.client.cookies["guest"].value
    visitor.client.force_login(mai)
    page(visitor)
    visitor.client.post("/accounts/logout/")
    assert visitor.client.get("/account/").status_code == 302
    add(visitor, market.lamp, **OWN_PAGE)
    assert visitor.client.cookies["guest"].value not in {"", name}
    visitor.client.force_login(mai)
    assert "Phare lamp" in page(visitor)


def test_adding_after_signing_in_adds_to_what_came_along(market: Market, mai: User) -> None:
    visitor = Visitor(Client())
    add(visitor, market.lamp, **OWN_PAGE)
    visitor.client.force_login(mai)
    add(visitor, market.lamp, **OWN_PAGE)
    assert count(visitor) == "m2"
    assert contents() == [("Phare lamp", 2, False)]


def test_a_shop_without_a_rate_shows_no_delivery(guest: Visitor, market: Market) -> None:
    add(guest, market.lamp, **OWN_PAGE)
    ShippingRate.objects.all().delete()
    shown = page(guest)
    assert "does not deliver to France" in shown
    assert '<option value="FR" selected>France</option>' in shown
