"""What people do with posts: publish, delete, like, unlike."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from catalogue.models import Product
from catalogue.roles import Capability, memberships
from feeds import interests, post_topics, text
from feeds.models import Hashtag, Like, Mention, Post, ProductCard

MAX_CARDS = 4


class PostRefused(Exception):
    """A post that cannot be published; `message` is for its author."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def may_speak_for(actor: User, author: User) -> bool:
    """Whether `actor` may publish and delete as `author`: themselves, or a shop of theirs that is
    not suspended."""
    if actor.pk == author.pk:
        return True
    held = memberships(actor, capability=Capability.POST)
    return held.filter(merchant__account=author).exists()


def _checked(body: str, products: Sequence[Product]) -> str:
    # Composing a long run of accents takes time with the square of its length.
    tidy = text.tidy(body) if len(body) <= text.MAX_RAW else body
    if not tidy:
        raise PostRefused(_("Write something first."))
    if len(tidy) > text.MAX_LENGTH:
        over = len(tidy) - text.MAX_LENGTH
        sentence = ngettext(
            "This is %(over)s character too long.", "This is %(over)s characters too long.", over
        )
        raise PostRefused(sentence % {"over": over})
    if len(products) > MAX_CARDS:
        raise PostRefused(_("A post carries four products at most."))
    return tidy


def _name(post: Post) -> None:
    """Write the hashtags and mentions of a new post."""
    names = text.hashtags(post.body)
    if names:
        Hashtag.objects.bulk_create([Hashtag(name=name) for name in names], ignore_conflicts=True)
        post.hashtags.set(Hashtag.objects.filter(name__in=names))
    handles = text.handles(post.body)
    if handles:
        people = User.objects.alias(lower=Lower("handle")).filter(lower__in=handles)
        Mention.objects.bulk_create([Mention(post=post, user=person) for person in people])


@transaction.atomic
def publish(
    author: User,
    *,
    body: str,
    language: str,
    products: Sequence[Product] = (),
    reply_to: Post | None = None,
) -> Post:
    """A new post of `author`, with its cards, hashtags and mentions.

    `products` must be shown (callers read them with `shown()` or `on_sale()`). A reply raises its parent's
    count, which locks the parent. Raises PostRefused, with a sentence, for an empty or overlong
    text, more than four products, and a reply to a post that is gone.
    """
    body = _checked(body, products)
    if reply_to is not None:
        parent = Post.objects.visible().filter(pk=reply_to.pk)
        if not parent.update(reply_count=F("reply_count") + 1):
            raise PostRefused(_("This post has been deleted; nobody would see your reply."))
    post = Post.objects.create(
        author=author,
        body=body,
        language=language,
        reply_to=reply_to,
        created_at=timezone.now(),
    )
    ProductCard.objects.bulk_create(
        ProductCard(post=post, product=product, position=position)
        for position, product in enumerate(dict.fromkeys(products))
    )
    _name(post)
    post_topics.write(post)
    interests.touch(author)
    return post


@transaction.atomic
def delete(post: Post) -> bool:
    """Take `post` out of every page; its row stays, for orders came from it.

    Returns whether this call did it. The caller has checked `may_speak_for`.
    """
    gone = Post.objects.visible().filter(pk=post.pk).update(deleted_at=timezone.now())
    if gone and post.reply_to_id is not None:
        Post.objects.filter(pk=post.reply_to_id).update(reply_count=F("reply_count") - 1)
    if gone:
        interests.touch(post.author)
    return bool(gone)


@transaction.atomic
def like(post: Post, *, user: User) -> None:
    """`user` likes `post`; once is enough."""
    _like, new = Like.objects.get_or_create(user=user, post=post)
    if new:
        Post.objects.filter(pk=post.pk).update(like_count=F("like_count") + 1)
        interests.touch(user)


@transaction.atomic
def unlike(post: Post, *, user: User) -> None:
    """Take back a like; without one, nothing."""
    taken, _by_model = Like.objects.filter(user=user, post=post).delete()
    if taken:
        Post.objects.filter(pk=post.pk).update(like_count=F("like_count") - 1)
        interests.touch(user)
