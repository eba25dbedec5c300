"""Publishing, replying, liking, following, deleting: over HTTP, as the pages' forms do it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from catalogue.models import Membership, Merchant, Product
from feeds import posts, text
from feeds.models import Follow, Like, Post
from tests.market import product


def test_a_post_with_a_product_appears_in_the_market(reader: Client, corniche: Product) -> None:
    answer = reader.post(
        "/posts/new/", {"body": "Found these #beach", "products": [str(corniche.public_id)]}
    )
    assert answer.status_code == 302
    page = reader.get("/").content.decode()
    assert "Found these" in page
    assert f"/buy/{corniche.public_id}/?post={Post.objects.get().public_id}" in page


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("  \n ", "Write something first."),
        ("é" * 503, "This is 3 characters too long."),
    ],
)
def test_a_refused_post_keeps_what_was_typed(
    reader: Client, corniche: Product, body: str, sentence: str
) -> None:
    answer = reader.post("/posts/new/", {"body": body, "products": [str(corniche.public_id)]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert body.strip() in page
    assert f'value="{corniche.public_id}" checked' in page
    assert not Post.objects.exists()


def test_a_text_of_the_full_length_is_published(reader: Client) -> None:
    assert reader.post("/posts/new/", {"body": "é" * 500}).status_code == 302
    assert Post.objects.get().body == "é" * 500


def test_who_published_sees_the_post(reader: Client) -> None:
    answer = reader.post("/posts/new/", {"body": "Here it is"}, follow=True)
    post = Post.objects.get()
    assert answer.redirect_chain == [(f"/posts/{post.public_id}/", 302)]
    assert "Your post is published." in answer.content.decode()


def test_five_products_are_too_many(reader: Client, plage: Merchant) -> None:
    five = [product(plage, f"Towel {number}", price=100).public_id for number in range(5)]
    answer = reader.post("/posts/new/", {"body": "all", "products": five})
    assert answer.status_code == 422
    assert not Post.objects.exists()


@pytest.mark.parametrize("chosen", ["no-uuid", "7655a719-5787-429d-9aa8-334e8934ce1c"])
def test_an_unknown_product_is_refused(reader: Client, chosen: str) -> None:
    answer = reader.post("/posts/new/", {"body": "look", "products": [chosen]})
    assert answer.status_code == 422
    assert "look" in answer.content.decode()
    assert not Post.objects.exists()


def test_an_archived_product_is_refused(reader: Client, corniche: Product) -> None:
    Product.objects.update(status=Product.Status.ARCHIVED)
    data = {"body": "look", "products": [str(corniche.public_id)]}
    assert reader.post("/posts/new/", data).status_code == 422
    assert not Post.objects.exists()


def test_finding_a_product_keeps_the_text_and_writes_nothing(
    reader: Client, corniche: Product
) -> None:
    for query in ("flip", f"http://testserver/products/{corniche.public_id}/corniche/"):
        answer = reader.post("/posts/new/", {"body": "half a post", "q": query, "find": "1"})
        page = answer.content.decode()
        assert "half a post" in page
        assert f'value="{corniche.public_id}"' in page
    assert not Post.objects.exists()


def test_only_an_editor_speaks_for_a_shop(reader: Client, mai: User, plage: Merchant) -> None:
    data = {"body": "sale", "author": str(plage.account.pk)}
    assert reader.post("/posts/new/", data).status_code == 422
    membership = Membership.objects.create(user=mai, merchant=plage, role="read_only")
    assert reader.post("/posts/new/", data).status_code == 422
    Membership.objects.filter(pk=membership.pk).update(role="editor")
    assert reader.post("/posts/new/", data).status_code == 302
    assert Post.objects.get().author == plage.account


def test_a_text_that_takes_long_to_compose_is_not_composed(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of accents on one letter kept a web process busy for a quarter of a minute."""
    composed: list[str] = []
    monkeypatch.setattr(text, "tidy", composed.append)
    body = "a" + "\u0301" * 20_000 + "\u0316" * 20_000
    answer = reader.post("/posts/new/", {"body": body})
    assert answer.status_code == 422
    assert "too long" in answer.content.decode()
    assert composed == []
    assert not Post.objects.exists()


def test_a_tag_that_grows_in_lower_case_is_cut(reader: Client) -> None:
    assert reader.post("/posts/new/", {"body": "#" + "İ" * 60}).status_code == 302
    assert len(Post.objects.get().hashtags.get().name) == text.MAX_TAG
    assert reader.get("/").status_code == 200


def test_a_reply_counts_and_an_empty_one_does_not(reader: Client, theo: User) -> None:
    subject = posts.publish(theo, body="subject", language="en")
    address = f"/posts/{subject.public_id}/"
    assert reader.post(f"{address}reply/", {"body": "  "}).status_code == 422
    kept = reader.post(f"{address}reply/", {"body": "x" * 501})
    assert kept.status_code == 422
    assert "x" * 501 in kept.content.decode()
    reader.post(f"{address}reply/", {"body": "an answer"})
    subject.refresh_from_db()
    assert subject.reply_count == 1
    assert "an answer" in reader.get(address).content.decode()


def test_nobody_replies_to_a_deleted_post(mai: User, theo: User) -> None:
    subject = posts.publish(theo, body="subject", language="en")
    posts.delete(subject)
    with pytest.raises(posts.PostRefused):
        posts.publish(mai, body="too late", language="en", reply_to=subject)
    assert Post.objects.count() == 1


def test_liking_twice_is_one_like_and_unliking_takes_it_back(reader: Client, theo: User) -> None:
    subject = posts.publish(theo, body="subject", language="en")
    address = f"/posts/{subject.public_id}/like/"
    for _press in range(2):
        answer = reader.post(address, {"liked": "yes"}, headers={"Accept": "application/json"})
        assert answer.json() == {"on": True, "count": 1, "label": "Like, 1 like"}
    assert 'aria-pressed="true" aria-label="Like, 1 like"' in reader.get("/").content.decode()
    for _press in range(2):
        answer = reader.post(address, {"liked": "no"}, headers={"Accept": "application/json"})
        assert answer.json() == {"on": False, "count": 0, "label": "Like, 0 likes"}
    assert not Like.objects.exists()


def test_without_script_a_like_leads_back_to_where_it_was_given(reader: Client, theo: User) -> None:
    subject = posts.publish(theo, body="subject", language="en")
    address = f"/posts/{subject.public_id}/like/"
    back = reader.post(address, {"liked": "yes"}, headers={"Referer": "http://testserver/drops/"})
    assert back["Location"] == "http://testserver/drops/"
    away = reader.post(address, {"liked": "yes"}, headers={"Referer": "http://elsewhere.example/"})
    assert away["Location"] == f"/posts/{subject.public_id}/"


def test_following_and_unfollowing(reader: Client, mai: User, plage: Merchant) -> None:
    for _press in range(2):
        reader.post("/@plagefils/follow/", {"follow": "yes"})
    assert Follow.objects.filter(follower=mai, followed=plage.account).count() == 1
    assert ">Following</button>" in reader.get("/@plagefils/").content.decode()
    reader.post("/@plagefils/follow/", {"follow": "no"})
    reader.post("/@mai/follow/", {"follow": "yes"})
    assert not Follow.objects.exists()


def test_only_its_author_deletes_a_post(reader: Client, client: Client, mai: User) -> None:
    stranger = User.objects.create_user("s@etal.example", handle="s2", display_name="S")
    theirs = posts.publish(stranger, body="theirs", language="en")
    mine = posts.publish(mai, body="mine", language="en")
    answer = posts.publish(mai, body="answer", language="en", reply_to=theirs)
    assert reader.post(f"/posts/{theirs.public_id}/delete/").status_code == 403
    assert reader.post(f"/posts/{mine.public_id}/delete/").status_code == 302
    assert reader.post(f"/posts/{answer.public_id}/delete/").status_code == 302
    assert list(Post.objects.visible()) == [theirs]
    theirs.refresh_from_db()
    assert theirs.reply_count == 0
    assert reader.get(f"/posts/{mine.public_id}/").status_code == 404


@pytest.mark.parametrize("verb", ["like", "reply", "delete"])
def test_signed_out_verbs_lead_to_signing_in(client: Client, theo: User, verb: str) -> None:
    subject = posts.publish(theo, body="subject", language="en")
    answer = client.post(f"/posts/{subject.public_id}/{verb}/", {"body": "x", "liked": "yes"})
    assert answer["Location"].startswith("/accounts/login/?next=")
    assert Post.objects.visible().count() == 1
    assert not Like.objects.exists()


def test_a_form_without_its_token_is_refused(mai: User, theo: User) -> None:
    subject = posts.publish(theo, body="subject", language="en")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mai)
    answer = browser.post(f"/posts/{subject.public_id}/like/", {"liked": "yes"})
    assert answer.status_code == 403
    assert "This page was open for too long" in answer.content.decode()
    assert not Like.objects.exists()
