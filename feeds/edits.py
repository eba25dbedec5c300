"""Changing what a post says, for a few minutes, with what it said before kept for all to read."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import Product
from feeds import interests, post_topics, posts
from feeds.models import Post, PostRevision
from feeds.posts import PostRefused

MINUTE = 60
# All of them stand on one page, and one more: a partnership that is owned up to.
MOST_REVISIONS = 30


def too_late() -> str:
    """The sentence about a post that can no longer be edited."""
    minutes = settings.EDIT_SECONDS // MINUTE
    sentence = ngettext(
        "A post can be edited for %(n)s minute; that time is over.",
        "A post can be edited for %(n)s minutes; that time is over.",
        minutes,
    )
    return sentence % {"n": minutes}


@transaction.atomic
def edit(
    post: Post,
    *,
    body: str,
    products: Sequence[Product],
    paid_partnership: bool | None = None,
) -> bool:
    """`post` says `body` from now on and carries `products`, which must be on sale, beside what it
    carries and nobody can buy at the moment.

    `paid_partnership` labels it as one or takes the label back; None leaves it. Hashtags, mentions
    and cards become those of the new text. Locks the post. Returns whether anything changed. The
    caller has checked `authors.may_speak_for`. Raises PostRefused for what `posts.publish` refuses,
    for a post that is gone and when the time is over.
    """
    if not post.is_editable:
        raise PostRefused(too_late())
    kept = _locked(post)
    if paid_partnership is None:
        paid_partnership = kept.paid_partnership
    carried = Product.objects.filter(cards__post=kept).order_by("cards__position")
    on_sale = list(carried.on_sale())
    resting = [product for product in carried if product not in on_sale]
    body = posts.checked(body, [*products, *resting])
    if (body, paid_partnership) == (kept.body, kept.paid_partnership) and on_sale == list(products):
        return False
    if kept.revisions.count() >= MOST_REVISIONS:
        raise PostRefused(_("This post has been edited often enough; write another."))
    _remember(kept)
    kept.body, kept.paid_partnership, kept.edited_at = body, paid_partnership, timezone.now()
    kept.save(update_fields=["body", "paid_partnership", "edited_at"])
    for rows in (kept.cards, kept.mentions):
        rows.all().delete()
    kept.hashtags.clear()
    posts.write_cards(kept, [*products, *resting])
    posts.write_names(kept)
    post_topics.write(kept)
    interests.touch(kept.author)
    return True


@transaction.atomic
def declare_partnership(post: Post) -> bool:
    """Label `post` as a paid partnership, which has no end of time: who forgot it makes it good.

    From then on only an edit takes it back, while there is time for one. Locks the post. Returns
    whether it was not labelled before. The caller has checked `authors.may_speak_for`. Raises
    PostRefused for a post that is gone.
    """
    kept = _locked(post)
    if kept.paid_partnership:
        return False
    _remember(kept)
    kept.paid_partnership, kept.edited_at = True, timezone.now()
    kept.save(update_fields=["paid_partnership", "edited_at"])
    return True


def _locked(post: Post) -> Post:
    there = Post.objects.visible().filter(pk=post.pk, repost_of=None)
    kept: Post | None = there.select_for_update(no_key=True).first()
    if kept is None:
        raise PostRefused(_("This post has been deleted; it cannot be edited."))
    return kept


def _remember(kept: Post) -> None:
    """Keep what `kept` says, and that it is labelled, for its history."""
    PostRevision.objects.create(
        post=kept,
        body=kept.body,
        paid_partnership=kept.paid_partnership,
        written_at=kept.edited_at or kept.created_at,
    )
