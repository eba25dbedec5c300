from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models import Product
from shopping.ids import public_id

# The longest text in code points: a family of four with its skin colours is eleven.
MOST_CODES = 6000


def there_at(path: str = "") -> Q:
    """The post at the end of `path` ("post__") is neither deleted by its author nor hidden by
    moderators. SQL texts say it by `visibility.there`."""
    return Q(**{f"{path}deleted_at": None, f"{path}hidden_at": None})


def may_be_edited(created_at: datetime, *, now: datetime) -> bool:
    """Whether a post that was published at `created_at` may still be edited: for EDIT_SECONDS."""
    return now - created_at < timedelta(seconds=settings.EDIT_SECONDS)


class PostQuerySet(models.QuerySet["Post"]):
    def visible(self) -> PostQuerySet:
        """Neither deleted by their authors nor hidden by moderators."""
        return self.filter(there_at())


class Hashtag(models.Model):
    name = models.CharField(max_length=60, unique=True, help_text=_("Lower case, without #."))

    class Meta:
        indexes = [
            # By its beginning, and by what it is like, however its accents are typed.
            models.Index(
                OpClass(Func(F("name"), function="etal_unaccent"), name="text_pattern_ops"),
                name="hashtag_beginning",
            ),
            GinIndex(
                OpClass(Func(F("name"), function="etal_unaccent"), name="gin_trgm_ops"),
                fastupdate=False,
                name="hashtag_likeness",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.name}"


class Post(models.Model):
    """What somebody said; the counts are kept beside it so that a page need not count."""

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts"
    )
    # 500 characters as people count them, which feeds.text knows; the bound is for the row.
    body = models.TextField(blank=True)
    language = models.CharField(max_length=5, default="en")
    reply_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    repost_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reposts"
    )
    quote_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="quotes"
    )
    # Its author had something for it, and readers are told: the law's, not a decoration.
    paid_partnership = models.BooleanField(default=False, db_default=False)
    hashtags: models.ManyToManyField[Hashtag, PostHashtag] = models.ManyToManyField(
        Hashtag, through="PostHashtag", related_name="posts", blank=True
    )
    like_count = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)
    repost_count = models.PositiveIntegerField(default=0)
    quote_count = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(body="") | Q(repost_of__isnull=False),
                name="post_says_something",
                violation_error_message=_("Write something, or repost a post."),
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("body"), MOST_CODES)),
                name="post_body_bounded",
                violation_error_message=_("This text is too long."),
            ),
            models.CheckConstraint(
                condition=Q(repost_of=None) | Q(body="", reply_to=None, quote_of=None),
                name="post_repost_adds_nothing",
                violation_error_message=_("A repost has no words of its own; quote the post."),
            ),
            models.CheckConstraint(
                condition=Q(repost_of=None) | Q(paid_partnership=False),
                name="post_repost_has_no_partner",
                violation_error_message=_("A repost shows the label of its original."),
            ),
            models.UniqueConstraint(
                fields=["author", "repost_of"],
                condition=Q(deleted_at=None, repost_of__isnull=False),
                name="post_repost_once",
                violation_error_message=_("You have reposted this already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-created_at", "-id"],
                condition=Q(deleted_at=None, hidden_at=None, reply_to=None),
                name="post_timeline",
            ),
            models.Index(fields=["author", "-created_at", "-id"], name="post_by_author"),
            # Following asks for the newest of each author, past all their replies.
            models.Index(
                fields=["author", "-created_at", "-id"],
                condition=Q(deleted_at=None, hidden_at=None, reply_to=None),
                name="post_author_timeline",
            ),
            models.Index(
                fields=["reply_to", "created_at", "id"],
                condition=Q(reply_to__isnull=False),
                name="post_replies",
            ),
            # Not kept in a list beside the index first: whoever searches would read all of that.
            GinIndex(
                Func(F("id"), F("language"), F("body"), function="etal_post_words"),
                condition=Q(deleted_at=None, hidden_at=None, repost_of=None),
                fastupdate=False,
                name="post_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.body[:40]}"

    @property
    def original(self) -> Post:
        """The post that is shown: of a repost, what it brings."""
        return self.repost_of or self

    @property
    def is_there(self) -> bool:
        """What `visible` asks, of the row as it was read."""
        return self.deleted_at is None and self.hidden_at is None

    @property
    def is_editable(self) -> bool:
        """Whether whoever may speak for its author may edit it at present."""
        return may_be_edited(self.created_at, now=timezone.now())


class PostHashtag(models.Model):
    """A hashtag that a post names."""

    # Both stand first in an index of Meta already.
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", db_index=False)
    hashtag = models.ForeignKey(Hashtag, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        db_table = "feeds_post_hashtags"
        unique_together = [("post", "hashtag")]  # as Django had named it before it was a model
        indexes = [models.Index(fields=["hashtag", "-post"], name="tagged_newest")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.hashtag_id}"


class PostImage(models.Model):
    """A picture of a post, re-encoded in several widths; the original is not kept."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="images")
    position = models.PositiveSmallIntegerField(default=0)
    # Names in the media storage by width in pixels: {"640": "posts/…-640.webp", …}.
    files = models.JSONField()
    width = models.PositiveIntegerField(help_text=_("Of the widest file, in pixels."))
    height = models.PositiveIntegerField(help_text=_("Of the widest file, in pixels."))
    alt = models.CharField(_("description for those who cannot see it"), max_length=500, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["post", "position"], name="image_position_unique"),
            models.CheckConstraint(condition=Q(position__lt=4), name="image_at_most_four"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.position}"


class PostRevision(models.Model):
    """What a post said before it was edited."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    body = models.TextField()
    paid_partnership = models.BooleanField(default=False, db_default=False)
    written_at = models.DateTimeField(help_text=_("When this text became the post's."))

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.body[:40]}"


class ProductCard(models.Model):
    """A product that a post carries."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="cards")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="cards")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["post", "position"], name="card_position_unique"),
            models.UniqueConstraint(fields=["post", "product"], name="card_product_unique"),
            models.CheckConstraint(condition=Q(position__lt=4), name="card_at_most_four"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.product}"


class Mention(models.Model):
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="mention_unique")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.user}"
