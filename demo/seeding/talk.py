"""Seeded posts with all that hangs on them, and their likes."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from demo.seeding import words
from demo.seeding.chance import DAY, Ids, Skewed, stamp, zipf
from demo.seeding.goods import Shelf
from demo.seeding.plan import NOWHERE, QUOTE, REPLY, REPOST, Plan
from demo.seeding.tables import Rows
from demo.seeding.users import Crowd, likers
from feeds import topics
from feeds.models import Hashtag, Like, Mention, Post, PostHashtag, PostTopic, ProductCard

CARDS = (0,) * 45 + (1,) * 50 + (2,) * 5  # how many a post of a person carries
TAGGED, MENTIONS, ANSWERS_BY_NAME = 0.5, 0.03, 0.3


@lru_cache(maxsize=2**16)
def about(noun: str, tags: tuple[str, ...], kinds: tuple[int, ...]) -> list[str]:
    """The topics of a text with these words that matter, and of goods of these kinds."""
    carried = [words.KINDS[kind] for kind in kinds]
    return topics.of(
        " ".join((noun, *tags)),
        goods=[kind.en for kind in carried],
        categories=[kind.category for kind in carried],
    )


class Said(NamedTuple):
    """What a post says: its text about a kind of goods, and what it names by number."""

    body: str = ""
    kind: int = 0
    goods: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    mentioned: tuple[int, ...] = ()


class Talk:
    """Writes the posts of a plan, each with its cards, hashtags, mentions and topics."""

    def __init__(self, crowd: Crowd, shelf: Shelf, plan: Plan) -> None:
        self.crowd, self.shelf, self.plan = crowd, shelf, plan
        self.chance = plan.seed.chance("talk")
        self.ids = Ids(plan.seed.chance("posts"))
        self.kinds = Skewed(zipf(len(words.KINDS), exponent=0.7))
        self.tags = Skewed(zipf(len(words.TAGS), exponent=1.0))
        self.named = _tags()
        self.posts = Rows(
            Post,
            *("public_id", "author_id", "body", "language", "reply_to_id", "repost_of_id"),
            *("quote_of_id", "like_count", "reply_count", "repost_count", "quote_count"),
            *("created_at", "deleted_at"),
        )
        self.cards = Rows(ProductCard, "post_id", "product_id", "position")
        self.tagged = Rows(PostHashtag, "post_id", "hashtag_id")
        self.mentions = Rows(Mention, "post_id", "user_id")
        self.topics = Rows(PostTopic, "post_id", "topic")

    def write(self, number: int) -> None:
        """The `number`th post; the one before it is written."""
        plan, crowd = self.plan, self.crowd
        act, author, other = plan.act[number], plan.author[number], plan.target[number]
        at = plan.at(number)
        language = crowd.language(plan.author[other] if act == REPOST else author)
        said = self._said(number, language)
        target = None if other == NOWHERE else self.posts.first + other
        post = self.posts.add(
            *(self.ids.of(at), crowd.first + author, said.body, language),
            *(target if act == kind else None for kind in (REPLY, REPOST, QUOTE)),
            *(plan.likes[number], plan.replies[number], plan.reposts[number], plan.quotes[number]),
            *(stamp(at), stamp(at) if plan.deleted[number] else None),
        )
        for place, product in enumerate(said.goods):
            self.cards.add_plain(post, self.shelf.first + product, place)
        for tag in said.tags:
            self.tagged.add_plain(post, self.named[tag])
        for person in said.mentioned:
            self.mentions.add_plain(post, crowd.first + person)
        if act not in (REPLY, REPOST):
            kinds = tuple(self.shelf.kind[each] for each in said.goods)
            for topic in about(words.KINDS[said.kind].noun(language), said.tags, kinds):
                self.topics.add_plain(post, topic)

    def _said(self, number: int, language: str) -> Said:
        act = self.plan.act[number]
        if act == REPOST:
            return Said()
        if act == REPLY:
            return self._reply(self.plan.author[self.plan.target[number]], language)
        return self._post(self.plan.author[number], language)

    def _reply(self, other: int, language: str) -> Said:
        text = words.answered(language=language, chance=self.chance)
        if self.chance.random() < ANSWERS_BY_NAME and self.crowd.is_active(other):
            return Said(f"@{self.crowd.handle(other)} {text}", mentioned=(other,))
        return Said(text)

    def _post(self, author: int, language: str) -> Said:
        goods = self._goods(author)
        kind = self.shelf.kind[goods[0]] if goods else self.kinds.some(self.chance, 1)[0]
        parts = [words.said(words.KINDS[kind], language=language, chance=self.chance)]
        mentioned: tuple[int, ...] = ()
        if self.chance.random() < MENTIONS:
            other = self.chance.randrange(self.crowd.users)
            if self.crowd.is_active(other):
                mentioned = (other,)
                parts.append(f"@{self.crowd.handle(other)}")
        tags: tuple[str, ...] = ()
        if self.chance.random() < TAGGED:
            numbers = self.tags.distinct(self.chance, self.chance.randint(1, 2))
            tags = tuple(words.TAGS[each] for each in numbers)
            parts += [f"#{tag}" for tag in tags]
        return Said(" ".join(parts), kind, goods, tags, mentioned)

    def _goods(self, author: int) -> tuple[int, ...]:
        """What the post carries: a shop's own, a person's anybody's."""
        if self.crowd.is_shop(author):
            own = self.shelf.of_shop(author - self.crowd.people, self.chance)
            return () if own is None else (own,)
        count = min(self.chance.choice(CARDS), self.shelf.count)
        return tuple(self.shelf.fame.distinct(self.chance, count)) if count else ()

    def close(self) -> int:
        """Returns how many rows there were."""
        tables = (self.posts, self.cards, self.tagged, self.mentions, self.topics)
        return sum(rows.close() for rows in tables)


def _tags() -> dict[str, int]:
    """The keys of the hashtags, made where they are not there."""
    Hashtag.objects.bulk_create([Hashtag(name=tag) for tag in words.TAGS], ignore_conflicts=True)
    found = Hashtag.objects.filter(name__in=words.TAGS)
    return dict(found.values_list("name", "pk"))


class Likes:
    """Writes the likes of a plan, post by post."""

    def __init__(self, crowd: Crowd, plan: Plan, *, first: int) -> None:
        self.crowd, self.plan, self.first = crowd, plan, first
        self.chance = plan.seed.chance("likes")
        self.who = likers(crowd)
        self.rows = Rows(Like, "user_id", "post_id", "created_at")

    def write(self, number: int) -> None:
        """Those of the `number`th post."""
        count = self.plan.likes[number]
        if not count:
            return
        at, until = self.plan.at(number), self.plan.until
        for person in self.who.distinct(self.chance, count):
            moment = min(at + self.chance.expovariate(1 / DAY), until)
            self.rows.add_plain(self.crowd.first + person, self.first + number, stamp(moment))
