"""Who is told when somebody writes, likes, reposts or follows; the verbs call these in their
transaction, and no other module knows of whom."""

from __future__ import annotations

from accounts.models import User
from feeds import notifications
from feeds.models import Like, Mention, NoticeType, Notification, Post


def published(post: Post) -> None:
    """A new post: the authors of what it answers and quotes, and those it mentions; each once."""
    reference = f"post:{post.pk}"
    if post.reply_to is not None:
        notifications.tell(
            post.reply_to.author_id,
            NoticeType.REPLY,
            reference=reference,
            actor_id=post.author_id,
            post=post,
        )
    if post.quote_of is not None:
        notifications.tell(
            post.quote_of.author_id,
            NoticeType.QUOTE,
            reference=reference,
            actor_id=post.author_id,
            post=post,
        )
    mentioned = Mention.objects.filter(post=post).values_list("user", flat=True)
    notifications.tell_all(
        mentioned, NoticeType.MENTION, reference=reference, actor_id=post.author_id, post=post
    )


def followed(follower: User, *, followed: User) -> None:
    notifications.tell(
        followed.pk,
        NoticeType.FOLLOW,
        reference=f"follow:{follower.pk}",
        actor_id=follower.pk,
    )


def unfollowed(follower: User, *, followed: User) -> None:
    """What was not read yet goes; what was read stays, so that nobody is told of each new try."""
    told = Notification.objects.filter(user=followed, reference=f"follow:{follower.pk}")
    told.unread().delete()


def liked(like: Like) -> None:
    notifications.gather(NoticeType.LIKE, post=like.post, actor_id=like.user_id, key=like.pk)


def unliked(like: Like) -> None:
    """`like` is deleted."""
    left = Like.objects.filter(post=like.post).order_by("-pk")
    notifications.take_back(
        NoticeType.LIKE,
        post=like.post,
        actor_id=like.user_id,
        key=like.pk,
        left=left.values_list("user", flat=True),
    )


def reposted(repost: Post) -> None:
    """`repost` is new and its `repost_of` is not None."""
    if repost.repost_of is not None:
        notifications.gather(
            NoticeType.REPOST,
            post=repost.repost_of,
            actor_id=repost.author_id,
            key=repost.pk,
        )


def unreposted(repost: Post) -> None:
    """`repost` is deleted; a post that is no repost is nobody's news."""
    if repost.repost_of is not None:
        left = Post.objects.visible().filter(repost_of=repost.repost_of).order_by("-pk")
        notifications.take_back(
            NoticeType.REPOST,
            post=repost.repost_of,
            actor_id=repost.author_id,
            key=repost.pk,
            left=left.values_list("author", flat=True),
        )
