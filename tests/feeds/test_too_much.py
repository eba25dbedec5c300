"""What one person sends, keeps and asks for has bounds."""

from __future__ import annotations

from uuid import uuid4

import pytest
import regex
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from catalogue.models import Product
from feeds import (
    blocks,
    drafts,
    edits,
    follows,
    interests,
    market,
    notifications,
    posts,
    readings,
    reposts,
    text,
)
from feeds.drafts import Place, Written
from feeds.models import Draft, NoticeType, Post, PostRevision
from feeds.posts import PostRefused
from feeds.search import products
from feeds.timelines import reader_of
from shopping import queries
from tests.market import person


def test_a_search_is_so_long_and_no_longer(corniche: Product) -> None:
    query = queries.query("corniche " + " ".join(f"w{n}" for n in range(500)))
    assert len(query.text) <= queries.LONGEST
    assert len(query.words) == queries.MOST_WORDS
    found = products.ids(queries.query("corniche " * 500), reader=reader_of(None, country="FR"))
    assert found.ids == [corniche.pk]


@pytest.mark.parametrize(
    "body", ["🇫🇷🇫🇷🇫", "a🇫🇷\u0301b", "🇫🇷🏽🇩🇪\u200d🇪", "👨‍👩‍👧🇫", "e\u0301🇫🇷🇫🇷é"]
)
def test_flags_are_counted_as_the_standard_counts_them(body: str) -> None:
    assert text.length(body) == len(regex.findall(r"\X", body))


def test_a_post_is_edited_so_often_and_no_more(theo: User) -> None:
    post = posts.publish(theo, body="first", language="en")
    PostRevision.objects.bulk_create(
        PostRevision(post=post, body=str(n), written_at=post.created_at)
        for n in range(edits.MOST_REVISIONS - 1)
    )
    assert edits.edit(post, body="once more", products=[])
    with pytest.raises(PostRefused, match="edited often enough"):
        edits.edit(post, body="and again", products=[])
    assert Post.objects.get().body == "once more"


@pytest.mark.django_db
def test_the_session_of_a_stranger_holds_no_more_than_a_form(client: Client) -> None:
    long = "x" * 100_000
    sent = dict.fromkeys(("body", "writer", "reply", "quote", "products"), long)
    assert client.post("/posts/new/", sent).status_code == 302
    held = len(Session.objects.get().session_data)
    assert held < 2 * drafts.MOST_TYPED


def test_the_oldest_drafts_make_room(mai: User) -> None:
    made = [
        drafts.keep(mai, uuid4(), place=Place(), written=Written(body=f"draft {n}"))
        for n in range(drafts.MOST_OPEN + 2)
    ]
    kept = set(Draft.objects.values_list("pk", flat=True))
    assert kept == {draft.pk for draft in made[2:]}


def test_a_repost_is_no_way_around_a_block(reader: Client, mai: User, theo: User) -> None:
    """The reply is to the original, whose author is asked."""
    words = posts.publish(theo, body="Words", language="en")
    ines = person("ines", "Inès Caro")
    reposts.repost(words, user=ines)
    brought = Post.objects.get(repost_of=words)
    sent = {"body": "Answer", "reply": brought.public_id}
    assert reader.post("/posts/new/", sent).status_code == 302
    assert Post.objects.get(body="Answer").reply_to == words
    blocks.block(theo, blocked=mai)
    assert reader.post("/posts/new/", sent | {"body": "Again"}).status_code == 422
    with pytest.raises(PostRefused):
        posts.publish(mai, body="Again", language="en", reply_to=brought)
    assert not Post.objects.filter(body="Again").exists()


def test_what_is_gone_is_not_read_by_its_notice(reader: Client, mai: User, theo: User) -> None:
    words = posts.publish(theo, body="Between us @mai", language="en")
    notice = mai.notifications.get()
    posts.delete(words)
    assert reader.post(f"/notifications/{notice.public_id}/read/").status_code == 404
    follows.follow(theo, followed=mai)
    followed = mai.notifications.get(type=NoticeType.FOLLOW)
    blocks.block(mai, blocked=theo)
    assert reader.post(f"/notifications/{followed.public_id}/read/").status_code == 404
    assert notifications.tell(mai.pk, NoticeType.ORDER, reference="order:1")
    order = mai.notifications.get(type=NoticeType.ORDER)
    assert reader.post(f"/notifications/{order.public_id}/read/").status_code == 302


def test_the_last_readings_of_a_person_are_kept(mai: User, theo: User) -> None:
    posts.publish(theo, body="A lamp", language="en")
    assert interests.choose(mai, topic="lighting")
    who = reader_of(mai, country="FR")
    tokens = [market.read(who).reading for _time in range(readings.MOST_OWN + 2)]
    held = [readings.find(token, user_id=mai.pk, since=None) is not None for token in tokens]
    assert held == [False, False] + [True] * readings.MOST_OWN
