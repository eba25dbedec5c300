"""What people of the demo said, answered and liked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalogue.models import Product
from demo import files
from feeds import posts
from feeds.models import Like, Post

# The demo's posts are found again by ids that follow from their keys.
NAMESPACE = UUID("7a0d2f6e-3f0a-5b0e-9d55-0e6f1d3c2b14")


@transaction.atomic
def load() -> int:
    """Publish the posts that are not there yet, oldest first; returns how many.

    A post that somebody has deleted has kept its row, and is not said again.
    """
    said = files.table("posts")["post"]
    ids = {words["key"]: uuid5(NAMESPACE, words["key"]) for words in said}
    known = Post.objects.filter(public_id__in=ids.values())
    present = set(known.values_list("public_id", flat=True))
    fresh = [words for words in said if ids[words["key"]] not in present]
    if not fresh:
        return 0
    people = {user.handle: user for user in User.objects.all()}
    goods = {each.external_id: each for each in Product.objects.shown()}
    now = timezone.now()
    for words in sorted(fresh, key=lambda words: files.span(words["ago"]), reverse=True):
        at = now - files.span(words["ago"])
        post = _say(words, people, goods, at=at, public_id=ids[words["key"]])
        for handle in words.get("likes", []):
            posts.like(post, user=people[handle])
        Like.objects.filter(post=post).update(created_at=at)
        for reply in words.get("reply", []):
            said_at = min(at + files.span(reply["after"]), now)
            _say(reply, people, goods, at=said_at, reply_to=post)
    return len(fresh)


def _say(
    words: dict[str, Any],
    people: dict[str, User],
    goods: dict[str, Product],
    *,
    at: datetime,
    public_id: UUID | None = None,
    reply_to: Post | None = None,
) -> Post:
    post = posts.publish(
        people[words["by"]],
        body=words["text"],
        language=words.get("lang", "en"),
        products=[goods[each] for each in words.get("cards", []) if each in goods],
        reply_to=reply_to,
    )
    post.created_at = at
    post.public_id = public_id or post.public_id
    post.save(update_fields=["created_at", "public_id"])
    return post
