"""Packing slips and labels: what goes into and onto a parcel."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from pypdf import PdfReader

from checkout.models import Order, OrderLine, OrderNote
from fulfilment import slips
from fulfilment.models import FulfilmentOrder
from tests.admin.more_parts import another_part
from tests.shops import cast


@pytest.fixture
def world(db):
    return cast()


@pytest.fixture
def client(world):
    client = Client()
    client.force_login(world.plage.members["fulfilment"])
    return client


@pytest.fixture
def part(world):
    return world.plage.fulfilment_order


def sheets(content):
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def printed(client, part, kind):
    answer = client.get(f"/admin/fulfilment/fulfilmentorder/{part.pk}/{kind}/")
    assert answer["Content-Type"] == "application/pdf"
    return sheets(answer.content)


def test_a_slip_says_what_is_in_the_parcel_and_no_price(client, world, part):
    OrderNote.objects.create(order=world.order, text="With the neighbour")
    [text] = printed(client, part, "slip")
    for words in (
        *(f"Packing slip {world.order.reference}", "Plage", "orders@plage.example"),
        *(world.order.name, world.order.city, "Plage flip-flops", "plage-41", "With the neighbour"),
    ):
        assert words in text, words
    for words in ("Rayon", "€", "34.90", world.order.email):
        assert words not in text, words


def test_what_was_refunded_is_not_on_it(client, world, part):
    line = OrderLine.objects.filter(order=world.order, merchant=part.merchant)
    line.update(refunded_quantity=line.get().quantity)
    [text] = printed(client, part, "slip")
    assert "flip-flops" not in text
    assert "Nothing of it is left to send." in text


def test_a_label_is_an_address_on_a_small_sheet(client, world, part):
    Order.objects.filter(pk=world.order.pk).update(name="Ανδρέας Żółć", phone="+33 6 1")
    url = f"/admin/fulfilment/fulfilmentorder/{part.pk}/label/"
    [page] = PdfReader(io.BytesIO(client.get(url).content)).pages
    text = page.extract_text()
    for words in ("Ανδρέας Żółć", world.order.line1, world.order.city, "France", "+33 6 1"):
        assert words in text, words
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [105, 148]


def test_a_selection_is_a_sheet_each_in_the_shoppers_language(client, part):
    other = another_part(part)
    Order.objects.filter(pk=other.order_id).update(locale="fr")
    url = "/admin/fulfilment/fulfilmentorder/"
    ticked = [part.pk, other.pk]
    for action, words in (("slips_all", ("Pieces", "Quantité")), ("labels_all", ("From", "De"))):
        answer = client.post(url, {"action": action, "_selected_action": ticked})
        found = sheets(answer.content)
        assert len(found) == 2
        for text, word in zip(found, words, strict=True):
            assert word in text


def test_no_more_than_so_many_sheets(world, part, monkeypatch):
    monkeypatch.setattr(slips, "MOST", 1)
    another_part(part)
    parts = FulfilmentOrder.objects.filter(merchant=part.merchant).select_related(
        "order", "merchant"
    )
    assert len(sheets(slips.slips(parts))) == 1
