"""Who follows whom."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from feeds import interests, told
from feeds.blocks import refuse_apart
from feeds.models import Follow
from feeds.visibility import seen_by
from shopping import rows


@transaction.atomic
def follow(follower: User, *, followed: User) -> None:
    """`follower` follows `followed`; once is enough, and nobody follows themselves.

    Raises blocks.Apart. Locks the follower's row, for which a block that is being written waits.
    """
    if follower.pk == followed.pk:
        return
    rows.lock(User, follower.pk)
    refuse_apart(follower, other=followed)
    _follow, new = Follow.objects.get_or_create(follower=follower, followed=followed)
    if new:
        told.followed(follower, followed=followed)
        interests.touch(follower)


@transaction.atomic
def unfollow(follower: User, *, followed: User) -> None:
    """Stop following; without a follow, nothing."""
    taken, _by_model = Follow.objects.filter(follower=follower, followed=followed).delete()
    if taken:
        told.unfollowed(follower, followed=followed)
        interests.touch(follower)


def shops_to_visit(user: User | None, *, limit: int) -> QuerySet[User]:
    """Shops that sell and that `user` does not follow yet, the newest first."""
    shops = seen_by(User.objects.filter(merchant__sells=True), user, field="pk")
    if user is not None:
        mine = Follow.objects.filter(follower=user, followed=OuterRef("pk"))
        shops = shops.filter(~Exists(mine))
    return shops.order_by("-pk").only(
        "handle", "display_name", "bio", "avatar", "kind", "public_id"
    )[:limit]
