from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from feeds.models.notice_preferences import NoticePreference
from feeds.models.notice_types import GATHERED, SOCIAL, NoticeType
from feeds.models.posts import Post, there_at
from shopping.ids import public_id


class NotificationQuerySet(models.QuerySet["Notification"]):
    def standing(self) -> NotificationQuerySet:
        """Without those of a type that their reader does not want, and what people did with posts
        that are gone."""
        unwanted = NoticePreference.objects.filter(
            user=OuterRef("user"), type=OuterRef("type"), on_page=False
        )
        here = Q(post=None) | there_at("post__")
        return self.filter(~Exists(unwanted), ~Q(type__in=SOCIAL) | here)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)


class Notification(models.Model):
    """Something a person, or a shop, is told of inside the product.

    A gathered one (`GATHERED`) stands for several acts of one type about one post, as long as it
    is unread: `data` then holds their `count` and the key of the first as `since`, and `actor`,
    `reference` and `created_at` are the latest's.
    """

    public_id = models.UUIDField(
        default=public_id,
        db_default=models.Func(function="gen_random_uuid"),
        unique=True,
        editable=False,
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    type = models.CharField(max_length=40, choices=NoticeType)
    # What it is about, so that the same thing is told once: "follow:<user>".
    reference = models.CharField(max_length=100)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, blank=True)
    data = models.JSONField(default=dict)
    read_at = models.DateTimeField(null=True, blank=True)
    # When a mail is to say so; null when none is to, or it was written.
    mail_due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "reference"], name="notification_once"),
            models.UniqueConstraint(
                fields=["user", "type", "post"],
                condition=Q(read_at=None, type__in=GATHERED),
                name="notification_gathered",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notification_newest"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="notification_mail_due",
            ),
            models.Index(
                fields=["read_at"],
                condition=Q(read_at__isnull=False),
                name="notification_read",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.type}"

    @property
    def templates(self) -> tuple[str, str]:
        """Its words, one sentence of inline HTML; a type without a template has plain ones."""
        return f"feeds/notices/{self.type}.html", "feeds/notices/_plain.html"

    @property
    def others(self) -> int:
        """How many joined in beside `actor`."""
        return int(self.data.get("count", 1)) - 1

    @property
    def shows_post(self) -> bool:
        """Whether a line of its post stands below its words."""
        return self.type in SOCIAL and self.post is not None

    @property
    def target(self) -> str:
        """The page that it is about; `data` may name one of ours as "link"."""
        if link := self.data.get("link"):
            return str(link)
        if self.post is not None and self.post.is_there:
            return reverse("feeds:post", args=[self.post.public_id])
        if self.actor is not None:
            return reverse("feeds:profile", args=[self.actor.handle])
        return reverse("feeds:notifications")
