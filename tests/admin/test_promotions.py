"""Shops promote their own posts in the admin; what cannot be is said beside its field."""

from __future__ import annotations

import pytest

from feeds.models import Promotion
from tests.admin.filled import errors, opened

ADD = "/admin/feeds/promotion/add/"


def filled(post, **changes):
    return {
        "address": f"https://etal.example/posts/{post.public_id}/",
        "topics": ["shoes", "swimming"],
        "budget": "25.50",
        "starts_at_0": "2027-05-01",
        "starts_at_1": "08:00",
        "ends_at_0": "2027-05-08",
        "ends_at_1": "08:00",
        **changes,
    }


def test_an_editor_promotes_a_post_of_the_shop(browser, world):
    client = browser(world.plage.members["editor"])
    post = world.rows["promotion"].post
    Promotion.objects.all().delete()
    assert client.post(ADD, filled(post)).status_code == 302
    made = Promotion.objects.get()
    assert (made.merchant, made.post, made.topics) == (
        world.plage.merchant,
        post,
        ["shoes", "swimming"],
    )
    assert (made.budget, made.spent, made.currency) == (2550, 0, "EUR")
    change = f"/admin/feeds/promotion/{made.pk}/change/"
    Promotion.objects.update(spent=600)
    dates = {name: value for name, value in filled(post).items() if "s_at_" in name}
    again = opened(client, change) | dates | {"budget": "5"}
    assert errors(client.post(change, again)) == {"budget": ["More than this has been spent."]}
    assert client.post(change, again | {"budget": "30"}).status_code == 302
    made.refresh_from_db()
    assert (made.budget, made.spent) == (3000, 600)
    ticked = {"action": "stop", "index": "0", "_selected_action": [made.pk]}
    client.post("/admin/feeds/promotion/", ticked)
    made.refresh_from_db()
    assert made.stopped_at is not None


@pytest.mark.parametrize("role", ["fulfilment", "read_only"])
def test_who_may_not_post_promotes_nothing(browser, world, role):
    client = browser(world.plage.members[role])
    assert client.post(ADD, filled(world.rows["promotion"].post)).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"address": "https://etal.example/"}, "address", "A shop promotes its own posts."),
        ({"topics": []}, "topics", "This field is required."),
        ({"topics": ["religion"]}, "topics", "Select a valid choice."),
        ({"budget": "1.234"}, "budget", "Write an amount in EUR"),
        ({"budget": "0.01"}, "__all__", "The budget pays for one showing at least."),
        ({"ends_at_0": "2027-04-01"}, "__all__", "A promotion ends after its beginning."),
    ],
)
def test_what_makes_no_sense_is_said(browser, world, changes, field, said):
    client = browser(world.plage.owner)
    refused = client.post(ADD, filled(world.rows["promotion"].post, **changes))
    assert said in " ".join(errors(refused)[field])
    assert Promotion.objects.count() == 2


def test_nobody_promotes_the_posts_of_others(browser, world):
    client = browser(world.plage.owner)
    for post in (world.rows["rayons_promotion"].post, world.post):
        refused = client.post(ADD, filled(post))
        assert errors(refused) == {"address": ["A shop promotes its own posts."]}
    assert Promotion.objects.count() == 2
