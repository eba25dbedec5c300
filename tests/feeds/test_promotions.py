"""What shops pay for: to whom it is shown, where, how often, and for how much."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import preferences
from accounts.models import User
from catalogue import merchants
from catalogue.models import Merchant, Product, StockItem
from feeds import interests, promotions
from feeds.models import Block, Post, Promotion, Showing
from feeds.tastes import tastes_of
from tests.feeds.talk import days, moment, next_page, order, say, why_link
from tests.feeds.talk import market as front
from tests.feeds_api.conftest import app_of, calling
from tests.market import product

BODY = "our lamp"


@pytest.fixture
def lamp(corniche: Product, plage: Merchant) -> Post:
    """Too old to be picked by itself on a first page that is full."""
    return say(plage.account, BODY, cards=[corniche], ago=days(60))


def promoted(post: Post, /, *, budget: int = 1000, **fields: object) -> Promotion:
    row = Promotion(
        merchant=post.author.merchant,
        post=post,
        topics=["lighting"],
        budget=budget,
        starts_at=moment(hours=1),
        ends_at=timezone.now() + timedelta(hours=1),
    )
    for name, value in fields.items():
        setattr(row, name, value)
    promotions.save(row)
    return row


@pytest.fixture
def promotion(lamp: Post) -> Promotion:
    return promoted(lamp)


@pytest.fixture
def adult(reader: Client, mai: User, theo: User) -> Client:
    """Maï's browser: 18 or older by her own word, fond of lamps; thirty newer posts to read."""
    for number in range(30):
        say(theo, f"post {number}")
    interests.choose(mai, topic="lighting")
    # So that the lamp is not picked by itself.
    Post.objects.get(body=BODY).topics.all().delete()
    preferences.declare_adult(mai, adult=True)
    mai.refresh_from_db()
    return reader


def spent() -> int:
    return Promotion.objects.get().spent


def test_it_stands_in_its_slot_labelled_with_who_pays(
    promotion: Promotion, adult: Client, mai: User
) -> None:
    page = front(adult)
    bodies = [f"post {number}" for number in range(29, 9, -1)]
    assert order(page, [BODY, *bodies]) == [*bodies[:3], BODY, *bodies[3:]]
    assert page.count("Promoted") == 1
    assert "paid by Plage &amp; Fils" in page
    assert spent() == settings.PROMOTION_PRICE
    showing = Showing.objects.get()
    assert (showing.user, showing.topic, showing.place) == (mai, "lighting", 4)


def test_the_reason_names_who_pays_and_the_interest(
    promotion: Promotion, adult: Client, lamp: Post
) -> None:
    why = adult.get(why_link(front(adult), lamp)).content.decode()
    assert "Promoted, paid by Plage &amp; Fils" in why
    assert "to adults who like “Lamps and light”" in why
    assert "You chose it yourself" in why
    adult.post("/me/interests/", {"do": "remove", "topic": "lighting"})
    assert "Promoted" not in front(adult)


def test_an_app_is_shown_nothing_that_is_paid_for(
    promotion: Promotion, adult: Client, mai: User, ana: User
) -> None:
    """Nobody may have seen what a program read."""
    answer = calling(app_of(mai, by=ana))("get", "/api/v1/timelines/market/").json()
    bodies = [each["text"] for each in answer["data"]]
    assert bodies == [f"post {number}" for number in range(29, 9, -1)]
    assert spent() == 0
    assert not Showing.objects.exists()


def test_a_page_has_two_slots_and_never_more(adult_of_many: Client) -> None:
    page = front(adult_of_many)
    assert page.count(">Promoted<") == 2
    behind = adult_of_many.get(next_page(page)).content.decode()
    shown = Showing.objects.values_list("promotion__post_id", flat=True)
    assert len(shown) == len(set(shown))  # none is repeated within a reading
    assert behind.count(">Promoted<") <= 2


@pytest.fixture
def adult_of_many(
    promotion: Promotion, adult: Client, plage: Merchant, corniche: Product
) -> Client:
    for number in range(4):
        other = say(plage.account, f"promoted {number}", cards=[corniche], ago=days(60))
        promoted(other)
    return adult


@pytest.mark.parametrize("who", ["minor", "signed out", "paused", "fond of something else"])
def test_who_is_shown_none(promotion: Promotion, adult: Client, mai: User, who: str) -> None:
    browser = adult
    if who == "minor":
        adult.post("/me/interests/", {"do": "allow"})
    elif who == "signed out":
        browser = Client()
    elif who == "paused":
        interests.pause(mai)
    else:
        interests.remove(mai, topic="lighting")
        interests.choose(mai, topic="music")
    assert "Promoted" not in front(browser)
    assert spent() == 0


def test_who_never_said_to_be_an_adult_counts_as_none(mai: User) -> None:
    interests.choose(mai, topic="lighting")
    assert not promotions.may_be_shown_to(mai, tastes_of(mai))


@pytest.mark.parametrize(
    "because", ["ended", "not begun", "stopped", "sold out", "suspended", "blocked", "hidden"]
)
def test_what_is_never_shown(
    promotion: Promotion, adult: Client, mai: User, plage: Merchant, because: str
) -> None:
    mine = Promotion.objects.filter(pk=promotion.pk)
    if because == "ended":
        mine.update(ends_at=timezone.now())
    elif because == "not begun":
        mine.update(starts_at=timezone.now() + timedelta(minutes=1))
    elif because == "stopped":
        promotions.stop(promotion)
    elif because == "sold out":
        StockItem.objects.update(on_hand=0)
    elif because == "suspended":
        merchants.suspend(plage, actor=None, reason="fakes")
    elif because == "blocked":
        Block.objects.create(blocker=mai, blocked=plage.account)
    else:
        Post.objects.filter(pk=promotion.post_id).update(hidden_at=timezone.now())
    assert "Promoted" not in front(adult)
    assert spent() == 0
    assert not Showing.objects.exists()


def test_a_person_sees_it_so_often_a_day_and_no_oftener(
    promotion: Promotion, adult: Client
) -> None:
    seen = sum("Promoted" in front(adult) for _visit in range(settings.PROMOTION_SHOWINGS + 2))
    assert seen == settings.PROMOTION_SHOWINGS
    assert spent() == settings.PROMOTION_SHOWINGS * settings.PROMOTION_PRICE


def test_the_budget_ends_it(promotion: Promotion, adult: Client) -> None:
    Promotion.objects.update(budget=settings.PROMOTION_PRICE + 1)
    assert "Promoted" in front(adult)
    assert "Promoted" not in front(adult)
    assert spent() == settings.PROMOTION_PRICE


def test_a_page_that_is_looked_at_again_is_paid_once(
    promotion: Promotion, adult: Client, lamp: Post
) -> None:
    first = front(adult)
    behind = next_page(first)
    Showing.objects.update(place=24)  # as if it had been shown on the second page
    for _visit in range(2):
        page = adult.get(behind).content.decode()
        assert order(page, ["post 7", BODY, "post 6"]) == ["post 7", BODY, "post 6"]
    assert spent() == settings.PROMOTION_PRICE
    promotions.stop(promotion)
    assert "Promoted" not in adult.get(behind).content.decode()


def test_a_shop_promotes_its_own_posts_with_products(
    lamp: Post, plage: Merchant, foulee: Merchant, corniche: Product
) -> None:
    bare = say(plage.account, "no product")
    theirs = say(foulee.account, "theirs", cards=[product(foulee, "Relais", price=100)])
    for fields in ({"post": bare}, {"post": theirs}, {"topics": ["religion"]}):
        with pytest.raises(promotions.PromotionRefused):
            promoted(lamp, merchant=plage, **fields)
    assert not Promotion.objects.exists()
