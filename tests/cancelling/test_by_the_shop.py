"""A shop that cannot send something cancels it, and the money goes back with it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import OutgoingMail
from catalogue.models import Membership
from checkout.models import Dispute, Order, Refund
from checkout.quotes import Item
from fulfilment import cancellations, fulfilment_orders
from fulfilment.dispatching import dispatch
from fulfilment.models import FulfilmentOrder
from tests.admin.filled import said
from tests.buying import pay, shelf
from tests.second_factors import sign_in
from tests.shops import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def part(basket, flipflops, sandbox):
    placed = basket.place()
    pay(placed.payments.get(), sandbox.token())
    [opened] = fulfilment_orders.open_for(placed.pk)
    return opened


def member(part, role):
    user = person(f"{role}_of_it")
    Membership.objects.create(user=user, merchant=part.merchant, role=role)
    return sign_in(Client(), user)


@pytest.fixture
def owner(part):
    return member(part, "owner")


@pytest.fixture
def url(part):
    return f"/admin/fulfilment/fulfilmentorder/{part.pk}/cancel/"


def confirm(client, url, seen):
    return client.post(url, {"step": "confirm", "seen": seen}, follow=True)


def test_the_preview_says_what_goes_back_and_the_button_gives_it_back(owner, url, part, flipflops):
    order = part.order
    before = shelf(flipflops)
    page = owner.get(url)
    assert page.context["plan"].preview.amount.amount == order.total
    assert "Cancel, and refund €37.90" in page.content.decode()
    page = confirm(owner, url, order.total)
    assert said(page) == ["Cancelled: it will not be sent, and €37.90 goes back to the shopper."]
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason) == (order.total, "shop")
    assert shelf(flipflops) == (before[0] + 1, before[1])
    part.refresh_from_db()
    order.refresh_from_db()
    assert (part.status, order.status, order.cancel_reason) == ("cancelled", "cancelled", "shop")
    step = part.history.latest("pk")
    assert (step.note, step.actor.handle) == ("by the shop", "owner_of_it")


def test_the_shopper_reads_who_cancelled_and_answers_the_shop(owner, url, part):
    confirm(owner, url, part.order.total)
    mail = OutgoingMail.objects.get(kind="cancelled")
    assert mail.subject == f"{part.merchant} cannot send your order {part.order.reference}"
    assert (mail.sender, mail.reply_to) == (part.merchant.name, part.merchant.email)
    assert "Goes back to your card: €37.90" in mail.text
    assert not OutgoingMail.objects.filter(kind="part_cancelled").exists()


def test_another_amount_than_was_seen_is_shown_again(owner, url, part):
    page = confirm(owner, url, part.order.total - 1)
    assert said(page) == ["What goes back has changed meanwhile: look again, and confirm that."]
    part.refresh_from_db()
    assert (part.status, Refund.objects.count()) == ("open", 0)


def test_a_second_press_gives_nothing_back_twice(owner, url, part):
    confirm(owner, url, part.order.total)
    assert owner.post(url, {"step": "confirm", "seen": part.order.total}).status_code == 403
    assert cancellations.cancel(part.order_id, by=cancellations.By.SHOP) == []
    assert Refund.objects.count() == 1


def test_what_has_left_is_not_cancelled(owner, url, part):
    fulfilment_orders.ship(part, carrier="DHL", tracking_number="", actor=None)
    assert owner.get(url).status_code == 403
    with pytest.raises(cancellations.TooLate):
        cancellations.cancel(part.order_id, merchant_id=part.merchant_id, by=cancellations.By.SHOP)
    assert Refund.objects.count() == 0


def test_who_packs_gives_no_money_back(part, url):
    packer = member(part, "fulfilment")
    assert packer.get(url).status_code == 403
    assert packer.post(url, {"step": "confirm", "seen": part.order.total}).status_code == 403
    assert packer.post(url, {"step": "keep"}).status_code == 403
    assert FulfilmentOrder.objects.get().status == "open"


def test_what_a_bank_asks_for_is_kept_back_without_a_refund(owner, url, part, flipflops):
    before = shelf(flipflops)
    Dispute.objects.create(
        payment=part.order.payments.get(), stripe_id="du", status="needs_response", amount=1
    )
    page = confirm(owner, url, part.order.total)
    assert said(page) == [
        "The shopper’s bank asks for this payment: a refund would pay the shopper twice."
    ]
    page = owner.post(url, {"step": "keep"}, follow=True)
    assert said(page) == ["It will not be sent. The bank decides about the money."]
    part.refresh_from_db()
    assert (part.status, Refund.objects.count()) == ("cancelled", 0)
    assert shelf(flipflops) == (before[0] + 1, before[1])
    assert Order.objects.get().status == "paid"


def test_nothing_is_kept_back_without_a_dispute(owner, url, part):
    page = owner.post(url, {"step": "keep"}, follow=True)
    assert said(page) == ["It has left already, or is cancelled: look again."]
    part.refresh_from_db()
    assert part.status == "open"


# What parcels have left of ------------------------------------------------------------------------


@pytest.fixture
def partly(basket, flipflops, sandbox):
    """Three pairs of €34.00 and €3.90 for the parcel; one pair has left."""
    order = basket.with_(items=(Item(flipflops.public_id, 3),)).place()
    pay(order.payments.get(), sandbox.token())
    [opened] = fulfilment_orders.open_for(order.pk)
    send(opened)
    return opened


def send(part):
    line = part.order.lines.get()
    dispatch(part, lines={line.pk: 1}, carrier="DHL", tracking_number="A", actor=None)


def page_of(part):
    return f"/admin/fulfilment/fulfilmentorder/{part.pk}/cancel/"


def test_of_what_has_left_in_part_the_rest_is_shown_and_given_back(partly, flipflops):
    owner, url = member(partly, "owner"), page_of(partly)
    change = owner.get(f"/admin/fulfilment/fulfilmentorder/{partly.pk}/change/")
    assert url in change.content.decode()
    page = owner.get(url)
    plan = page.context["plan"]
    assert (plan.preview.amount.amount, [pieces for _line, pieces in plan.lines]) == (6800, [2])
    assert "will not send what has not left yet" in page.content.decode()
    assert "Cancel, and refund €68.00" in page.content.decode()
    page = confirm(owner, url, 6800)
    assert said(page) == [
        "Cancelled: no more of it will be sent, and €68.00 goes back to the shopper."
    ]
    assert Refund.objects.get().amount == 6800
    assert shelf(flipflops) == (9, 0)
    partly.refresh_from_db()
    assert (partly.status, Order.objects.get().status) == ("shipped", "paid")
    letter = OutgoingMail.objects.get(kind="cancelled")
    assert letter.subject == (
        f"{partly.merchant} cannot send the rest of your order {partly.order.reference}"
    )
    assert "quantity 2" in letter.text
    assert "No more of it will be sent." in letter.text
    assert owner.get(url).status_code == 403


def test_a_parcel_that_leaves_meanwhile_is_not_given_back(partly):
    owner, url = member(partly, "owner"), page_of(partly)
    owner.get(url)
    send(partly)
    page = confirm(owner, url, 6800)
    assert said(page) == ["What goes back has changed meanwhile: look again, and confirm that."]
    assert page.context["plan"].preview.amount.amount == 3400
    assert Refund.objects.count() == 0


def test_of_what_has_left_in_part_nothing_is_kept_back(partly):
    Dispute.objects.create(
        payment=partly.order.payments.get(), stripe_id="du", status="needs_response", amount=1
    )
    page = member(partly, "owner").get(page_of(partly)).content.decode()
    assert "a refund would pay the shopper twice" in page
    assert "Do not send it" not in page
