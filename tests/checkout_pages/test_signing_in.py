"""Signing in or out while a payment is under way: nobody buys twice, or learns of another's order."""

from __future__ import annotations

import pytest
from django.test import Client

from checkout import orders
from checkout.models import Order, Payment
from tests.checkout_pages import shelves
from tests.checkout_pages.conftest import SCRIPT, Visitor

KEY = "b" * 32


def ask(client: Client) -> list[dict[str, str]]:
    """What `outcome` and `settle` say of the key."""
    return [
        client.get(f"/payments/outcome/?key={KEY}").json(),
        client.post("/payments/settle/", {"key": KEY}, **SCRIPT).json(),
    ]


@pytest.fixture
def form(guest, market):
    return guest.form(market.lamp, key=KEY)


@pytest.fixture
def order(guest, form, market) -> Order:
    """Placed by a guest."""
    return shelves.place(market.lamp, principal=shelves.guest_name(guest), key=KEY)


def test_a_guests_payment_is_found_after_they_signed_in(guest, order, mai):
    shelves.mark_paid(order)
    guest.client.force_login(mai)
    assert [each["kind"] for each in ask(guest.client)] == ["paid", "paid"]
    assert ask(guest.client)[0]["url"] == f"/orders/{orders.token(order)}/"


def test_a_press_after_signing_in_is_answered_by_what_the_guest_paid(
    guest, form, order, mai, market
):
    shelves.mark_paid(order)
    guest.client.force_login(mai)
    answer = guest.place(market.lamp, form)
    assert answer.json()["kind"] == "paid"
    assert Order.objects.get() == order


def test_a_press_after_signing_in_gives_up_what_the_guest_did_not_pay(
    guest, form, order, mai, market
):
    guest.client.force_login(mai)
    answer = guest.place(market.lamp, form)
    assert (answer.status_code, answer.json()["kind"]) == (409, "renewed")
    order = Order.objects.get()
    assert (order.status, order.cancel_reason) == (Order.Status.CANCELLED, "changed")


def test_a_press_after_signing_in_waits_for_what_the_guest_may_have_paid(
    guest, form, order, mai, market
):
    """The provider does not answer in these tests."""
    Payment.objects.filter(order=order).update(
        status=Payment.Status.PROCESSING, attempt=1, attempted_at=order.placed_at
    )
    guest.client.force_login(mai)
    answer = guest.place(market.lamp, form)
    assert (answer.status_code, answer.json()["kind"]) == (409, "pending")
    assert "Please do not pay again" in answer.json()["html"]
    assert Order.objects.get().status == Order.Status.AWAITING_PAYMENT


def test_another_visitors_key_makes_no_link_to_their_order(guest, form, order, mai, market):
    shelves.mark_paid(order)
    stranger, member = Visitor(Client()), Visitor(Client())
    stranger.open(market.lamp)
    member.open(market.lamp)
    member.client.force_login(mai)
    forged = Visitor(Client())
    forged.client.cookies["guest"] = shelves.guest_name(guest).removeprefix("guest:") + ":forged"
    for other in (stranger, member, forged):
        assert [each["kind"] for each in ask(other.client)] == ["none", "none"]
        answer = other.place(market.lamp, {**form, "line1": ""})
        assert orders.token(order) not in answer.content.decode()
        assert answer.json()["kind"] in {"invalid", "refused"}
    assert Order.objects.get() == order


def test_a_strangers_own_press_with_that_key_is_an_order_of_their_own(guest, form, order, market):
    shelves.mark_paid(order)
    stranger = Visitor(Client())
    stranger.open(market.lamp)
    answer = stranger.place(market.lamp, form)
    assert answer.json()["kind"] == "pending"  # The provider does not answer in these tests.
    own = Order.objects.exclude(pk=order.pk).get()
    assert own.principal == shelves.guest_name(stranger)
    assert orders.token(order) not in answer.content.decode()


def test_whoever_signed_out_is_not_told_that_nothing_happened(returning, mai, market):
    page = returning.open(market.lamp).content.decode()
    [member] = {each["member"] for each in ask(returning.client)}
    assert f'data-member="{member}"' in page
    shelves.mark_paid(shelves.place(market.lamp, principal=f"user:{mai.pk}", user=mai, key=KEY))
    returning.client.logout()
    assert ask(returning.client) == [{"kind": "none", "member": ""}] * 2
    returning.client.force_login(mai)
    assert [each["kind"] for each in ask(returning.client)] == ["paid", "paid"]


def test_a_member_is_marked_and_not_named(guest, returning, mai, market, django_user_model):
    ben = django_user_model.objects.create_user("b@c.example", handle="ben", display_name="Ben")
    other = Client()
    other.force_login(ben)
    marks = [ask(client)[0]["member"] for client in (guest.client, returning.client, other)]
    assert marks[0] == ""
    assert len(set(marks)) == 3
    assert str(mai.pk) != marks[1]
    assert 'data-member=""' in guest.client.get(f"/buy/{market.lamp.public_id}/").content.decode()
