"""Profiles: their tabs, their figures, the lists of people behind them, and one's own picture."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import User
from catalogue.models import Merchant
from feeds import circles, follows, posts
from shopping.paging import UnknownCursor
from tests.market import person


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_tab_shows_its_own(client: Client, mai: User, theo: User) -> None:
    subject = posts.publish(theo, body="Théo asks", language="en")
    posts.publish(mai, body="Maï posts", language="en")
    posts.publish(mai, body="Maï replies", language="en", reply_to=subject)
    posts.like(subject, user=mai)
    found = {
        tab: {
            words
            for words in ("Théo asks", "Maï posts", "Maï replies")
            if f">{words}<" in shown(client, f"/@mai/{tab}")
        }
        for tab in ("", "replies/", "likes/")
    }
    assert found == {
        "": {"Maï posts"},
        "replies/": {"Maï posts", "Maï replies"},
        "likes/": {"Théo asks"},
    }


def test_a_shop_says_who_it_is(client: Client, plage: Merchant) -> None:
    Merchant.objects.filter(pk=plage.pk).update(legal_name="Plage et Fils SARL", withdrawal_days=30)
    page = shown(client, "/@plagefils/about/")
    assert "Plage et Fils SARL" in page
    assert "30 days to change your mind" in page
    assert client.get("/@plagefils/replies/").status_code == 200


def test_a_person_has_no_shop_and_nothing_to_tell_of_it(client: Client, mai: User) -> None:
    assert client.get("/@mai/shop/").status_code == 404
    assert client.get("/@mai/about/").status_code == 404


def test_followers_come_in_pages_the_latest_first(mai: User) -> None:
    crowd = [person(f"fan{number}", f"Fan {number}") for number in range(5)]
    for fan in crowd:
        follows.follow(fan, followed=mai)
    pages = []
    cursor = None
    for _page in range(3):
        people, cursor = circles.page(circles.followers(mai, viewer=None), before=cursor, size=2)
        pages.append([fan.handle for fan in people])
    assert pages == [["fan4", "fan3"], ["fan2", "fan1"], ["fan0"]]
    assert cursor is None
    with pytest.raises(UnknownCursor):
        circles.page(circles.followers(mai, viewer=None), before=mai.public_id)


@pytest.mark.parametrize("many", [1, 12])
def test_a_list_of_people_costs_the_same_statements_however_long(
    reader: Client,
    mai: User,
    theo: User,
    many: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(many):
        follows.follow(person(f"fan{number}", f"Fan {number}"), followed=theo)
    # Session, member, profile, what stands between, people, whom of them one follows, shops.
    with django_assert_num_queries(7):
        page = shown(reader, "/@theo/followers/")
    assert page.count("data-follow data-tone") == many


def test_the_figures_stop_where_counting_would_cost(
    client: Client, mai: User, theo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    follows.follow(theo, followed=mai)
    assert '<span class="strong num">1</span> follower<' in shown(client, "/@mai/")
    follows.follow(person("ines", "Inès Caro"), followed=mai)
    monkeypatch.setattr(circles, "COUNTED", 1)
    assert '<span class="strong num">1+</span> follower<' in shown(client, "/@mai/")


def test_a_hashtag_says_how_many_and_knows_every_spelling(client: Client, mai: User) -> None:
    for body in ("Un #Été", "un autre #été"):
        posts.publish(mai, body=body, language="fr")
    for name in ("été", "ÉTÉ", "e\u0301te\u0301"):
        page = shown(client, f"/tags/{name}/")
        assert "2 posts" in page
        assert "#été</h1>" in page


def picture(width: int, height: int) -> SimpleUploadedFile:
    drawn = BytesIO()
    place = Image.Exif()
    place[0x010E] = "taken at home"
    Image.new("RGB", (width, height), "teal").save(drawn, "JPEG", exif=place)
    return SimpleUploadedFile("holiday.html", drawn.getvalue(), "image/jpeg")


def test_a_picture_is_drawn_anew_and_the_one_before_is_gone(
    reader: Client,
    mai: User,
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        assert reader.post("/me/picture/", {"picture": picture(900, 300)}).status_code == 302
        assert reader.post("/me/picture/", {"picture": picture(300, 900)}).status_code == 302
    (kept,) = (tmp_path / "avatars").iterdir()
    mai.refresh_from_db()
    assert mai.avatar.name == f"avatars/{kept.name}"
    assert kept.suffix == ".webp"
    assert b"taken at home" not in kept.read_bytes()
    with Image.open(kept) as drawn:
        assert drawn.size == (320, 320)
    with django_capture_on_commit_callbacks(execute=True):
        reader.post("/me/picture/", {"remove": "1"})
    assert list((tmp_path / "avatars").iterdir()) == []
    mai.refresh_from_db()
    assert not mai.avatar


def test_what_is_no_picture_is_refused(reader: Client, mai: User) -> None:
    for sent, sentence in (
        ({}, "Choose a picture first."),
        (
            {"picture": SimpleUploadedFile("a.png", b"<svg/>", "image/png")},
            "This is no JPEG, PNG, WebP or AVIF picture.",
        ),
    ):
        answer = reader.post("/me/picture/", sent)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    mai.refresh_from_db()
    assert not mai.avatar


@pytest.mark.parametrize("tab", ["", "replies/", "likes/", "shop/", "about/"])
def test_no_tab_shows_a_suspended_account(client: Client, plage: Merchant, tab: str) -> None:
    assert client.get(f"/@plagefils/{tab}").status_code == 200
    User.objects.filter(pk=plage.account_id).update(is_active=False)
    assert client.get(f"/@plagefils/{tab}").status_code == 404
