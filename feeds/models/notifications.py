from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from feeds.models.posts import Post


class Notification(models.Model):
    """Something a person is told of inside the product."""

    class Type(models.TextChoices):
        CART = "cart", _("answers to #cart")
        DROP = "drop", _("drops that you wait for")
        MODERATION = "moderation", _("decisions about you and your posts")
        MENTION = "mention", _("mentions")
        REPLY = "reply", _("replies")
        QUOTE = "quote", _("quotes")
        REPOST = "repost", _("reposts")
        FOLLOW = "follow", _("new followers")
        LIKE = "like", _("likes")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    type = models.CharField(max_length=40, choices=Type)
    # What it is about, so that the same thing is told once: "like:<post>:<user>".
    reference = models.CharField(max_length=100)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, blank=True)
    data = models.JSONField(default=dict)
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "reference"], name="notification_once")
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_newest"),
            models.Index(
                fields=["user"], condition=models.Q(read_at=None), name="notification_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.type}"
