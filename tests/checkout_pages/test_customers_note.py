"""A note to the shop: optional, kept when something is refused, and part of what is ordered."""

from __future__ import annotations

import pytest

from accounts.models import User
from checkout import orders, presses
from checkout.buyers import Buyer
from checkout.details import Asked
from checkout.errors import BadAddress, KeyReused
from checkout.models import Order, OrderNote
from checkout.quotes import Item, quote
from tests.checkout_pages.conftest import HOME as TYPED
from tests.checkout_pages.shelves import HOME

NOTE = "Leave it with the neighbour.\nThe bell is broken."


def place(product, note, *, key="k"):
    item = Item(product.variants.get().public_id, 1)
    total = quote([item], country="FR").total
    return orders.place(
        [item],
        buyer=Buyer("guest:1", None, "guest@example.org", "en"),
        address=HOME,
        key=key,
        seen_total=total,
        customers_note=note,
    )


@pytest.mark.django_db(transaction=True)
def test_it_is_written_with_the_order_and_only_where_there_is_one(market):
    assert place(market.lamp, NOTE).note.text == NOTE
    assert place(market.lamp, "", key="other").pk
    assert OrderNote.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_repeat_is_the_same_order_and_another_note_another_body(market):
    placed = place(market.lamp, NOTE)
    assert place(market.lamp, NOTE) == placed
    with pytest.raises(KeyReused):
        place(market.lamp, "Another note")
    assert (Order.objects.count(), OrderNote.objects.get().text) == (1, NOTE)


def asked(note):
    return Asked(fields={**TYPED, "note": note}, sent=True)


def test_what_is_typed_is_tidied(db):
    press = presses.read(None, asked(f"  {NOTE}\u202e ".replace("\n", "\r\n")))
    assert press.note == NOTE
    assert presses.read(None, asked(" \r\n ")).note == ""
    assert presses.read(None, asked("é\r\n" * 166 + "éé")).note.count("é") == 168


def test_one_that_is_too_long_is_refused_below_its_field(db):
    with pytest.raises(BadAddress) as refused:
        presses.read(None, asked("é" * 501))
    assert list(refused.value.fields) == ["note"]


def test_it_stays_in_the_sheet_that_is_refused(guest, market):
    form = guest.form(market.lamp, note=NOTE, email="no address")
    answer = guest.place(market.lamp, form)
    assert answer.json()["errors"].keys() == {"email"}
    page = guest.open(market.lamp).content.decode()
    assert NOTE not in page
    guest.client.post(f"/buy/{market.lamp.public_id}/draft/", form)
    page = guest.open(market.lamp).content.decode()
    assert f">\n{NOTE}</textarea>" in page
    assert '<details class="customers-note" id="buy-note-box" open>' in page


def test_a_long_note_is_kept_whole(guest, market):
    note = "é" * 500
    form = guest.form(market.lamp, note=note)
    guest.client.post(f"/buy/{market.lamp.public_id}/draft/", form)
    assert note in guest.open(market.lamp).content.decode()


def test_nobody_has_to_write_one(guest, market):
    page = guest.open(market.lamp).content.decode()
    assert '<details class="customers-note" id="buy-note-box"><summary>' in page
    assert User.objects.filter(email="guest@example.org").count() == 0
