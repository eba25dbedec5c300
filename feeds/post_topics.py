"""Writing down what posts are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction

from catalogue.models import Product
from feeds import topics
from feeds.models import Post, PostTopic, ProductCard

# Posts whose topics are written in one transaction, for which likes of them wait.
BATCH = 500


def _of(post: Post, goods: Sequence[Product]) -> list[str]:
    words = [word for product in goods for word in (product.title, *product.tags)]
    slugs = [product.category.slug for product in goods if product.category]
    return topics.of(post.body, goods=words, categories=slugs)


def found(post: Post) -> list[str]:
    """The topics of a post's text, of its cards and of what their products are filed under."""
    return _of(post, [card.product for card in post.cards.select_related("product__category")])


@transaction.atomic
def write(post: Post) -> None:
    """Keep the topics of `post` as it reads now: for a new post and for an edited one."""
    now = found(post)
    PostTopic.objects.filter(post=post).exclude(topic__in=now).delete()
    PostTopic.objects.bulk_create(
        [PostTopic(post=post, topic=topic) for topic in now], ignore_conflicts=True
    )


@transaction.atomic
def write_missing(*, before: int | None = None) -> tuple[int | None, int]:
    """Write the topics of the newest BATCH posts that have none, of those whose keys are below
    `before`: of posts from before there were topics, or that came by another way.

    Returns the lowest key that was looked at, behind which to go on (None at the end), and how many
    posts got topics. Locks the posts, for which their editing waits and which are read as they are
    after it; what is written once stays as it is when it is asked again.
    """
    posts = Post.objects.filter(deleted_at=None, repost_of=None, topics=None)
    if before is not None:
        posts = posts.filter(pk__lt=before)
    keys = list(posts.order_by("-pk").values_list("pk", flat=True)[:BATCH])
    if not keys:
        return None, 0
    locked = Post.objects.filter(pk__in=keys).select_for_update(no_key=True).order_by("pk")
    goods: defaultdict[int, list[Product]] = defaultdict(list)
    batch = list(locked)
    for card in ProductCard.objects.filter(post__in=keys).select_related("product__category"):
        goods[card.post_id].append(card.product)
    about = {post.pk: _of(post, goods[post.pk]) for post in batch}
    rows = [PostTopic(post_id=key, topic=topic) for key, named in about.items() for topic in named]
    PostTopic.objects.bulk_create(rows, ignore_conflicts=True)
    return keys[-1], sum(1 for named in about.values() if named)
