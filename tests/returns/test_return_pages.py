"""The shopper's pages of a return, for whoever holds the order's link; photos are theirs alone."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from checkout import orders
from fulfilment import returns
from fulfilment.models import FulfilmentOrder, Return, ReturnPhoto
from tests.admin.filled import picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.PRIVATE_ROOT = tmp_path / "private"
    return tmp_path / "private"


def page(part: FulfilmentOrder, more: str = "") -> str:
    return f"/orders/{orders.token(part.order)}/{more}"


@pytest.fixture
def new(part) -> str:
    return page(part, f"returns/new/?shop={part.merchant.public_id}")


def choice(part: FulfilmentOrder, pieces: str = "1", reason: str = "damaged", **more: object):
    line = part.order.lines.get().pk
    said = {f"pieces-{line}": pieces, f"reason-{line}": reason, "words": "A strap is torn"}
    return {**said, "step": "look", **more}


def shown(response) -> str:
    return response.content.decode()


def test_the_orders_page_leads_there_once_something_was_sent(part, new) -> None:
    assert f'href="{new}"' in shown(Client().get(page(part)))
    part.shipments.update(status="lost")
    assert "returns/new" not in shown(Client().get(page(part)))
    answer = Client().get(new, follow=True)
    assert answer.redirect_chain == [(page(part), 302)]
    assert "This can no longer be sent back." in shown(answer)


def test_choose_look_ask_with_a_photo(part, new, folder) -> None:
    client = Client()
    assert "3 pieces can be sent back" in shown(client.get(new))
    look = client.post(new, choice(part))
    assert (look.status_code, look.context["preview"].amount.amount) == (200, 3400)
    key = look.context["key"]
    carried = dict(look.context["chosen"]) | {"step": "ask", "key": key}
    made = client.post(new, carried | {"photos": [picture("PNG"), picture("WEBP")]})
    row = Return.objects.get()
    assert made["Location"] == page(part, f"returns/{row.public_id}/")
    assert (row.words, row.lines.get().reason) == ("A strap is torn", "damaged")
    again = client.post(new, carried | {"photos": [picture()]})
    assert again["Location"] == made["Location"]
    assert (Return.objects.count(), ReturnPhoto.objects.count()) == (1, 2)
    assert len(list((folder / "returns").iterdir())) == 2
    assert str(row.public_id) in shown(client.get(page(part)))
    where = shown(client.get(made["Location"]))
    assert "Your return: asked for" in where
    assert "You get back: €34.00" in where


def test_a_photo_is_drawn_anew_and_given_to_whoever_holds_the_link(part, new, folder) -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "my home"
    Image.new("RGB", (2400, 40), "teal").save(file, "JPEG", exif=exif)
    file.name = "a.jpg"
    file.seek(0)
    Client().post(new, choice(part, step="ask", key="a", photos=[file]))
    photo = ReturnPhoto.objects.get()
    url = page(part, f"returns/{photo.parent.public_id}/photos/{photo.public_id}/")
    assert url in shown(Client().get(page(part, f"returns/{photo.parent.public_id}/")))
    answer = Client().get(url)
    content = b"".join(answer)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "private, no-store")
    assert b"my home" not in content
    assert Image.open(io.BytesIO(content)).size == (1600, 27)
    forged = url.replace(orders.token(part.order), f"{part.order.public_id.hex}:forged")
    assert Client().get(forged).status_code == 404


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"pieces": "4"}, "At most 3 pieces can be sent back."),
        ({"pieces": "two"}, "Write a number of pieces."),
        ({"reason": ""}, "Say why: choose a reason."),
        ({"reason": "bored"}, "Choose one of these reasons."),
        ({"pieces": ""}, "Choose what you send back: at least one piece."),
        ({"pieces": "0"}, "Choose what you send back: at least one piece."),
    ],
)
def test_bad_input_is_told_and_stays(part, new, fields, told) -> None:
    answer = Client().post(new, choice(part, **fields))
    assert told in shown(answer)
    assert "A strap is torn" in shown(answer)
    assert answer.context["form"]["words"].value() == "A strap is torn"
    assert not Return.objects.exists()


def broken(name: str = "a.jpg", size: int = 9):
    file = io.BytesIO(b"x" * size)
    file.name = name
    return file


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (lambda: [broken()], "“a.jpg” is no JPEG, PNG, WebP, GIF or AVIF picture"),
        (lambda: [broken("b.png", 5 * 1024 * 1024 + 1)], "“b.png” is larger than 5 MB."),
        (lambda: [picture() for _photo in range(5)], "At most 4 photos can be sent."),
    ],
)
def test_photos_that_are_not_taken_are_to_be_chosen_again(part, new, folder, files, told) -> None:
    answer = Client().post(new, choice(part, step="ask", key="a", photos=files()))
    assert told in shown(answer)
    assert "again" in answer.context["wrong"]
    assert ("words", "A strap is torn") in answer.context["chosen"]
    assert answer.context["key"] == "a"
    assert not Return.objects.exists()
    assert not folder.exists() or not any(folder.rglob("*.jpg"))


def test_what_somebody_else_asked_for_meanwhile_is_told(part, new, ask, folder) -> None:
    ask(3)
    answer = Client().post(new, choice(part, step="ask", key="b", photos=[picture()]), follow=True)
    assert "This can no longer be sent back." in shown(answer)
    assert Return.objects.count() == 1
    assert not any(folder.rglob("*.jpg"))


def test_change_goes_back_with_what_was_chosen(part, new) -> None:
    answer = Client().post(new, choice(part, step="change"))
    assert answer.context["form"]["words"].value() == "A strap is torn"
    assert re.search(r'<option value="damaged" selected', shown(answer))


def test_an_approved_return_says_where_to_and_can_be_withdrawn(part, ask) -> None:
    row = returns.approve(ask(), actor=None, answer="Gladly")
    url = page(part, f"returns/{row.public_id}/")
    where = shown(Client().get(url))
    for words in ("3 quai des Bulles", "Gladly", f"Return for order {part.order.reference}"):
        assert words in where
    done = Client().post(f"{url}withdraw/", follow=True)
    assert "You keep it: the return is withdrawn." in shown(done)
    row.refresh_from_db()
    assert row.status == "withdrawn"
    again = Client().post(f"{url}withdraw/", follow=True)
    assert "cannot become" in shown(again)
    assert row.history.count() == 3
