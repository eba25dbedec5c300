"""Editing: for a while, by its author, with everything that the text names, and a history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalogue.models import Membership, Merchant, Product
from feeds import edits, posts
from feeds.models import Post

HTMX = {"HX-Request": "true"}


@pytest.fixture
def post(mai: User, theo: User, corniche: Product) -> Post:
    return posts.publish(mai, body="A #frist try, @theo", language="en", products=[corniche])


def test_an_edit_replaces_what_the_text_names_and_keeps_what_it_said(
    reader: Client, post: Post, corniche: Product, plage: Merchant
) -> None:
    page = reader.get(f"/posts/{post.public_id}/edit/").content.decode()
    assert "A #frist try, @theo" in page
    # The label is said of the post, and stands under no heading of its products.
    assert page.index('name="paid_partnership"') < page.index("Products</legend>")
    data = {"body": "A #first try, @plagefils", "products": [str(corniche.public_id)]}
    answer = reader.post(f"/posts/{post.public_id}/edit/", data)
    assert answer["Location"] == f"/posts/{post.public_id}/"
    post.refresh_from_db()
    assert post.body == "A #first try, @plagefils"
    assert [tag.name for tag in post.hashtags.all()] == ["first"]
    assert [mention.user for mention in post.mentions.all()] == [plage.account]
    assert [card.product for card in post.cards.all()] == [corniche]
    assert [(old.body, old.written_at) for old in post.revisions.all()] == [
        ("A #frist try, @theo", post.created_at)
    ]
    assert f"/posts/{post.public_id}/history/" in reader.get("/").content.decode()
    assert "A #frist try" in reader.get(f"/posts/{post.public_id}/history/").content.decode()
    assert "No posts with this tag" in reader.get("/tags/frist/").content.decode()


def test_a_card_that_is_unticked_goes(reader: Client, post: Post) -> None:
    reader.post(f"/posts/{post.public_id}/edit/", {"body": post.body})
    assert not post.cards.exists()


def test_the_same_text_again_changes_nothing(post: Post, corniche: Product) -> None:
    assert not edits.edit(post, body=f" {post.body}\n", products=[corniche])
    assert edits.edit(post, body="anew", products=[corniche])
    assert not edits.edit(post, body="anew", products=[corniche])
    assert post.revisions.count() == 1


def test_a_card_that_nobody_can_buy_stays_and_is_no_change(
    reader: Client, post: Post, corniche: Product
) -> None:
    Product.objects.update(status=Product.Status.ARCHIVED)
    reader.post(f"/posts/{post.public_id}/edit/", {"body": post.body})
    assert not post.revisions.exists()
    reader.post(f"/posts/{post.public_id}/edit/", {"body": "anew"})
    assert post.revisions.exists()
    assert [card.product for card in post.cards.all()] == [corniche]


def test_after_its_time_a_post_stays_as_it_is(reader: Client, post: Post) -> None:
    Post.objects.update(created_at=timezone.now() - timedelta(seconds=settings.EDIT_SECONDS))
    answer = reader.post(f"/posts/{post.public_id}/edit/", {"body": "too late"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A post can be edited for 15 minutes; that time is over." in page
    assert "too late" in page
    assert not Post.objects.filter(body="too late").exists()
    assert "Edit</a>" not in reader.get(f"/posts/{post.public_id}/").content.decode()


@pytest.mark.parametrize("body", ["", "x" * 501])
def test_a_refused_edit_in_place_stays_in_its_place(reader: Client, post: Post, body: str) -> None:
    answer = reader.post(f"/posts/{post.public_id}/edit/?role=reply", {"body": body}, headers=HTMX)
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "closest form"
    assert answer.content.decode().startswith("<form")
    assert not post.revisions.exists()


def test_an_edit_in_place_answers_with_the_post_alone(reader: Client, post: Post) -> None:
    answer = reader.post(
        f"/posts/{post.public_id}/edit/?role=reply", {"body": "anew"}, headers=HTMX
    )
    page = answer.content.decode()
    assert page.startswith('<article class="post reply"')
    assert ">anew<" in page
    assert ">edited</a>" in page


def test_others_do_not_edit_but_who_speaks_for_the_shop_does(
    reader: Client, mai: User, theo: User, plage: Merchant
) -> None:
    theirs = posts.publish(theo, body="theirs", language="en")
    ours = posts.publish(plage.account, body="ours", language="en")
    for post in (theirs, ours):
        answer = reader.post(f"/posts/{post.public_id}/edit/", {"body": "mine now"})
        assert answer.status_code == 403
    Membership.objects.create(user=mai, merchant=plage, role=Membership.Role.EDITOR)
    assert (
        f"/posts/{ours.public_id}/edit/" in reader.get(f"/posts/{ours.public_id}/").content.decode()
    )
    assert reader.post(f"/posts/{ours.public_id}/edit/", {"body": "mine now"}).status_code == 302
    assert list(Post.objects.values_list("body", flat=True).order_by("pk")) == [
        "theirs",
        "mine now",
    ]
