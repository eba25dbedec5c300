"""Bringing other people's posts to one's followers, as they are."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from feeds import posts, told
from feeds.models import Post


@transaction.atomic
def repost(post: Post, *, user: User) -> None:
    """`user` reposts `post`, or the original where it is a repost; once is enough.

    Raises the original's count, which locks it. Raises PostRefused for a post that is gone or of
    somebody apart.
    """
    original = post.original
    posts.reach(user, post=original)
    made, new = Post.objects.get_or_create(
        author=user,
        repost_of=original,
        deleted_at=None,
        defaults={"language": original.language, "created_at": timezone.now()},
    )
    if not new:
        return
    there = Post.objects.visible().filter(pk=original.pk)
    if not there.update(repost_count=F("repost_count") + 1):
        raise posts.PostRefused(_("This post has been deleted; it cannot be reposted."))
    told.reposted(made)


def unrepost(post: Post, *, user: User) -> None:
    """Take back a repost; without one, nothing. Its row stays, for pages are continued behind it."""
    for mine in Post.objects.filter(
        author=user, repost_of=post.repost_of_id or post.pk, deleted_at=None
    ):
        posts.delete(mine)
