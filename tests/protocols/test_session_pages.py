"""Going on by oneself: the page of what an agent prepared, and the cart that it goes into."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from catalogue.models import Variant
from checkout import carts, orders, session_completions, session_handovers, sessions
from checkout.buyers import Buyer
from checkout.cart_owners import Owner
from checkout.models import Cart, CartLine, CheckoutSession, Order
from checkout.quotes import Item
from checkout.session_standing import Standing
from protocols.ucp.orders import documents
from shopping.money import Money
from tests.buying import HOME, Sandbox, pay
from tests.protocols.agents import AGENT, line, means, opened, seen
from tests.second_factors import sign_in
from tests.shops import person

pytestmark = pytest.mark.django_db(transaction=True)
GUEST = Owner(guest="0" * 32)


def page(session: CheckoutSession, verb: str = "") -> str:
    return f"/buy/session/{sessions.token(session)}/{verb}"


def test_the_page_changes_nothing_and_the_press_fills_the_cart(flipflops: Variant) -> None:
    session, client = opened(line(flipflops, 2)), Client()
    shown = client.get(page(session))
    assert (shown.status_code, "Corniche flip-flops" in shown.content.decode()) == (200, True)
    assert not Cart.objects.exists()
    pressed = client.post(page(session, "go/"))
    assert (pressed.status_code, pressed["Location"]) == (302, "/checkout/eur/")
    assert CartLine.objects.get().quantity == 2
    # What is known of the buyer need not be typed again; and a second press doubles nothing.
    till = client.get("/checkout/eur/").content.decode()
    assert "14 rue des Lices" in till
    assert "Look whether they are yours" in till
    client.post(page(session, "go/"))
    assert CartLine.objects.get().quantity == 2


def test_what_is_gone_is_said_and_the_rest_goes_on(flipflops: Variant, bookcase: Variant) -> None:
    session = opened(line(flipflops), line(bookcase))
    Variant.objects.filter(pk=bookcase.pk).update(active=False)
    client = Client()
    pressed = client.post(page(session, "go/"), follow=True)
    assert pressed.redirect_chain[0][0] == "/cart/"
    assert CartLine.objects.get().variant == flipflops


def test_what_was_paid_on_our_pages_completes_it(sandbox: Sandbox, flipflops: Variant) -> None:
    session = opened(line(flipflops, 2))
    assert session_handovers.take_over(session, GUEST) == []
    carts.add(GUEST, flipflops.public_id, quantity=1)
    order = bought(flipflops, 3, sandbox)
    look = seen(session)
    assert (look.standing, look.order) == (Standing.COMPLETED, order)
    # Who prepared it holds the address of this page: it does not lead to what the buyer wrote on ours.
    assert Client().get(page(session))["Location"] == "http://localhost:8000/orders/"
    assert documents.order(order, session)["permalink_url"] == "http://localhost:8000/orders/"
    told = documents.order(order, session)["fulfillment"]["expectations"]
    assert [each["destination"] for each in told] == [{"address_country": "FR"}]


def test_what_was_paid_without_all_of_it_does_not(
    sandbox: Sandbox, flipflops: Variant, bookcase: Variant
) -> None:
    session = opened(line(flipflops), line(bookcase))
    session_handovers.take_over(session, GUEST)
    bought(flipflops, 1, sandbox)
    assert seen(session).standing is Standing.OPEN


def test_what_is_for_a_person_opens_to_them_alone(flipflops: Variant) -> None:
    mai, jo = person("mai"), person("jo")
    session = opened(line(flipflops), caller=replace(AGENT, shopper=mai))
    client = Client()
    for verb in ("", "go/"):
        ask = client.post if verb else client.get
        assert ask(page(session, verb))["Location"].startswith("/accounts/login/")
    sign_in(client, jo)
    assert client.get(page(session)).status_code == 302
    sign_in(client, mai)
    assert client.get(page(session)).status_code == 200


def test_what_is_over_says_so(sandbox: Sandbox, flipflops: Variant) -> None:
    paid, given_up = opened(line(flipflops)), opened(line(flipflops))
    session_completions.complete(paid, means(sandbox))
    sessions.cancel(given_up)
    client = Client()
    assert client.get(page(paid))["Location"].startswith("http://localhost:8000/orders/")
    assert b"This purchase is over" in client.get(page(given_up)).content
    client.post(page(given_up, "go/"))
    assert not Cart.objects.exists()
    assert client.get("/buy/session/forged/").status_code == 404


def bought(variant: Variant, quantity: int, sandbox: Sandbox) -> Order:
    """What the guest orders from their cart, and pays."""
    cart = Cart.objects.get(guest=GUEST.guest)
    order = orders.place(
        [Item(variant.public_id, quantity)],
        buyer=Buyer(principal=GUEST.principal, user=None, email="a@b.example", locale="en"),
        address=HOME,
        key="pressed",
        seen_total=Money(quantity * 3400 + 390, "EUR"),
        cart=cart.pk,
    )
    pay(order.payments.get(), sandbox.token())
    order.refresh_from_db()
    assert order.paid_at is not None
    return order
