"""Writing down what posts are about."""

from __future__ import annotations

from django.db import transaction

from feeds import topics
from feeds.models import Post, PostTopic


def found(post: Post) -> list[str]:
    """The topics of a post's text, of its cards and of what their products are filed under."""
    goods = [card.product for card in post.cards.select_related("product__category")]
    words = [word for product in goods for word in (product.title, *product.tags)]
    slugs = [product.category.slug for product in goods if product.category]
    return topics.of(post.body, goods=words, categories=slugs)


@transaction.atomic
def write(post: Post) -> None:
    """Keep the topics of `post` as it reads now: for a new post and for an edited one."""
    now = found(post)
    PostTopic.objects.filter(post=post).exclude(topic__in=now).delete()
    PostTopic.objects.bulk_create(
        [PostTopic(post=post, topic=topic) for topic in now], ignore_conflicts=True
    )
