"""The page about one's data: whose it is, what it asks again, and what it refuses."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation

from accounts.models import OutgoingMail, User
from catalogue.models import Membership
from feeds.models import Notification
from privacy import erasures, exports
from privacy.models import Erasure, Export
from shopping.personal import tables
from tests.privacy.everywhere import EMAIL, NAME, fill, settle
from tests.shops import PASSWORD, Cast

DATA, COPY, ERASE, STAY = (f"/account/data/{end}" for end in ("", "copy/", "erase/", "stay/"))


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "m", tmp_path / "p"  # type: ignore[attr-defined]


def signed_in(user: User) -> Client:
    """`user` in a browser of theirs, without having proved again that it is they."""
    client = Client()
    client.force_login(user)
    return client


def confirmed(user: User) -> Client:
    """The same, who has given the password again."""
    client = signed_in(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def read(archive: bytes) -> dict[str, list[dict[str, object]]]:
    with ZipFile(BytesIO(archive)) as opened:
        assert opened.testzip() is None
        return {n: json.loads(opened.read(n)) for n in opened.namelist() if n.endswith(".json")}


def test_a_copy_is_asked_for_made_told_and_fetched(world: Cast) -> None:
    client = confirmed(world.mai)
    assert client.post(COPY)["Location"] == DATA
    assert "being made" in client.get(DATA).content.decode()
    while exports.work():
        pass
    export = Export.objects.get()
    assert export.made_at is not None
    assert export.last_error == ""
    assert OutgoingMail.objects.filter(kind="export-made", to="mai@people.example").count() == 1
    assert Notification.objects.get(user=world.mai, type="account").data["link"] == DATA
    fetched = client.get(f"{COPY}{export.public_id}/")
    assert {"private", "no-store"} <= set(fetched["Cache-Control"].split(", "))
    found = read(fetched.getvalue())
    assert [each["handle"] for each in found["accounts/user.json"]] == ["mai"]
    assert "password" not in found["accounts/user.json"][0]
    assert {"checkout/order.json", "feeds/post.json", "accounts/address.json"} <= set(found)
    assert [each["line1"] for each in found["accounts/address.json"]] == ["14 rue des Lices"]


def test_all_that_is_theirs_is_in_it_and_nothing_of_others(world: Cast) -> None:
    mai = fill(world)
    Export.objects.all().delete()
    export = exports.ask(mai)
    exports.work()
    export.refresh_from_db()
    with export.file.open("rb") as file:
        content = file.read()
    found = read(content)
    wanted = {
        f"{t.model._meta.app_label}/{t.model._meta.model_name}.json" for t in tables() if t.own
    }
    assert wanted - set(found) == {"privacy/erasure.json"}
    text = json.dumps(found, ensure_ascii=False)
    for others in ("plage_owner@people.example", "stranger@people.example", "root@people.example"):
        assert others not in text
    assert "called" not in json.dumps(found.get("fulfilment/internalnote.json", ""))
    with ZipFile(BytesIO(content)) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("files/")]
    assert len(pictures) == 3  # A face, and two of posts.


def test_a_copy_is_its_owners_alone_and_not_for_ever(world: Cast) -> None:
    export = exports.ask(world.mai)
    exports.work()
    address = f"{COPY}{export.public_id}/"
    assert Client().get(address).status_code == 302
    assert confirmed(world.stranger).get(address).status_code == 404
    # Who only came by an open browser gives the password first.
    asked = signed_in(world.mai).get(address)
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    Export.objects.update(expires_at=timezone.now())
    assert confirmed(world.mai).get(address)["Location"] == DATA
    exports.forget_old()
    export.refresh_from_db()
    assert not export.file


def test_it_is_one_a_day(world: Cast) -> None:
    first = exports.ask(world.mai)
    assert exports.ask(world.mai) == first
    exports.work()
    assert exports.ask(world.mai) == first
    Export.objects.update(asked_at=timezone.now() - exports.EVERY)
    assert exports.ask(world.mai) != first


@pytest.mark.parametrize("address", [COPY, ERASE])
def test_who_came_by_an_open_browser_proves_it_first(world: Cast, address: str) -> None:
    settle(world)
    client = signed_in(world.mai)
    assert client.post(address)["Location"].startswith("/accounts/reauthenticate/")
    assert not Export.objects.exists()
    assert not Erasure.objects.exists()
    # What was pressed goes on once they did.
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": address})
    assert Export.objects.exists() or Erasure.objects.exists()


def test_leaving_waits_and_can_be_undone(world: Cast) -> None:
    settle(world)
    client = confirmed(world.mai)
    client.post(ERASE)
    erasure = Erasure.objects.get()
    assert erasure.begun_at is None
    assert not erasures.work()
    assert "Keep my account" in client.get(DATA).content.decode()
    client.post(STAY)
    erasure.refresh_from_db()
    assert erasure.undone_at is not None
    kinds = set(OutgoingMail.objects.filter(to="mai@people.example").values_list("kind", flat=True))
    assert {"erasure-asked", "erasure-undone"} <= kinds
    # They may come to think otherwise again.
    client.post(ERASE)
    assert Erasure.objects.count() == 2


def test_what_has_begun_cannot_be_undone(world: Cast) -> None:
    settle(world)
    erasures.ask(world.mai)
    Erasure.objects.update(due_at=timezone.now())
    erasures.work()
    assert not erasures.undo(world.mai)
    assert not User.objects.get(pk=world.mai.pk).is_active


def test_an_order_on_its_way_keeps_them_and_says_so(world: Cast) -> None:
    client = confirmed(world.mai)
    client.post(ERASE)
    page = client.get(DATA).content.decode()
    assert "has not arrived yet" in page
    assert "A return of yours is not finished" in page
    assert "A refund to you is under way" in page
    assert not Erasure.objects.exists()


def test_what_they_buy_while_it_waits_puts_it_off(world: Cast) -> None:
    settle(world)
    erasures.ask(world.mai)
    world.mai.orders.get().fulfilment_orders.update(status="open")
    Erasure.objects.update(due_at=timezone.now())
    assert erasures.work()
    erasure = Erasure.objects.get()
    assert erasure.begun_at is None
    assert erasure.due_at > timezone.now()
    assert User.objects.get(pk=world.mai.pk).is_active


def test_an_owner_hands_the_shop_on_first(world: Cast) -> None:
    with pytest.raises(erasures.Refused, match="You own the shop Plage"):
        erasures.ask(world.plage.owner)
    Membership.objects.filter(user=world.plage.owner).delete()
    assert erasures.ask(world.plage.owner)


def test_staff_leave_the_staff_first(world: Cast) -> None:
    with pytest.raises(erasures.Refused, match="You work for the operator"):
        erasures.ask(world.staff)


def test_by_letter(world: Cast, tmp_path: Path) -> None:
    target = tmp_path / "copy.zip"
    call_command("export_person", "MAI@people.example", str(target))
    assert "accounts/user.json" in read(target.read_bytes())
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="there already"):
        call_command("export_person", "mai@people.example", str(target))
    with pytest.raises(CommandError, match="not arrived"):
        call_command("erase_person", "mai@people.example", "--by", "sam", "--reason", "by letter")


def test_in_french(world: Cast) -> None:
    settle(world)
    client = signed_in(world.mai)
    client.cookies["django_language"] = "fr"
    page = client.get(DATA, headers={"accept-language": "fr"}).content.decode()
    assert "Supprimer mon compte" in page
    assert "Delete" not in page
    User.objects.filter(pk=world.mai.pk).update(locale="fr")
    with translation.override("en"):
        erasures.ask(User.objects.get(pk=world.mai.pk))
    letter = OutgoingMail.objects.get(kind="erasure-asked")
    assert letter.subject.startswith("Votre compte sera supprimé le")
    assert "Delete" not in letter.text + NAME + EMAIL
