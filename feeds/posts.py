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
from feeds import cards, cart_replies, interests, links, pictures, post_topics, text, told
from feeds.blocks import Apart, refuse_apart
from feeds.models import Hashtag, Like, Mention, PendingImage, Post, ProductCard
from feeds.models.posts import MOST_CODES
from feeds.refusals import Refused
from feeds.visibility import seen_by


class PostRefused(Refused):
    """A post that cannot be published."""


def checked(body: str, products: Sequence[Product]) -> str:
    """`body` as it is kept: see `text.tidy`.

    Raises PostRefused for an empty or overlong text, for a link that no post may hold, and for more
    than four products.
    """
    if len(body) > MOST_CODES or text.is_heaped(body):
        raise PostRefused(_too_long(body))
    tidy = text.tidy(body)
    if not tidy:
        raise PostRefused(_("Write something first."))
    if text.length(tidy) > text.MAX_LENGTH or len(tidy) > MOST_CODES:
        raise PostRefused(_too_long(tidy))
    if refusal := links.refusal(tidy):
        raise PostRefused(refusal)
    if len(set(products)) > cards.MOST:
        raise PostRefused(_("A post carries four products at most."))
    return tidy


def _too_long(body: str) -> str:
    over = text.length(body) - text.MAX_LENGTH
    if over <= 0:
        return _("This text is too long: its letters carry too many marks.")
    sentence = ngettext(
        "This is %(over)s character too long.", "This is %(over)s characters too long.", over
    )
    return sentence % {"over": over}


def write_names(post: Post) -> None:
    """Write the hashtags and mentions of a post that has none; whom a block keeps apart from its
    author it does not mention."""
    names = text.hashtags(post.body)
    if names:
        Hashtag.objects.bulk_create(
            [Hashtag(name=name) for name in sorted(names)], ignore_conflicts=True
        )
        post.hashtags.set(Hashtag.objects.filter(name__in=names))
    handles = text.handles(post.body)
    if handles:
        people = User.objects.alias(lower=Lower("handle")).filter(lower__in=handles)
        people = seen_by(people, post.author, field="pk", muted_too=True)
        Mention.objects.bulk_create([Mention(post=post, user=person) for person in people])


def write_cards(post: Post, products: Sequence[Product]) -> None:
    """Let a post that has none carry `products`, and what its text links to."""
    ProductCard.objects.bulk_create(
        ProductCard(post=post, product=product, position=position)
        for position, product in enumerate(cards.of(post.body, chosen=products))
    )


def reach(author: User, *, post: Post) -> None:
    """Raises PostRefused where a block keeps `author` from whoever wrote `post`."""
    try:
        refuse_apart(author, other=post.author)
    except Apart as refusal:
        raise PostRefused(refusal.message) from None


@transaction.atomic
def publish(
    author: User,
    *,
    body: str,
    language: str,
    products: Sequence[Product] = (),
    images: Sequence[PendingImage] = (),
    reply_to: Post | None = None,
    quote_of: Post | None = None,
    paid_partnership: bool = False,
) -> Post:
    """A new post of `author`, with its cards, pictures, hashtags and mentions.

    `products` must be shown (callers read them with `shown()` or `on_sale()`); what the text links
    to is carried beside them. `paid_partnership`: the author had something for it, which every
    page that shows the post says. The post takes over the files of `images`, which the caller has
    locked with their draft. A reply raises its parent's count and a quote that of the post that it
    quotes (of a repost, both are the original's), which locks them. Raises PostRefused, with a sentence, for
    what `checked` refuses, a reply to or a quote of a post that is gone or of somebody apart, and for
    an author whose profile is closed, as that of a test space always is.
    """
    if not author.is_active:
        raise PostRefused(_("This profile is closed: nobody would see what it posts."))
    body = checked(body, products)
    if reply_to is not None:
        reply_to = reply_to.original
        reach(author, post=reply_to)
        parent = Post.objects.visible().filter(pk=reply_to.pk)
        if not parent.update(reply_count=F("reply_count") + 1):
            raise PostRefused(_("This post has been deleted; nobody would see your reply."))
    if quote_of is not None:
        quote_of = quote_of.original
        reach(author, post=quote_of)
        quoted = Post.objects.visible().filter(pk=quote_of.pk)
        if not quoted.update(quote_count=F("quote_count") + 1):
            raise PostRefused(_("This post has been deleted; it cannot be quoted."))
    post = Post.objects.create(
        author=author,
        body=body,
        language=language,
        reply_to=reply_to,
        quote_of=quote_of,
        paid_partnership=paid_partnership,
        created_at=timezone.now(),
    )
    write_cards(post, products)
    pictures.hand_over(images, post=post)
    write_names(post)
    told.published(post)
    cart_replies.note(post)
    post_topics.write(post)
    interests.touch(author)
    return post


def count_elsewhere(post: Post, *, by: int) -> None:
    """What `post` answers, reposts or quotes counts so many more, or less, of its kind."""
    for other, count in (
        (post.reply_to_id, "reply_count"),
        (post.repost_of_id, "repost_count"),
        (post.quote_of_id, "quote_count"),
    ):
        if other is not None:
            Post.objects.filter(pk=other).update(**{count: F(count) + by})


@transaction.atomic
def delete(post: Post) -> bool:
    """Take `post` out of every page; its row stays, for orders came from it.

    The post that it answers, reposts or quotes counts one less. Returns whether this call did it.
    The caller has checked `authors.may_speak_for`.
    """
    there = Post.objects.visible().filter(pk=post.pk)
    if not there.update(deleted_at=timezone.now()):
        return False
    count_elsewhere(post, by=-1)
    told.unreposted(post)
    interests.touch(post.author)
    return True


@transaction.atomic
def like(post: Post, *, user: User) -> None:
    """`user` likes `post`; once is enough. Raises blocks.Apart."""
    refuse_apart(user, other=post.author)
    like, new = Like.objects.get_or_create(user=user, post=post)
    if new:
        Post.objects.filter(pk=post.pk).update(like_count=F("like_count") + 1)
        told.liked(like)
        interests.touch(user)


@transaction.atomic
def unlike(post: Post, *, user: User) -> None:
    """Take back a like; without one, nothing."""
    like = Like.objects.filter(user=user, post=post).first()
    if like is None:
        return
    taken, _by_model = Like.objects.filter(pk=like.pk).delete()
    if taken:
        Post.objects.filter(pk=post.pk).update(like_count=F("like_count") - 1)
        told.unliked(like)
        interests.touch(user)
