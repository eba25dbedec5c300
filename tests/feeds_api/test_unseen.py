"""What a block, a mute or a suspension keeps from people on pages is kept from their apps."""

from __future__ import annotations

import pytest
from django.core.cache import caches

from feeds.models import Post
from tests.feeds.conftest import foulee, mai, plage, theo
from tests.feeds.moderating import staff, suspended
from tests.feeds.test_unseen import RELATIONS, World, world
from tests.feeds_api.conftest import app_of, calling

__all__ = ["foulee", "mai", "plage", "theo", "world"]
pytestmark = pytest.mark.django_db
WORDS = "Spoken by T."
BY_THEO = '"handle":"theo"'


def surfaces(world: World) -> list[tuple[str, str]]:
    """Paths that show somebody, and what of them."""
    posts = [
        ("timelines/market/", WORDS),
        ("timelines/following/", WORDS),
        ("timelines/following/", f'"reposted_by":{{{BY_THEO}'),
        ("timelines/hashtags/sea/", WORDS),
        ("timelines/ines/", WORDS),
        (f"posts/{world.asked.public_id}/replies/", "Answered by T."),
        (f"posts/{world.asked.public_id}/replies/", "Deeper by T."),
        (f"posts/{world.quote.public_id}/", WORDS),
        (f"posts/{world.mention.public_id}/", '"mentions":["theo"]'),
        ("search/?q=spoken", WORDS),
        ("search/?q=théo&kind=people", BY_THEO),
        ("search/?q=sea&kind=hashtags", '"hashtag":"sea"'),
        ("search/?q=spike&kind=products", "Spikes"),
    ]
    return [(f"/api/v1/{path}", mark) for path, mark in posts]


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_blocked_and_muted_appear_nowhere(world: World, relation: str) -> None:
    moderator = staff()
    call = calling(app_of(world.mai, by=moderator))
    listed = surfaces(world)
    of_theo = [f"posts/{world.words.public_id}/", "timelines/theo/"]
    of_theo.append(f"posts/{world.words.public_id}/replies/")
    for path, mark in listed:
        assert mark in call("get", path).content.decode(), path
    for path in of_theo:
        assert call("get", f"/api/v1/{path}").status_code == 200
    for them in (world.theo, world.shop):
        if relation == "suspended":
            suspended(them, by=moderator)
        else:
            RELATIONS[relation](world.mai, them)
    caches["regions"].clear()
    for path, mark in listed:
        answer = call("get", path)
        assert answer.status_code == 200, path
        shown = answer.content.decode()
        assert mark not in shown, path
        for other in (BY_THEO, "Théo"):
            assert other not in shown, path
    expected = {"suspended": (404, "not_found"), "muted by me": (403, "muted")}
    for path in of_theo:
        refused = call("get", f"/api/v1/{path}")
        code = refused.json()["code"]
        assert (refused.status_code, code) == expected.get(relation, (403, "apart")), path
        asked = call("get", f"/api/v1/{path}?shown=true")
        assert (asked.status_code == 200) is (relation == "muted by me")
    profile = call("get", "/api/v1/profiles/theo/")
    assert (profile.status_code == 200) is (relation == "muted by me")


def test_what_moderators_hid_nobody_reads_not_even_its_author(world: World) -> None:
    moderator = staff()
    Post.objects.filter(author=world.theo, repost_of=None).update(hidden_at=world.words.created_at)
    for reader in (world.mai, world.theo):
        call = calling(app_of(reader, by=moderator))
        for path, mark in surfaces(world):
            if mark in (WORDS, "Answered by T.", "Deeper by T."):
                assert mark not in call("get", path).content.decode(), path
        answer = call("get", f"/api/v1/posts/{world.words.public_id}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
