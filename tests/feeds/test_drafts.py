"""What is typed is not lost: left, refused, sent signed out, sent twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalogue.models import Membership, Merchant, Product
from feeds import drafts, posts
from feeds.models import Draft, Post
from tests.market import PASSWORD

KEY = "7655a719-5787-429d-9aa8-334e8934ce1c"


@pytest.fixture
def subject(theo: User) -> Post:
    return posts.publish(theo, body="subject", language="en")


def test_a_draft_comes_back_until_it_is_published(reader: Client, corniche: Product) -> None:
    half = {"draft": KEY, "whole": "1", "body": "Half", "products": [corniche.public_id]}
    assert reader.post("/posts/draft/", half).status_code == 200
    back = reader.get("/posts/new/").content.decode()
    assert f'name="draft" value="{KEY}"' in back
    assert ">\nHalf</textarea>" in back
    assert f'value="{corniche.public_id}" checked' in back
    assert reader.post("/posts/new/", {**half, "body": "Whole"}).status_code == 302
    assert "Half" not in reader.get("/posts/new/").content.decode()
    assert [post.body for post in Post.objects.all()] == ["Whole"]


@pytest.mark.parametrize("button", ["save", "find", "add"])
def test_without_scripts_a_button_keeps_it(reader: Client, button: str) -> None:
    data = {"draft": KEY, "body": "By hand", button: "1"}
    assert "By hand" in reader.post("/posts/new/", data, follow=True).content.decode()
    assert "By hand" in reader.get("/posts/new/").content.decode()
    assert not Post.objects.exists()


def test_a_discarded_draft_is_gone(reader: Client) -> None:
    reader.post("/posts/draft/", {"draft": KEY, "whole": "1", "body": "Nonsense"})
    reader.post("/posts/new/", {"draft": KEY, "body": "Nonsense", "discard": "1"})
    assert "Nonsense" not in reader.get("/posts/new/").content.decode()
    assert not Post.objects.exists()


def test_a_second_press_publishes_nothing_more(reader: Client) -> None:
    for _press in range(2):
        assert reader.post("/posts/new/", {"draft": KEY, "body": "Once"}).status_code == 302
    assert Post.objects.count() == 1


def test_a_late_save_does_not_bring_back_what_is_published(reader: Client) -> None:
    reader.post("/posts/new/", {"draft": KEY, "body": "All of it"})
    reader.post("/posts/draft/", {"draft": KEY, "whole": "1", "body": "All of"})
    assert "All of" not in reader.get("/posts/new/").content.decode()


def test_who_goes_back_to_a_used_page_and_writes_on_loses_nothing(reader: Client) -> None:
    reader.post("/posts/new/", {"draft": KEY, "body": "First"})
    reader.post("/posts/new/", {"draft": KEY, "body": "Second"})
    assert sorted(post.body for post in Post.objects.all()) == ["First", "Second"]


def test_replies_and_quotes_have_drafts_of_their_own(reader: Client, subject: Post) -> None:
    reader.post(
        "/posts/draft/", {"draft": KEY, "reply": subject.public_id, "body": "A reply begun"}
    )
    thread = f"/posts/{subject.public_id}/"
    assert "A reply begun</textarea>" in reader.get(thread).content.decode()
    assert "A reply begun" in reader.get(f"/posts/new/?reply={subject.public_id}").content.decode()
    assert "A reply begun" not in reader.get("/posts/new/").content.decode()
    assert "subject" in reader.get(f"/posts/new/?quote={subject.public_id}").content.decode()
    reader.post(f"{thread}reply/", {"draft": KEY, "body": "A reply ended"})
    assert Post.objects.get(reply_to=subject).body == "A reply ended"
    assert "A reply begun" not in reader.get(thread).content.decode()


def test_a_reply_may_carry_what_a_post_carries(
    reader: Client, subject: Post, corniche: Product
) -> None:
    thread = f"/posts/{subject.public_id}/"
    more = reader.post(f"{thread}reply/", {"draft": KEY, "body": "These", "more": "1"})
    assert more["Location"] == f"/posts/new/?reply={subject.public_id}"
    assert "These" in reader.get(more["Location"]).content.decode()
    data = {"draft": KEY, "reply": subject.public_id, "whole": "1"}
    reader.post("/posts/draft/", {**data, "body": "These", "products": [corniche.public_id]})
    assert "pictures and products of your draft" in reader.get(thread).content.decode()
    reader.post(f"{thread}reply/", {"draft": KEY, "body": "These two"})
    answer = Post.objects.get(reply_to=subject)
    assert [card.product for card in answer.cards.all()] == [corniche]


def test_a_reply_to_what_was_deleted_meanwhile_stays(reader: Client, subject: Post) -> None:
    posts.delete(subject)
    data = {"draft": KEY, "reply": subject.public_id, "body": "Too late"}
    answer = reader.post("/posts/new/", data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Too late" in page
    assert "nobody would see your reply" in page
    assert Post.objects.count() == 1


@pytest.mark.parametrize("place", ["new", "reply"])
def test_what_is_sent_signed_out_waits_for_the_sign_in(
    client: Client, mai: User, subject: Post, place: str
) -> None:
    thread = f"/posts/{subject.public_id}/"
    address = "/posts/new/" if place == "new" else f"{thread}reply/"
    data = {"draft": KEY, "writer": "mai", "body": "Do not lose me"}
    sent = client.post(address, data | ({"reply": subject.public_id} if place == "reply" else {}))
    back = client.post(sent["Location"], {"login": mai.email, "password": PASSWORD})
    assert "Do not lose me" in client.get(back["Location"]).content.decode()
    assert Draft.objects.get().user == mai


def test_it_does_not_wait_for_somebody_else(client: Client, mai: User, theo: User) -> None:
    client.post("/posts/new/", {"writer": "mai", "body": "For my eyes"})
    client.force_login(theo)
    assert "For my eyes" not in client.get("/posts/new/").content.decode()
    assert not Draft.objects.exists()


def test_a_draft_is_its_writers_alone(reader: Client, mai: User, theo: User) -> None:
    reader.post("/posts/draft/", {"draft": KEY, "whole": "1", "body": "Mine"})
    stranger = Client()
    stranger.force_login(theo)
    assert "Mine" not in stranger.get("/posts/new/").content.decode()
    stranger.post("/posts/new/", {"draft": KEY, "body": "Theirs"})
    assert Draft.objects.get(user=mai).body == "Mine"


def test_a_shop_that_one_speaks_for_no_more_is_not_posted_as(
    reader: Client, mai: User, plage: Merchant
) -> None:
    mine = Membership.objects.create(user=mai, merchant=plage, role="editor")
    reader.post(
        "/posts/new/", {"draft": KEY, "body": "Sale", "author": plage.account_id, "save": "1"}
    )
    mine.delete()
    draft = Draft.objects.get()
    with pytest.raises(posts.PostRefused, match="no longer post as Plage"):
        drafts.publish(draft, language="en")
    assert not Post.objects.exists()


def test_old_drafts_are_swept(mai: User) -> None:
    def draft(body: str, *, days: int, post: Post | None = None) -> None:
        made = Draft.objects.create(user=mai, key=uuid4(), body=body, post=post)
        at = timezone.now() - timedelta(days=days)
        Draft.objects.filter(pk=made.pk).update(updated_at=at)

    post = posts.publish(mai, body="said", language="en")
    draft("kept", days=29)
    draft("left", days=31)
    draft("", days=0, post=post)
    draft("", days=2, post=post)
    assert drafts.sweep() == 2
    assert sorted(each.body for each in Draft.objects.all()) == ["", "kept"]
