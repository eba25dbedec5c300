from __future__ import annotations

from django.db import models

from catalogue.models import Merchant
from feeds.models.posts import Post


class PostViews(models.Model):
    """By how many visitors a post was seen on a day (UTC) with products of a merchant's on it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="views")
    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "post"], include=["count"], name="post_views_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.count} on {self.day}"
