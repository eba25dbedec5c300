# ruff: noqa: S608 - the text is made of texts of our own, never of input
"""Replies with `#cart`: what the feed leaves for the checkout, and what it knows of where one stands.

The row is written with the reply. A message to a worker is only a hint: whoever finds the row first
answers it, and `checkout.cart_replies` says how.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from feeds import authors, text
from feeds.models import CartReply, Post
from feeds.models.posts import there_at
from feeds.visibility import seen, there
from shopping.hints import wake

ANSWER = "checkout.answer_cart_reply"
MOST = 10  # in WINDOW, of one person
WINDOW = timedelta(minutes=1)
# How far up a conversation a product is looked for.
STEPS = 10
# How many of a person's own replies a page of a conversation looks through.
SHOWN = 50

# The nearest post with a card: the one replied to, then what it quotes, then what it replies to.
CARRIER = f"""
WITH RECURSIVE up AS (
    SELECT p.id, p.reply_to_id, p.quote_of_id, p.repost_of_id, 1 AS step
    FROM feeds_post p WHERE p.id = %(post)s
    UNION ALL
    SELECT p.id, p.reply_to_id, p.quote_of_id, p.repost_of_id, up.step + 1
    FROM up JOIN feeds_post p ON p.id = up.reply_to_id WHERE up.step < %(steps)s
)
SELECT p.id FROM up
CROSS JOIN LATERAL unnest(ARRAY[up.id, up.quote_of_id, up.repost_of_id])
    WITH ORDINALITY AS near (id, place)
JOIN feeds_post p ON p.id = near.id
WHERE {there("p")} AND {seen("p", muted_too=True)}
    AND EXISTS (SELECT FROM feeds_productcard card WHERE card.post_id = p.id)
ORDER BY up.step, near.place LIMIT 1
"""


def asks(body: str) -> bool:
    """Whether `body` holds one of the tags of CART_HASHTAGS, in any language."""
    return not set(text.hashtags(body)).isdisjoint(settings.CART_HASHTAGS.values())


def note(post: Post) -> None:
    """Leave word for the checkout where the new `post` is a reply that asks for a product.

    For the transaction that publishes it; a worker is woken once that commits. Who asks too often is
    told so by the row, and nobody is woken.
    """
    if post.reply_to_id is None or not asks(post.body):
        return
    now = timezone.now()
    user = None if post.author.is_shop else post.author
    row = CartReply(post=post, user=user, asked=post.body, due_at=now)
    if user is not None and seconds_to_wait(user):
        row.state, row.due_at, row.answered_at = CartReply.State.TOO_OFTEN, None, now
    row.save()
    if row.state == CartReply.State.WANTED:
        wake(ANSWER, row.pk)


def seconds_to_wait(user: User) -> int:
    """Seconds until `user` may ask once more; 0 where they need not wait.

    What was refused for this does not prolong it.
    """
    if not settings.LIMIT_VISITORS:
        return 0
    now = timezone.now()
    latest = CartReply.objects.filter(user=user, created_at__gt=now - WINDOW)
    latest = latest.exclude(state=CartReply.State.TOO_OFTEN)
    times = latest.order_by("-created_at").values_list("created_at", flat=True)[:MOST]
    oldest = list(times)[MOST - 1 :]
    return max(int((oldest[0] + WINDOW - now).total_seconds()) + 1, 1) if oldest else 0


def carrier(reply: CartReply) -> Post | None:
    """The post whose cards `reply` means: the nearest that its author may see; None without one."""
    return carrier_at(reply.post.reply_to_id, viewer_id=reply.user_id)


def carrier_at(post_id: int | None, *, viewer_id: int | None) -> Post | None:
    """The nearest post with a card that the viewer may see, from the one with this key upwards."""
    values = {"post": post_id, "steps": STEPS, "viewer": viewer_id}
    with connection.cursor() as cursor:
        cursor.execute(CARRIER, values)
        found = cursor.fetchone()
    return Post.objects.get(pk=found[0]) if found else None


def read_by(user: User) -> QuerySet[CartReply]:
    """Those that `user` may read, with all that their boxes show: their own, and those of shops that
    they post for."""
    shops = authors.shops_of(user).values("pk")
    visible = CartReply.objects.filter(there_at("post__"))
    mine = visible.filter(Q(user=user) | Q(user=None, post__author__in=shops))
    return mine.select_related(
        "post", "user", "product__merchant", "product__drop", "variant__product"
    )


def on_page(user: User, *, subject: Post) -> list[CartReply]:
    """Those that `user` reads on the page of `subject`, the newest first: itself, what replies to
    it, and what replies to that. One statement."""
    there = Q(post=subject) | Q(post__reply_to=subject) | Q(post__reply_to__reply_to=subject)
    return list(read_by(user).filter(there).order_by("-pk")[:SHOWN])


def left_behind(post: Post) -> bool:
    """Whether a deleted reply leaves something in its author's cart."""
    return CartReply.objects.filter(post=post, state=CartReply.State.ADDED).exists()
