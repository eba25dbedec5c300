"""Who waits for a drop is told before it opens and when it does, once each, in their language."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import OutgoingMail, User
from catalogue import drops
from catalogue.models import Drop, DropReminder, Merchant, Product, Variant
from feeds import blocks, drop_notices, mutes, notice_preferences, timelines
from feeds.models import Notification
from feeds.tasks import sweep_drops
from tests.market import product


@pytest.fixture
def drop(corniche: Product) -> Drop:
    made = Drop(product=corniche, opens_at=timezone.now() + timedelta(hours=2))
    drops.save(made)
    return made


@pytest.fixture
def waiting(drop: Drop, mai: User) -> Drop:
    drops.remind(mai, drop=drop)
    return drop


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets the clock of the sweep show another time, and has it tell."""

    def at(moment: datetime) -> list[str]:
        monkeypatch.setattr("feeds.drop_notices.timezone.now", lambda: moment)
        before = Notification.objects.count()
        sweep_drops()
        monkeypatch.undo()
        told = Notification.objects.order_by("pk")[before:]
        return [notice.data["kind"] for notice in told]

    return at


def mails() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))


def test_they_are_told_fifteen_minutes_before_and_at_the_opening_once_each(
    waiting: Drop, mai: User, at: Any
) -> None:
    opens = waiting.opens_at
    assert at(opens - timedelta(minutes=16)) == []
    assert at(opens - timedelta(minutes=15)) == ["soon"]
    assert at(opens - timedelta(minutes=1)) == []
    assert at(opens) == ["opened"]
    assert at(opens + timedelta(minutes=5)) == []
    assert mails() == ["drop_soon", "drop_opened"]
    notice = Notification.objects.latest("pk")
    assert notice.target == f"/drops/{waiting.public_id}/"
    mail = OutgoingMail.objects.get(kind="drop_opened")
    assert mail.to == "mai@etal.example"
    assert notice_preferences.owner_of(mail.unsubscribe.split("/")[-2]) == mai
    for text in (mail.text, mail.html):
        assert f"/drops/{waiting.public_id}/" in text
        assert mail.unsubscribe in text


def test_who_is_told_again_after_a_crash_is_told_once(waiting: Drop, at: Any) -> None:
    """The notice was written, and the reminder's mark restored from before it."""
    at(waiting.opens_at)
    DropReminder.objects.update(opened=0)
    assert at(waiting.opens_at) == []
    assert mails() == ["drop_opened"]


def test_a_drop_that_is_moved_is_told_anew(waiting: Drop, at: Any) -> None:
    old = waiting.opens_at
    assert at(old - timedelta(minutes=10)) == ["soon"]
    waiting.opens_at = old + timedelta(days=1)
    drops.save(waiting)
    assert at(old - timedelta(minutes=9)) == ["moved"]
    assert at(old) == []
    assert at(waiting.opens_at - timedelta(minutes=10)) == ["soon"]
    assert at(waiting.opens_at) == ["opened"]
    assert mails() == ["drop_soon", "drop_moved", "drop_soon", "drop_opened"]


def test_moved_to_an_hour_that_is_near_one_mail_says_both(waiting: Drop, at: Any) -> None:
    waiting.opens_at -= timedelta(hours=1)
    drops.save(waiting)
    assert at(waiting.opens_at - timedelta(minutes=10)) == ["soon"]
    assert at(waiting.opens_at - timedelta(minutes=9)) == []


def test_mails_are_in_the_persons_language(waiting: Drop, at: Any) -> None:
    User.objects.filter(handle="mai").update(locale="fr")
    at(waiting.opens_at - timedelta(minutes=15))
    mail = OutgoingMail.objects.get()
    assert mail.subject == f"{waiting.product.title} ouvre bientôt"
    assert "Vous avez demandé à être prévenu(e)" in mail.text


def test_who_wants_no_mails_has_the_notice_alone(waiting: Drop, mai: User, at: Any) -> None:
    notice_preferences.stop_mails(mai)
    assert at(waiting.opens_at) == ["opened"]
    assert mails() == []


@pytest.mark.parametrize(
    "turn_away",
    [
        lambda me, shop: blocks.block(me, blocked=shop),
        lambda me, shop: mutes.mute(me, muted=shop),
    ],
)
def test_who_blocked_or_muted_the_shop_hears_nothing_of_its_drop(
    waiting: Drop, mai: User, at: Any, turn_away: Callable[[User, User], None]
) -> None:
    turn_away(mai, waiting.product.merchant.account)
    assert at(waiting.opens_at) == []
    assert mails() == []


def test_nobody_is_told_of_what_is_not_shown_has_ended_or_opened_long_ago(
    waiting: Drop, at: Any
) -> None:
    opens = waiting.opens_at
    assert at(opens + drop_notices.LATEST) == []
    Product.objects.update(status=Product.Status.DRAFT)
    assert at(opens) == []
    Product.objects.update(status=Product.Status.ACTIVE)
    Drop.objects.update(ends_at=opens + timedelta(minutes=1))
    assert at(opens + timedelta(minutes=2)) == []
    assert at(opens) == ["opened"]


# The pages -------------------------------------------------------------------------------------
def test_a_reminder_is_set_and_taken_back_with_and_without_script(
    reader: Client, drop: Drop
) -> None:
    where = f"/drops/{drop.public_id}/"
    assert 'value="yes" aria-pressed="false"' in reader.get(where).content.decode()
    assert reader.post(f"{where}remind/", {"remind": "yes"})["Location"] == where
    page = reader.get(where).content.decode()
    assert 'value="no" aria-pressed="true"' in page
    assert "1 person asked." in page
    product = reader.get(f"/products/{drop.product.public_id}/{drop.product.slug}/")
    assert 'value="no" aria-pressed="true"' in product.content.decode()
    answer = reader.post(
        f"{where}remind/", {"remind": "no"}, headers={"Accept": "application/json"}
    )
    assert answer.json() == {"reminded": False, "count": 0}


def test_the_signed_out_are_asked_to_sign_in_and_led_back(client: Client, drop: Drop) -> None:
    page = client.get(f"/drops/{drop.public_id}/").content.decode()
    assert f"/accounts/login/?next=/drops/{drop.public_id}/" in page
    answer = client.post(f"/drops/{drop.public_id}/remind/", {"remind": "yes"})
    assert answer["Location"].startswith("/accounts/login/")
    assert not DropReminder.objects.exists()


def test_once_it_is_open_no_reminder_is_set(reader: Client, drop: Drop) -> None:
    Drop.objects.update(opens_at=timezone.now())
    reader.post(f"/drops/{drop.public_id}/remind/", {"remind": "yes"})
    assert not DropReminder.objects.exists()


def test_the_page_says_how_long_and_the_card_leads_to_it(client: Client, drop: Drop) -> None:
    page = client.get(f"/drops/{drop.public_id}/").content.decode()
    assert 'data-kind="before"' in page
    assert "Opens in 1 hour, 59 minutes" in page
    assert "€37.90 delivered · 50 pieces" in page
    assert "Buy now" not in page
    assert f'href="/drops/{drop.public_id}/"' in client.get("/drops/").content.decode()


def test_it_says_when_it_is_open_gone_and_over(client: Client, drop: Drop) -> None:
    where = f"/drops/{drop.public_id}/now/"
    Drop.objects.update(opens_at=timezone.now(), pieces=60)
    live = client.get(where).content.decode()
    assert "50 of 60 left" in live
    assert "Buy now" in live
    variant = Variant.objects.get(product=drop.product)
    type(variant.stock).objects.update(on_hand=1, reserved=1)
    gone = client.get(where).content.decode()
    assert "All 60 are gone." in gone
    assert "1 of them still waits for its payment" in gone
    assert "Buy now" not in gone
    Drop.objects.update(ends_at=timezone.now() + timedelta(microseconds=1))
    assert "This drop has ended." in client.get(where).content.decode()


def test_a_drop_of_a_draft_is_not_found(client: Client, drop: Drop) -> None:
    Product.objects.update(status=Product.Status.DRAFT)
    assert client.get(f"/drops/{drop.public_id}/").status_code == 404


def test_the_next_drop_stands_first_and_what_opened_last_after_the_coming_ones(
    client: Client, plage: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timelines, "PAGE", 3)
    hours = {"Open longer": -24, "Just open": -1, "Next week": 150, "Tomorrow": 24, "Draft": 2}
    for title, away in hours.items():
        opens = timezone.now() + timedelta(hours=away)
        Drop.objects.create(product=product(plage, title, price=900), opens_at=opens)
    Product.objects.filter(title="Draft").update(status=Product.Status.DRAFT)
    page = client.get("/drops/").content.decode()
    assert re.findall(r"<h2><a [^>]*>([^<]+)</a>", page) == ["Tomorrow", "Next week", "Just open"]
