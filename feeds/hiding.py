"""Taking a post out of sight by decision, and showing it again. Why, and for whom, decides
feeds.decisions."""

from __future__ import annotations

from django.utils import timezone

from feeds import interests, posts
from feeds.models import Post, Promotion


def hide(post: Post) -> bool:
    """Nobody is shown `post` any more but its author, on its own page.

    What it answers or quotes counts one less. Promotions of it end, and what they had left is not
    spent. Orders that came from it stay. In the caller's transaction; one conditional UPDATE, of
    which the author's own deletion is the other side. Returns whether this call did it.
    """
    if not Post.objects.visible().filter(pk=post.pk).update(hidden_at=timezone.now()):
        return False
    posts.count_elsewhere(post, by=-1)
    Promotion.objects.filter(post=post, stopped_at=None).update(stopped_at=timezone.now())
    interests.touch(post.author)
    return True


def restore(post: Post) -> bool:
    """Show a hidden post again, and count it where it counted; its promotions stay ended.

    In the caller's transaction; one conditional UPDATE, so that of two who restore it one counts it.
    Returns whether this call did it.
    """
    hidden = Post.objects.filter(pk=post.pk, deleted_at=None, hidden_at__isnull=False)
    if not hidden.update(hidden_at=None):
        return False
    posts.count_elsewhere(post, by=1)
    interests.touch(post.author)
    return True
