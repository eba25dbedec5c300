from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from feeds.models.posts import Post


class PostTopic(models.Model):
    """A topic that a post is about, found when it was written."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="topics")
    topic = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "topic"], name="post_topic_unique")]
        indexes = [models.Index(fields=["topic", "-post"], name="post_topic_newest")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.topic}"


class InterestProfile(models.Model):
    """Whether interests are found for a person, in what, and when they are looked for next."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        DELETED = "deleted", _("deleted")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="interest_profile",
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    # Nothing that happened before counts; none where all of it does.
    since = models.DateTimeField(null=True, blank=True)
    purchases = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="interest_profile_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.status}"


class Interest(models.Model):
    """A topic that a person likes, by what its evidence gives; a removed one stays removed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="interests"
    )
    topic = models.CharField(max_length=60)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="interest_unique")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.topic}"


class Evidence(models.Model):
    """One thing that shows an interest, and the weight that it gave at `happened_at`."""

    class Kind(models.TextChoices):
        POST = "post", _("a post")
        LIKE = "like", _("a like")
        FOLLOW = "follow", _("a follow")
        CHOICE = "choice", _("a choice")
        PURCHASE = "purchase", _("a purchase")

    interest = models.ForeignKey(Interest, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind)
    # What it is, so that it counts once: "like:<post>", "follow:<user>".
    reference = models.CharField(max_length=60)
    weight = models.FloatField()
    happened_at = models.DateTimeField()
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    followed = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = _("evidence")
        constraints = [
            models.UniqueConstraint(fields=["interest", "reference"], name="evidence_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="evidence_weighs"),
        ]

    def __str__(self) -> str:
        return f"{self.interest_id}: {self.reference}"
