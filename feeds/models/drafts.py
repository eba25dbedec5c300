from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from feeds.models.posts import Post
from shopping.ids import public_id


class DraftQuerySet(models.QuerySet["Draft"]):
    def open(self) -> DraftQuerySet:
        """Not published yet."""
        return self.filter(post=None)


class Draft(models.Model):
    """What somebody writes and has not published: a post, a reply or a quote.

    `key` is made by the page that it is typed on. Once `post` is set, the draft is used up: the
    same press again, or a late save of what was typed, meets it and changes nothing.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    key = models.UUIDField(editable=False)
    # A shop in whose name it is written; None for `user` themselves.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    body = models.TextField(blank=True)
    # Public ids of products, as they were ticked.
    products: models.Field[list[UUID], list[UUID]] = ArrayField(models.UUIDField(), default=list)
    paid_partnership = models.BooleanField(default=False, db_default=False)
    reply_to = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, related_name="reply_drafts"
    )
    quote_of = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, related_name="quote_drafts"
    )
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="drafts")
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = DraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="draft_key_unique")]
        indexes = [
            models.Index(
                fields=["user", "-updated_at"], condition=Q(post=None), name="draft_newest"
            ),
            models.Index(fields=["updated_at"], name="draft_swept"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.body[:40]}"


class PendingImage(models.Model):
    """A picture that somebody picked for a draft; `PostImage` takes its files over.

    One without a draft is nobody's: a sweep deletes its files, then the row.
    """

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pending_images"
    )
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, related_name="images")
    # As of PostImage.
    files = models.JSONField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(draft=None), name="pending_image_nobodys"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.public_id}"
