"""Publishing, reading, editing and deleting posts by the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Merchant
from feeds import limits, posts
from feeds.models import CartReply, Post
from partners import keys
from partners.scopes import FOR_SHOPS
from tests.feeds_api.conftest import app_of, calling

pytestmark = pytest.mark.django_db
POSTS = "/api/v1/posts/"


def said(answer, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content


def test_a_shop_posts_as_itself_with_what_it_sells(world, plage, journal):
    product = world.plage.product
    words = {"text": "Back in every size. #Summer", "products": [str(product.public_id)]}
    made = plage("post", POSTS, words)
    assert made.status_code == 201, made.content
    told = made.json()
    post = Post.objects.get(public_id=told["id"])
    assert (post.author, post.language) == (world.plage.merchant.account, "en")
    assert made["Location"] == f"http://testserver{POSTS}{post.public_id}/"
    assert told["author"]["handle"] == "plage"
    assert (told["hashtags"], told["editable"]) == (["summer"], True)
    [card] = told["products"]
    assert (card["id"], card["price"]) == (
        str(product.public_id),
        {"amount": 3490, "currency": "EUR"},
    )
    assert (card["shop"], card["delivery"]["amount"], card["can_buy"]) == ("plage", 390, True)
    assert card["buy_url"].endswith(f"/buy/{product.public_id}/?post={post.public_id}")
    read = journal("get", f"{POSTS}{post.public_id}/").json()
    assert read == {**told, "editable": False}
    abroad = journal("get", f"{POSTS}{post.public_id}/?country=jp").json()["products"][0]
    assert (abroad["delivery"], abroad["can_buy"], abroad["buy_url"]) == (None, False, None)
    said(journal("get", f"{POSTS}{post.public_id}/?country=Japan"), 400, "invalid")


def test_an_app_posts_as_who_gave_it(world, mai):
    made = mai("post", POSTS, {"text": "Voilà", "language": "fr", "paid_partnership": True})
    post = Post.objects.get(public_id=made.json()["id"])
    assert (post.author, post.language, post.paid_partnership) == (world.mai, "fr", True)


def test_a_reply_and_a_quote_reach_their_post(world, mai, says):
    first = says(world.stranger, "Who is there?")
    answer = mai("post", POSTS, {"text": "I am", "reply_to": str(first.public_id)})
    quote = mai("post", POSTS, {"text": "They ask", "quote": str(first.public_id)})
    assert answer.json()["reply_to"] == str(first.public_id)
    assert quote.json()["quote"]["text"] == "Who is there?"
    first.refresh_from_db()
    assert (first.reply_count, first.quote_count) == (1, 1)


def test_a_reply_that_fills_the_cart_needs_the_scope_for_that(world, mai, says):
    first = says(world.plage.merchant.account, "New", products=[world.plage.product])
    words = {"text": "#cart", "reply_to": str(first.public_id)}
    narrow = calling(app_of(world.stranger, by=world.staff, scopes=["posts:read", "posts:write"]))
    said(narrow("post", POSTS, words), 403, "insufficient_scope")
    assert not CartReply.objects.filter(user=world.stranger).exists()
    assert mai("post", POSTS, words).status_code == 201
    assert CartReply.objects.filter(user=world.mai, post__reply_to=first).exists()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/text"),
        ({"text": ""}, "#/text"),
        ({"text": "a", "language": "tlh"}, "#/language"),
        ({"text": "a", "reply_to": "019ad3f2-7f0a-7c41-9a64-8f2d6a1b3c55"}, "#/reply_to"),
        ({"text": "a", "reply_to": "POST", "quote": "POST"}, "#/quote"),
        ({"text": "a", "products": ["019ad3f2-7f0a-7c41-9a64-8f2d6a1b3c55"] * 5}, "#/products"),
        ({"text": "a", "likes": 3}, "#/likes"),
    ],
)
def test_what_makes_no_sense_is_named(world, plage, body, pointer):
    body = {name: str(world.post.public_id) if v == "POST" else v for name, v in body.items()}
    before = Post.objects.count()
    answer = plage("post", POSTS, body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert Post.objects.count() == before


def test_what_no_page_publishes_is_refused_and_leaves_nothing(world, plage):
    before = Post.objects.count()
    said(plage("post", POSTS, {"text": "x" * 501}), 422, "post_refused")
    world.rayon.product.status = "archived"
    world.rayon.product.save()
    words = {"text": "Look", "products": [str(world.rayon.product.public_id)]}
    said(plage("post", POSTS, words), 422, "post_refused")
    assert Post.objects.count() == before


def test_the_same_call_posts_once(plage):
    before = Post.objects.count()
    key = {"Idempotency-Key": "once"}
    first = plage("post", POSTS, {"text": "Only once"}, **key)
    again = plage("post", POSTS, {"text": "Only once"}, **key)
    assert first.json() == again.json()
    assert Post.objects.count() == before + 1


def test_its_author_edits_it_for_some_minutes(world, plage, says):
    account, product = world.plage.merchant.account, world.plage.product
    post = says(account, "Bak", products=[product])
    where = f"{POSTS}{post.public_id}/"
    changed = plage("patch", where, {"text": "Back"}).json()
    assert (changed["text"], len(changed["products"])) == ("Back", 1)
    assert changed["edited_at"] is not None
    assert plage("patch", where, {"products": []}).json()["products"] == []
    attached = plage("patch", where, {"products": [str(world.rayon.product.public_id)]})
    assert [each["shop"] for each in attached.json()["products"]] == ["rayon"]
    assert [each.body for each in post.revisions.all()] == ["Bak", "Back", "Back"]
    Post.objects.filter(pk=post.pk).update(created_at=timezone.now() - timedelta(hours=1))
    said(plage("patch", where, {"text": "Too late"}), 422, "post_refused")
    assert plage("patch", where, {"paid_partnership": True}).json()["paid_partnership"] is True
    post.refresh_from_db()
    assert (post.body, post.paid_partnership) == ("Back", True)


def test_nobody_else_edits_or_deletes_it(world, plage, mai, says):
    where = f"{POSTS}{says(world.stranger, 'Mine').public_id}/"
    for call in (plage, mai):
        said(call("patch", where, {"text": "Ours"}), 404, "not_found")
        said(call("delete", where), 404, "not_found")
    assert plage("get", where).json()["text"] == "Mine"


def test_it_is_changed_only_as_it_was_seen(world, plage, says):
    post = says(world.plage.merchant.account, "One")
    where = f"{POSTS}{post.public_id}/"
    seen = plage("get", where)["ETag"]
    assert plage("get", where, **{"If-None-Match": seen}).status_code == 304
    # What others do to it is no change of it.
    posts.like(post, user=world.mai)
    assert plage("get", where, **{"If-None-Match": seen}).status_code == 200
    changed = plage("patch", where, {"text": "Two"}, **{"If-Match": seen})
    assert changed.status_code == 200, changed.content
    said(plage("patch", where, {"text": "Three"}, **{"If-Match": seen}), 412, "changed_meanwhile")
    said(plage("delete", where, **{"If-Match": seen}), 412, "changed_meanwhile")
    assert plage("get", where).json()["text"] == "Two"
    assert plage("delete", where, **{"If-Match": changed["ETag"]}).status_code == 204
    said(plage("get", where), 404, "not_found")


@override_settings(LIMIT_VISITORS=True)
def test_posting_editing_and_liking_too_often_is_refused(world, plage, mai, says):
    account = world.plage.merchant.account
    post = says(account, "Hello")
    for limit, who in (
        (limits.POSTS, account),
        (limits.EDITS, account),
        (limits.LIKES, world.mai),
        (limits.SEARCHES, account),
    ):
        for _time in range(limit.most):
            limits.count(limit, who)
    where = f"{POSTS}{post.public_id}/"
    before = Post.objects.count()
    for answer in (
        plage("post", POSTS, {"text": "One more"}),
        plage("patch", where, {"text": "Hello you"}),
        mai("put", f"{where}like/"),
        plage("get", "/api/v1/search/?q=hello"),
    ):
        said(answer, 429, "too_often")
        assert 0 < int(answer["Retry-After"]) <= 3600
    post.refresh_from_db()
    assert (post.body, post.like_count, Post.objects.count()) == ("Hello", 0, before)


def test_who_is_suspended_or_of_a_test_does_nothing(world, plage, mai):
    world.mai.is_active = False
    world.mai.save()
    said(mai("post", POSTS, {"text": "Still here"}), 401, "invalid_credentials")
    account = world.plage.merchant.account
    account.is_active = False
    account.save()
    said(plage("post", POSTS, {"text": "Still here"}), 403, "profile_closed")
    Merchant.objects.filter(pk=world.plage.merchant.pk).update(status="suspended")
    said(plage("post", POSTS, {"text": "Still here"}), 403, "shop_suspended")
    test_app = calling(app_of(world.stranger, by=world.staff, live=False))
    said(test_app("post", POSTS, {"text": "Is this on?"}), 403, "profile_closed")
    assert not Post.objects.filter(body__in=["Still here", "Is this on?"]).exists()


def test_a_partner_reads_and_has_no_posts(world, journal, says):
    post = says(world.stranger, "Hello")
    assert journal("get", f"{POSTS}{post.public_id}/").status_code == 200
    said(journal("get", POSTS), 403, "no_profile")
    said(journal("post", POSTS, {"text": "Hello"}), 403, "insufficient_scope")


def test_ones_own_are_listed_page_by_page(world, plage, says):
    account = world.plage.merchant.account
    asked = says(world.mai, "Open?")
    for number in range(5):
        says(account, f"Post {number}", products=[world.plage.product])
    says(account, "Answer", reply_to=asked)
    first = plage("get", f"{POSTS}?limit=2").json()
    assert [each["text"] for each in first["data"]] == ["Answer", "Post 4"]
    second = plage("get", first["next"]).json()
    assert [each["text"] for each in second["data"]] == ["Post 3", "Post 2"]
    rayon = calling(
        keys.make(
            name="r",
            scopes=FOR_SHOPS,
            made_by=world.rayon.owner,
            merchant=world.rayon.merchant,
        )[1]
    )
    said(rayon("get", first["next"]), 400, "invalid_cursor")

    def statements(limit: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert plage("get", f"{POSTS}?limit={limit}&fields=id,products").status_code == 200
        return len(seen)

    statements(6)  # What the posts say is read once.
    assert statements(2) == statements(6) == 4


def test_replies_come_with_the_first_replies_to_them(world, mai, says):
    asked = says(world.stranger, "Who is there?")
    reply = says(world.mai, "I", reply_to=asked)
    for number in range(3):
        says(world.stranger, f"Deeper {number}", reply_to=reply)
    says(world.stranger, "Nobody", reply_to=asked)
    where = f"{POSTS}{asked.public_id}/replies/"
    first = mai("get", f"{where}?limit=1").json()
    [shown] = first["data"]
    assert (shown["text"], shown["more_replies"]) == ("I", True)
    assert [each["text"] for each in shown["first_replies"]] == ["Deeper 0", "Deeper 1"]
    last = mai("get", first["next"]).json()
    assert ([each["text"] for each in last["data"]], last["next"]) == (["Nobody"], None)
    posts.delete(reply)
    gap = mai("get", where).json()["data"][0]
    assert (gap["gone"], gap["author"], gap["text"]) == ("deleted", None, "")
    mai("get", where)
    with CaptureQueriesContext(connection) as few:
        mai("get", f"{where}?limit=1")
    for number in range(4):
        says(world.mai, f"Here {number}", reply_to=says(world.stranger, "So?", reply_to=asked))
    mai("get", where)
    with CaptureQueriesContext(connection) as many:
        assert len(mai("get", where).json()["data"]) == 6
    assert len(few) == len(many)
