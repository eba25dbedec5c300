"""Whom a person has blocked or muted, and who has blocked them, they meet nowhere; nobody meets the
suspended, nor a post that moderators have hidden.

Each surface of the site is one row: before, it shows the mark of somebody; afterwards it shows
neither that nor anything else of theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from catalogue.models import Drop, Merchant, Product
from feeds import blocks, bookmarks, follows, interests, mutes, posts, reposts
from feeds.models import Post
from feeds.requests import stamp
from tests.feeds.moderating import hidden, staff, suspended
from tests.market import person, product


@dataclass(frozen=True)
class World:
    """Maï reads; Théo, Nora and the shop Foulée are who she is not to meet; Inès talks with them."""

    mai: User
    theo: User
    nora: User
    shop: User
    towel: Product
    words: Post
    asked: Post
    answer: Post
    mention: Post
    quote: Post

    def who(self, name: str) -> User:
        return {"theo": self.theo, "nora": self.nora}.get(name, self.shop)


def said(author: User, body: str, *, to: Post | None = None, about: Product | None = None) -> Post:
    carried = [about] if about else []
    return posts.publish(author, body=body, language="en", products=carried, reply_to=to)


@pytest.fixture
def world(mai: User, theo: User, plage: Merchant, foulee: Merchant) -> World:
    ines = person("ines", "Inès Caro")
    towel = product(plage, "Towel", price=2000)
    words = said(theo, "Spoken by T. #sea #lamp", about=towel)
    asked = said(ines, "Who is there?")
    said(theo, "Answered by T.", to=asked)
    said(theo, "Deeper by T.", to=said(ines, "Nobody?", to=asked))
    mention = said(ines, "Only @theo knows")
    answer = said(ines, "I agree", to=words)
    posts.like(words, user=ines)
    quote = posts.publish(ines, body="Inès quotes", language="en", quote_of=words)
    reposts.repost(words, user=ines)
    reposts.repost(asked, user=theo)
    bookmarks.bookmark(words, user=mai)
    posts.like(words, user=mai)
    follows.follow(ines, followed=theo)
    follows.follow(theo, followed=ines)
    follows.follow(mai, followed=theo)
    follows.follow(theo, followed=mai)
    interests.read_due()
    Drop.objects.create(product=product(foulee, "Spikes", price=9000), opens_at=timezone.now())
    nora = person("nora", "Nora Petit")
    said(nora, "Good morning")
    return World(mai, theo, nora, foulee.account, towel, words, asked, answer, mention, quote)


@dataclass(frozen=True)
class Surface:
    """A page of Maï's and the mark that somebody leaves on it.

    `is_theirs`: they are what it is about, so that another stands in its place and says who it is.
    """

    name: str
    address: Callable[[World], str]
    mark: str
    who: str = "theo"
    is_theirs: bool = False


def spikes(world: World) -> str:
    return f"/search/?q=/products/{Product.objects.get(title='Spikes').public_id}/spikes/"


def at(address: str) -> Callable[[World], str]:
    return lambda world: address


TODAY = urlencode(
    {
        "since": stamp(timezone.now() - timedelta(days=1)),
        "until": stamp(timezone.now() + timedelta(days=1)),
    }
)
WORDS = "Spoken by T."
LINK = 'href="/@theo/"'
SHOP = 'href="/@foulee/"'
SURFACES = [
    Surface("Market", at("/"), WORDS),
    Surface("Following", at("/following/"), WORDS),
    Surface("a hashtag", at("/tags/sea/"), WORDS),
    Surface("the count of a hashtag", at("/tags/sea/"), "1 post"),
    Surface("a product's posts", lambda w: f"/products/{w.towel.public_id}/towel/", WORDS),
    Surface("replies", lambda w: f"/posts/{w.asked.public_id}/", "Answered by T."),
    Surface("replies to replies", lambda w: f"/posts/{w.asked.public_id}/", "Deeper by T."),
    Surface("what a reply answers", lambda w: f"/posts/{w.answer.public_id}/", WORDS),
    Surface("a quoted post", lambda w: f"/posts/{w.quote.public_id}/", WORDS),
    Surface("who reposted", at("/following/"), "</a> reposted"),
    Surface("reposts of their posts", at("/@ines/"), WORDS),
    Surface("bookmarks", at("/bookmarks/"), WORDS),
    Surface("notices", at("/notifications/"), "follows you"),
    Surface("new posts of Market", at(f"/news/market/posts/?{TODAY}"), WORDS),
    Surface("a mention's link", lambda w: f"/posts/{w.mention.public_id}/", LINK),
    Surface("what somebody likes", at("/@ines/likes/"), WORDS),
    Surface("followers", at("/@ines/followers/"), LINK),
    Surface("the followed", at("/@ines/following/"), LINK),
    Surface("people found", at("/search/?q=théo"), LINK),
    Surface("shops found", at("/search/?q=foul"), SHOP, who="shop"),
    Surface("people alike", at("/search/?q=theo+marni&in=people"), LINK),
    Surface("a handle found", at("/search/?q=@theo"), LINK),
    Surface("posts found", at("/search/?q=spoken"), WORDS),
    Surface("replies found", at("/search/?q=answered&in=posts"), "Answered by T."),
    Surface("products found", at("/search/?q=spike"), "Spikes", who="shop"),
    Surface("a product's address found", spikes, "Spikes", who="shop"),
    Surface("products to attach", at("/posts/products/?q=spike"), "Spikes", who="shop"),
    Surface("hashtags found", at("/search/?q=sea&in=hashtags"), 'href="/tags/sea/"'),
    Surface("trending hashtags", at("/explore/tags/"), 'href="/tags/sea/"'),
    Surface("posts to explore", at("/explore/"), WORDS),
    Surface("people to follow", at("/explore/people/"), 'href="/@nora/"', who="nora"),
    Surface("new products", at("/explore/new/"), "Spikes", who="shop"),
    Surface("shops to visit", at("/explore/"), SHOP, who="shop"),
    Surface("all shops to visit", at("/explore/shops/"), SHOP, who="shop"),
    Surface("shops beside a page", at("/"), SHOP, who="shop"),
    Surface("drops", at("/drops/"), "Spikes", who="shop"),
    Surface("interests", at("/me/interests/"), WORDS),
    Surface("interests by a follow", at("/me/interests/"), "You follow @theo"),
    Surface("why", lambda w: f"/posts/{w.words.public_id}/why/", WORDS, is_theirs=True),
    Surface("history", lambda w: f"/posts/{w.words.public_id}/history/", WORDS, is_theirs=True),
]


def suspend(them: User) -> None:
    suspended(them, by=staff())
    caches["regions"].clear()  # Where a suspended shop may stand for a minute.


RELATIONS: dict[str, Callable[[User, User], None]] = {
    "blocked by me": lambda me, them: blocks.block(me, blocked=them),
    "blocked me": lambda me, them: blocks.block(them, blocked=me),
    "muted by me": lambda me, them: mutes.mute(me, muted=them),
    "suspended": lambda me, them: suspend(them),
}


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
def test_the_blocked_and_muted_appear_nowhere(
    reader: Client, world: World, surface: Surface, relation: str
) -> None:
    address, them = surface.address(world), world.who(surface.who)
    assert surface.mark in reader.get(address).content.decode()
    RELATIONS[relation](world.mai, them)
    page = reader.get(address)
    shown = page.content.decode()
    assert surface.mark not in shown
    if surface.is_theirs:
        return
    assert page.status_code == 200
    for mark in (them.display_name, f'href="/@{them.handle}/"'):
        assert mark not in shown


# Where a post itself leaves the mark, not who its author is.
SHOWN_BY_POSTS = (WORDS, "Answered by T.", "Deeper by T.", "1 post")
OF_POSTS = [surface for surface in SURFACES if surface.mark in SHOWN_BY_POSTS]


def hide_all(them: User) -> None:
    ana = staff()
    for post in Post.objects.visible().filter(author=them, repost_of=None):
        hidden(post, by=ana)


@pytest.mark.parametrize("viewer", ["mai", "theo"])
@pytest.mark.parametrize("surface", OF_POSTS, ids=lambda surface: surface.name)
def test_a_hidden_post_appears_nowhere_not_even_to_its_author(
    world: World, surface: Surface, viewer: str
) -> None:
    """Its author finds it on its own page alone: see test_decisions.py."""
    browser = Client()
    browser.force_login(getattr(world, viewer))
    address = surface.address(world)
    if viewer == "mai":
        assert surface.mark in browser.get(address).content.decode()
    hide_all(world.theo)
    page = browser.get(address)
    assert surface.mark not in page.content.decode()
    assert page.status_code == (404 if surface.is_theirs else 200)


def test_a_hidden_post_is_not_in_what_is_posted_about_it(world: World) -> None:
    """What others were told of it goes too: replies, quotes, mentions and likes of it."""
    browser = Client()
    browser.force_login(world.theo)
    assert "replied to your post" in browser.get("/notifications/").content.decode()
    reply = Post.objects.get(body="Answered by T.")
    hidden(reply, by=staff())
    ines = Client()
    ines.force_login(reply.reply_to.author)
    page = ines.get("/notifications/").content.decode()
    assert "Answered by T." not in page
