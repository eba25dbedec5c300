"""What was bought as a guest comes into the account of whoever has shown that the address is theirs."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from checkout import orders
from checkout.models import Order
from tests.checkout_pages import shelves

OFFER = "1 order was placed as a guest with mai@lefort.example."


@pytest.fixture
def order(market) -> Order:
    """Placed as a guest with Maï's address, in her own capital letters."""
    placed = shelves.place(market.lamp, principal="guest:1", key="a" * 32)
    Order.objects.filter(pk=placed.pk).update(email="Mai@Lefort.example")
    return placed


def confirm(user, *, verified: bool = True) -> None:
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)


def owner(order: Order) -> object:
    return Order.objects.get(pk=order.pk).user


def test_it_is_offered_and_taken_in_on_request(returning, mai, order):
    confirm(mai)
    assert OFFER in returning.client.get("/orders/").content.decode()
    assert owner(order) is None
    answer = returning.client.post("/orders/claim/", follow=True)
    page = answer.content.decode()
    assert "1 order is now in your account." in page
    assert order.reference in page
    assert owner(order) == mai
    assert list(order.history.values_list("type", "actor"))[-1] == ("order.claimed", mai.pk)


@pytest.mark.parametrize("known", [True, False])
def test_an_address_that_is_not_confirmed_claims_nothing(returning, mai, order, known):
    if known:
        confirm(mai, verified=False)
    page = returning.client.get("/orders/").content.decode()
    assert "as a guest with" not in page
    assert "Confirm your e-mail address" in page
    returning.client.post("/orders/claim/")
    assert owner(order) is None


def test_another_confirmed_address_of_theirs_is_not_enough(returning, mai, order):
    EmailAddress.objects.create(user=mai, email="other@lefort.example", verified=True)
    returning.client.post("/orders/claim/")
    assert owner(order) is None


def test_somebody_elses_order_stays_theirs(returning, mai, market, django_user_model):
    ben = django_user_model.objects.create_user("b@c.example", handle="ben", display_name="Ben")
    theirs = shelves.place(market.lamp, principal=f"user:{ben.pk}", key="b" * 32, user=ben)
    Order.objects.filter(pk=theirs.pk).update(email=mai.email)
    confirm(mai)
    returning.client.post("/orders/claim/")
    assert owner(theirs) == ben


def test_the_link_of_a_claimed_order_still_opens_it(returning, guest, mai, order):
    confirm(mai)
    returning.client.post("/orders/claim/")
    assert guest.client.get(f"/orders/{orders.token(order)}/").status_code == 200


def test_they_are_found_by_an_index(returning, mai, order):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found = Order.objects.filter(user=None, email__iexact=str(mai.email))
        assert "order_by_email" in found.explain()
