from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalogue.models.products import ProductImage


class PictureFetch(models.Model):
    """A picture of which an import knows the address only: when it is fetched next, and what came of it.

    The row goes with the picture, or once its file is here. Without `next_at` it is given up.
    """

    image = models.OneToOneField(
        ProductImage, on_delete=models.CASCADE, primary_key=True, related_name="fetch"
    )
    next_at = models.DateTimeField(null=True, default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(next_at__isnull=False) | ~Q(error=""),
                name="picture_fetch_given_up_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="picture_fetch_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.image_id}: {self.error or 'waits'}"
