from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from feeds.models.posts import Post


class Interest(models.Model):
    """A topic that a person's public posts, likes and choices show, and what shows it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="interests"
    )
    topic = models.CharField(max_length=60)
    weight = models.FloatField(default=0)
    evidence = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="interest_unique")]

    def __str__(self) -> str:
        return f"{self.user}: {self.topic}"


class Promotion(models.Model):
    """A post that a merchant pays to show on some topics for some time."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="promotions")
    topics = ArrayField(models.CharField(max_length=60))
    budget = models.BigIntegerField()
    spent = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(spent__gte=0, spent__lte=F("budget")), name="promotion_within_budget"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="promotion_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {', '.join(self.topics)}"
