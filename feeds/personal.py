"""What the tables of the feed hold of people, and how it is taken out."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.storage import Storage, default_storage
from django.utils import timezone

from accounts.models import User
from feeds import posts
from feeds.models import (
    Appeal,
    Block,
    Bookmark,
    CartReply,
    Case,
    Decision,
    Draft,
    Evidence,
    Follow,
    Hashtag,
    Interest,
    InterestProfile,
    Like,
    MailStop,
    Mention,
    Mute,
    NoticePreference,
    Notification,
    PendingImage,
    Post,
    PostHashtag,
    PostImage,
    PostRevision,
    PostTopic,
    PostViews,
    ProductCard,
    Promotion,
    Report,
    SearchWord,
    Showing,
)
from shopping.personal import GONE, Fate, Table, nobodys

AS_POST = "as long as the post"
AS_ACCOUNT = "as long as the account, or until it is taken back"
LAW = "Regulation (EU) 2022/2065: who is concerned by a decision is told why and may appeal"


def take_down(person: User) -> None:
    """Delete their posts as they would themselves, and leave no word of them.

    The rows stay: orders came from them, and others' replies hang on them.
    """
    theirs = Post.objects.filter(author=person)
    for post in theirs.visible().iterator():
        posts.delete(post)
    theirs.filter(deleted_at=None).update(deleted_at=timezone.now())
    theirs.filter(repost_of=None).exclude(body=GONE).update(body=GONE)


def unlike_all(person: User) -> None:
    """As they would themselves: each post counts one like less."""
    for like in Like.objects.filter(user=person).select_related("post"):
        posts.unlike(like.post, user=person)


def pictures_of(image: PostImage | PendingImage) -> Iterable[tuple[Storage, str]]:
    return [(default_storage, name) for name in image.files.values()]


BLOCKERS = ()
TABLES = (
    Table(
        model=Draft,
        fate=Fate.DELETE,
        own=("user",),
        about=("author",),
        kept="30 days after its last change",
        sweep="feeds.sweep_drafts",
    ),
    Table(
        model=PendingImage,
        fate=Fate.DELETE,
        own=("user",),
        files=pictures_of,
        kept="as long as the draft, or a day",
        sweep="feeds.sweep_drafts",
    ),
    Table(
        model=Post,
        fate=Fate.WITHOUT,
        own=("author",),
        erase=take_down,
        hidden=("hidden_at",),
        kept="always, emptied when it is erased",
        why="orders came from it, and others' replies hang on it",
    ),
    Table(model=PostRevision, fate=Fate.DELETE, own=("post__author",), kept=AS_POST),
    Table(
        model=PostImage,
        fate=Fate.DELETE,
        own=("post__author",),
        files=pictures_of,
        kept="until the post is deleted",
        sweep="feeds.sweep_drafts",
    ),
    Table(model=PostHashtag, fate=Fate.DELETE, own=("post__author",), kept=AS_POST),
    Table(model=PostTopic, fate=Fate.DELETE, own=("post__author",), kept=AS_POST),
    Table(model=ProductCard, fate=Fate.DELETE, own=("post__author",), kept=AS_POST),
    Table(model=Mention, fate=Fate.DELETE, own=("post__author",), about=("user",), kept=AS_POST),
    Table(model=CartReply, fate=Fate.DELETE, own=("user",), kept=AS_POST),
    Table(model=Like, fate=Fate.DELETE, own=("user",), erase=unlike_all, kept=AS_ACCOUNT),
    Table(model=Bookmark, fate=Fate.DELETE, own=("user",), kept=AS_ACCOUNT),
    Table(model=Follow, fate=Fate.DELETE, own=("follower", "followed"), kept=AS_ACCOUNT),
    Table(model=Block, fate=Fate.DELETE, own=("blocker",), about=("blocked",), kept=AS_ACCOUNT),
    Table(model=Mute, fate=Fate.DELETE, own=("muter",), about=("muted",), kept=AS_ACCOUNT),
    Table(
        model=Showing,
        fate=Fate.DELETE,
        own=("user",),
        kept=AS_ACCOUNT,
    ),
    Table(
        model=Evidence,
        fate=Fate.DELETE,
        own=("interest__user",),
        about=("followed",),
        kept="until it weighs nothing any more",
        sweep="feeds.read_interests",
    ),
    Table(model=Interest, fate=Fate.DELETE, own=("user",), kept=AS_ACCOUNT),
    Table(model=InterestProfile, fate=Fate.DELETE, own=("user",), kept=AS_ACCOUNT),
    Table(
        model=Notification,
        fate=Fate.DELETE,
        own=("user",),
        about=("actor",),
        kept="90 days after it was read",
        sweep="feeds.sweep_notices",
    ),
    Table(model=NoticePreference, fate=Fate.DELETE, own=("user",), kept=AS_ACCOUNT),
    Table(model=MailStop, fate=Fate.DELETE, own=("user",), kept=AS_ACCOUNT),
    Table(
        model=Report,
        fate=Fate.WITHOUT,
        own=("reporter",),
        without={"reporter": None, "words": ""},
        kept="always",
        why=LAW,
    ),
    Table(
        model=Appeal,
        fate=Fate.WITHOUT,
        own=("decision__case__person",),
        acted=("answered_by",),
        without={"words": GONE},
        hidden=("answered_by",),
        kept="always",
        why=LAW,
    ),
    Table(
        model=Decision,
        fate=Fate.KEEP,
        own=("case__person",),
        acted=("by",),
        hidden=("by",),
        kept="always",
        why=LAW,
    ),
    Table(
        model=Case,
        fate=Fate.KEEP,
        own=("person",),
        acted=("opened_by",),
        hidden=("opened_by", "report_count"),
        kept="always",
        why=LAW,
    ),
    *nobodys(PostViews, Hashtag, Promotion, kept="always"),
    *nobodys(SearchWord, kept="until nobody uses it", sweep="feeds.learn_words"),
)
