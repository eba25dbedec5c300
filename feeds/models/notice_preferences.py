from __future__ import annotations

from django.conf import settings
from django.db import models

from feeds.models.notice_types import NoticeMail, NoticeType


class NoticePreference(models.Model):
    """How somebody wants to be told of one type; without a row the defaults hold
    (feeds.notice_preferences)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    type = models.CharField(max_length=40, choices=NoticeType)
    on_page = models.BooleanField(default=True)
    mail = models.CharField(max_length=10, choices=NoticeMail)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "type"], name="notice_preference_unique")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.type} {self.mail}"


class MailStop(models.Model):
    """Somebody wants no mail about the feed, whatever their preferences say."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="mail_stop",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.user)
