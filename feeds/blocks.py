"""Blocking: the two never meet, and neither does anything to the other."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from feeds.models import Block, Follow
from feeds.refusals import Refused
from feeds.visibility import blocks_between, outdate
from shopping import rows


class Apart(Refused):
    """Something that is not done across a block."""


def refuse_apart(actor: User, *, other: User) -> None:
    """Every verb by which `actor` reaches `other` asks here first: follow, like, reply, repost, quote.

    Raises Apart where one of the two has blocked the other. A block that is being written at the
    same moment is seen only by a caller who holds the lock of `actor`'s row.
    """
    blockers = blocks_between(actor, other).values_list("blocker", flat=True)
    blocker = blockers.order_by("pk").first()
    if blocker is None:
        return
    if blocker == actor.pk:
        sentence = _("You have blocked @%(handle)s. Unblock them first.")
    else:
        sentence = _("@%(handle)s is not available to you.")
    raise Apart(sentence % {"handle": other.handle})


@transaction.atomic
def block(blocker: User, *, blocked: User) -> None:
    """`blocker` and `blocked` meet no more; once is enough, and nobody blocks themselves.

    Ends the follows between them, both ways. What either liked or said stays where it is, out of
    the other's sight. Locks both rows in key order, as `follows.follow` locks the follower's: of
    the two verbs at once either the follow is refused, or the block ends it.
    """
    if blocker.pk == blocked.pk:
        return
    for key in sorted((blocker.pk, blocked.pk)):
        rows.lock(User, key)
    _block, new = Block.objects.get_or_create(blocker=blocker, blocked=blocked)
    if new:
        between = Q(follower=blocker, followed=blocked) | Q(follower=blocked, followed=blocker)
        Follow.objects.filter(between).delete()
        outdate(blocker, blocked)


@transaction.atomic
def unblock(blocker: User, *, blocked: User) -> None:
    """Take a block back; without one, nothing. Follows that it ended do not come back."""
    taken, _by_model = Block.objects.filter(blocker=blocker, blocked=blocked).delete()
    if taken:
        outdate(blocker, blocked)
