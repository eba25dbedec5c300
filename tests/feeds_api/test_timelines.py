"""Lists of posts, profiles and search by the API."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feeds import follows, market, pool
from feeds.models import Promotion
from tests.feeds_api.test_posts import said

pytestmark = pytest.mark.django_db
LISTS = "/api/v1/timelines/"


@pytest.fixture(autouse=True)
def fresh_pool(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    settings.MARKET_POOL_SECONDS = 0
    market._begun.clear()


def every(call, path: str) -> list[str]:
    """The texts of all pages."""
    texts = []
    while path:
        page = call("get", path).json()
        texts += [each["text"] for each in page["data"]]
        path = page["next"]
    return texts


def test_a_person_reads_whom_they_follow(world, mai, plage, journal, says):
    follows.follow(world.mai, followed=world.plage.merchant.account)
    for number in range(3):
        says(world.plage.merchant.account, f"Post {number}")
    says(world.stranger, "Unheard")
    texts = every(mai, f"{LISTS}following/?limit=2")
    assert texts[:3] == ["Post 2", "Post 1", "Post 0"]
    assert "Unheard" not in texts
    for call in (plage, journal):
        said(call("get", f"{LISTS}following/"), 403, "not_a_person")


def test_market_is_read_to_its_end_each_post_once(world, mai, plage, journal, says):
    for number in range(5):
        says(world.stranger, f"Post {number}")
    for call in (mai, plage, journal):
        texts = every(call, f"{LISTS}market/?limit=2")
        assert len(texts) == len(set(texts))
        assert {f"Post {number}" for number in range(5)} <= set(texts)
    assert Promotion.objects.filter(spent=0).count() == Promotion.objects.count()


def test_an_order_that_is_kept_no_longer_is_refused(mai, says, world):
    for number in range(3):
        says(world.stranger, f"Post {number}")
    following = mai("get", f"{LISTS}market/?limit=1").json()["next"]
    cache.clear()
    said(mai("get", following), 400, "invalid_cursor")
    said(mai("get", f"{LISTS}market/?limit=21"), 400, "invalid")


def test_a_profile_and_a_hashtag_are_read_by_everybody(world, plage, journal, says):
    for number in range(3):
        says(world.stranger, f"Post {number} #Été")
    says(world.stranger, "A reply", reply_to=world.post)
    for call in (plage, journal):
        texts = every(call, f"{LISTS}Stranger/?limit=2")
        assert texts == [f"Post {number} #Été" for number in (2, 1, 0)]
        assert every(call, f"{LISTS}hashtags/ÉTÉ/?limit=2") == texts


@pytest.mark.parametrize("path", [f"{LISTS}nobody/", "/api/v1/profiles/nobody/", f"{LISTS}a%00b/"])
def test_who_is_not_there_is_not_found(journal, path):
    said(journal("get", path), 404, "not_found")


def test_a_profile_says_who_somebody_is(world, mai, journal):
    account = world.plage.merchant.account
    follows.follow(world.mai, followed=account)
    told = mai("get", "/api/v1/profiles/PLAGE/").json()
    assert (told["id"], told["handle"], told["kind"]) == (str(account.public_id), "plage", "shop")
    assert (told["followers"], told["follows"]) == ({"count": 1, "more": False}, True)
    assert journal("get", "/api/v1/profiles/plage/").json() == {**told, "follows": False}


def test_each_kind_is_found(world, plage, journal, says):
    post = says(world.stranger, "A lighthouse at night #phare")
    for call in (plage, journal):
        [found] = call("get", "/api/v1/search/?q=lighthouse").json()["data"]
        assert (found["post"]["id"], found["product"]) == (str(post.public_id), None)
        [found] = call("get", "/api/v1/search/?q=rayon flip&kind=products").json()["data"]
        assert found["product"]["id"] == str(world.rayon.product.public_id)
        [found] = call("get", "/api/v1/search/?q=stranger&kind=people").json()["data"]
        assert found["profile"]["handle"] == "stranger"
        [found] = call("get", "/api/v1/search/?q=phare&kind=hashtags").json()["data"]
        assert found["hashtag"] == "phare"


def test_what_is_found_is_read_page_by_page(world, plage, says):
    for number in range(5):
        says(world.stranger, f"A lighthouse {number}")
    path, found = "/api/v1/search/?q=lighthouse&limit=2", []
    while path:
        page = plage("get", path).json()
        found += [each["post"]["text"] for each in page["data"]]
        path = page["next"]
    assert sorted(found) == [f"A lighthouse {number}" for number in range(5)]


@pytest.mark.parametrize("query", ["", "q=", "q=a&kind=all", "q=a&limit=51", "q=a&page=2"])
def test_a_search_that_makes_no_sense_is_refused(plage, query):
    assert plage("get", f"/api/v1/search/?{query}").status_code == 400


@pytest.mark.parametrize(
    "path", ["market/", "stranger/", "hashtags/sea/", "../search/?q=shore&kind=posts"]
)
def test_a_list_costs_the_same_however_long(world, mai, says, path):
    path = f"{LISTS}{path}".replace("timelines/../", "")

    def statements() -> int:
        pool.present()
        with CaptureQueriesContext(connection) as seen:
            assert mai("get", path).json()["data"]
        return len(seen)

    says(world.stranger, "By the shore #sea", products=[world.plage.product])
    mai("get", path)
    few = statements()
    for number in range(6):
        says(world.stranger, f"On the shore {number} #sea", products=[world.rayon.product])
    mai("get", path)
    assert statements() == few
