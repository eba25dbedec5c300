"""What a shop writes about an order, what its shopper wrote, and the story of it all."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from inspect import getsource
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import mails
from accounts.models import OutgoingMail
from checkout import orders
from checkout.models import OrderNote
from fulfilment import (
    fulfilment_orders,
    letters,
    parcel_letters,
    reports,
    shipments,
    timeline,
    writings,
)
from fulfilment.models import InternalNote, ShopMessage
from fulfilment.reports import Report
from tests.admin.filled import said
from tests.second_factors import sign_in
from webhooks.models import Event

SECRET = "Regular customer: add a sticker"


@pytest.fixture
def client(browser, world):
    return browser(world.plage.members["fulfilment"])


@pytest.fixture
def part(world):
    return world.plage.fulfilment_order


def url(part, view):
    return f"/admin/fulfilment/fulfilmentorder/{part.pk}/{view}/"


def write(client, part, kind, text, key=None):
    return client.post(url(part, kind), {"text": text, "key": key or uuid4()}, follow=True)


def test_a_note_is_its_shops_alone(client, browser, world, part):
    before = Event.objects.count()
    page = write(client, part, "note", f" {SECRET}\r\nand a card\x00 \u202e")
    note = InternalNote.objects.get()
    assert note.text == f"{SECRET}\nand a card"
    assert (note.part, note.author) == (part, world.plage.members["fulfilment"])
    assert said(page) == ["The note is kept; only your shop reads it."]
    assert (
        SECRET
        in browser(world.plage.members["read_only"]).get(url(part, "change")).content.decode()
    )
    theirs = url(world.rayon.fulfilment_order, "change")
    order = reverse("admin:checkout_order_change", args=[world.order.pk])
    for path in (theirs, order):
        assert SECRET not in browser(world.rayon.owner).get(path).content.decode()
    shoppers = Client().get(f"/orders/{orders.token(world.order)}/")
    assert shoppers.status_code == 200
    assert SECRET not in shoppers.content.decode()
    assert (Event.objects.count(), OutgoingMail.objects.filter(text__contains=SECRET).count()) == (
        before,
        0,
    )


@pytest.mark.parametrize("kind", ["note", "message"])
def test_what_is_refused_leaves_what_was_typed(client, part, kind):
    long = "é" * 2001
    page = write(client, part, kind, long)
    assert page.status_code == 422
    assert long in page.content.decode()
    assert page.context["error"] == "It is 2001 characters long; 2000 are the most."
    assert write(client, part, kind, " \r\n ").context["error"] == "Write something."
    assert (InternalNote.objects.count(), ShopMessage.objects.count()) == (0, 0)


@pytest.mark.parametrize("model", [InternalNote, ShopMessage])
def test_what_was_written_stays_as_it_is(world, part, model):
    row = model.objects.create(part=part, author=world.staff, text="Hello", key=uuid4())
    for change in (lambda: model.objects.update(text="Other"), row.delete):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    assert model.objects.get().text == "Hello"


@pytest.mark.parametrize(("kind", "model"), [("note", InternalNote), ("message", ShopMessage)])
def test_a_form_that_is_sent_twice_is_written_once(client, world, part, kind, model):
    key = uuid4()
    for _ in range(2):
        assert write(client, part, kind, "Hello", key).status_code == 200
    assert model.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="shop_message").count() == (kind == "message")
    other = write(rayons(world), world.rayon.fulfilment_order, kind, "Hello", key)
    assert other.context["error"] == "Reload the page, and write it once more."


def rayons(world):
    return sign_in(Client(), world.rayon.owner)


def test_a_message_goes_out_in_the_shops_name_and_is_shown_on_the_order(client, world, part):
    text = "We are out of <b>blue</b>: would red do?\nhttps://example.org/red"
    page = write(client, part, "message", text)
    assert said(page) == ["The message is on its way to the shopper."]
    mails.send_due()
    [sent] = [each for each in mail.outbox if "writes about" in each.subject]
    assert sent.subject == f"Plage writes about your order {world.order.reference}"
    assert sent.to == [world.order.email]
    assert sent.reply_to == ["orders@plage.example"]
    assert sent.from_email.startswith("Plage <")
    assert "plage.example" not in sent.from_email
    assert text in sent.body
    html = OutgoingMail.objects.get(kind="shop_message").html
    assert "&lt;b&gt;blue&lt;/b&gt;: would red do?<br>https://example.org/red" in html
    shown = Client().get(f"/orders/{orders.token(world.order)}/").content.decode()
    assert "&lt;b&gt;blue&lt;/b&gt;: would red do?<br>https://example.org/red" in shown
    assert 'href="https://example.org/red"' not in shown
    theirs = rayons(world).get(url(world.rayon.fulfilment_order, "change")).content.decode()
    assert "would red do" not in theirs


def test_a_shopper_is_not_flooded(client, part, monkeypatch):
    monkeypatch.setattr(writings, "MOST_MESSAGES", 2)
    for _ in range(2):
        write(client, part, "message", "Hello")
    page = write(client, part, "message", "Hello again")
    assert page.context["error"] == "You have written 2 messages in an hour. Write again later."
    assert "Hello again" in page.content.decode()
    assert ShopMessage.objects.count() == 2


def test_the_shoppers_note_is_shown_to_each_shop(browser, world):
    OrderNote.objects.create(order=world.order, text="Leave it <next door>\nplease")
    for shop in (world.plage, world.rayon):
        page = browser(shop.owner).get(url(shop.fulfilment_order, "change")).content.decode()
        assert "Leave it &lt;next door&gt;\nplease" in page
    shown = Client().get(f"/orders/{orders.token(world.order)}/").content.decode()
    assert "Leave it &lt;next door&gt;<br>please" in shown


def test_the_story_has_everything_once_and_in_order(client, world, part):
    staff = world.staff
    fulfilment_orders.pack(part, actor=staff)
    writings.note(part, text="Fragile", author=staff, key=uuid4())
    fulfilment_orders.ship(part, carrier="DHL", tracking_number="JD1", actor=staff)
    writings.message(part, text="On its way", author=staff, key=uuid4())
    part.refresh_from_db()
    entries = timeline.of(part)
    told = [(entry.title, entry.text) for entry in entries]
    for entry in (
        *(("Internal note", "Fragile"), ("Parcel DHL JD1: handed over", ""), ("packed", "")),
        *(("with the carrier", ""), ("Message to the shopper", "On its way")),
        ("Mail to the shopper", f"Plage sent your order {world.order.reference} (not sent yet)"),
    ):
        assert told.count(entry) == 1, entry
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert "Rayon" not in str(told)
    page = client.get(url(part, "change")).content.decode()
    assert "all times are those of Europe/Paris" in page


def test_the_story_has_what_parcels_did_once_whoever_says_so(world, part):
    staff = world.staff
    fulfilment_orders.ship(part, carrier="DHL", tracking_number="JD1", actor=staff)
    parcel = part.shipments.get()
    report = Report(
        tracking_number="JD1",
        external_id="1",
        status="no_access",
        moves_to="failed_attempt",
        happened_at=datetime.now(UTC),
        description="Nobody there",
        place="Rennes",
    )
    reports.apply(part.merchant_id, report)
    shown = [entry for entry in timeline.of(part) if "delivery failed" in entry.title]
    assert [(entry.title, entry.text, entry.who) for entry in shown] == [
        ("Parcel DHL JD1: delivery failed", "Nobody there, Rennes", "DHL")
    ]
    reports.correct(parcel, carrier="DHL", tracking_number="JD2", actor=staff)
    shipments.move(parcel, "returned", actor=staff, note="It is here again")
    entries = timeline.of(part)
    who = staff.display_name
    assert [
        (entry.title, entry.text, entry.who) for entry in entries if entry.sort == "parcel"
    ] == [
        ("Parcel DHL JD2: handed over", "", who),
        ("Parcel DHL JD2: delivery failed", "Rennes", ""),
        ("Parcel DHL JD2: delivery failed", "before: DHL JD1", who),
        ("Parcel DHL JD2: returned to sender", "It is here again", who),
    ]
    mails = [entry.text for entry in entries if entry.sort == "mail"]
    assert "Your parcel from Plage could not be delivered (not sent yet)" in mails


@pytest.mark.parametrize("module", [letters, parcel_letters])
def test_the_story_knows_every_mail_about_a_part(module):
    calls = [each for each in ast.walk(ast.parse(getsource(module))) if isinstance(each, ast.Call)]
    kinds = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in ("mail", "_of_parcel")
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(kinds) > 2
    assert kinds <= set(timeline.MAILS)
