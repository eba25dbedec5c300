"""What people ask about their own data: to have it, and to be forgotten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shopping.ids import public_id
from shopping.private_files import private_files


class Export(models.Model):
    """One copy of all that is a person's: asked for, made by a worker table by table, kept some days.

    `reached` counts the tables whose part is written, so that a worker goes on where another died.
    `attempts` counts the claims: who claimed it last alone may write it.
    """

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    reached = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    # When a worker looks at it; None where there is nothing left to do.
    due_at = models.DateTimeField(null=True, default=timezone.now)
    last_error = models.CharField(max_length=300, blank=True)
    file = models.FileField(storage=private_files, blank=True)
    made_at = models.DateTimeField(null=True)
    # Until when it can be fetched; afterwards its file is deleted.
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(made_at=None),
                name="export_one_under_way",
                violation_error_message=_("Your copy is being made."),
            ),
            models.CheckConstraint(
                condition=Q(made_at=None, expires_at=None)
                | Q(made_at__isnull=False, expires_at__isnull=False, due_at=None),
                name="export_made_until",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="export_due"),
            models.Index(fields=["expires_at"], condition=~Q(file=""), name="export_to_be_deleted"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.public_id}"

    @property
    def can_be_fetched(self) -> bool:
        return bool(self.file) and self.expires_at is not None and timezone.now() < self.expires_at


class Erasure(models.Model):
    """Somebody is to be forgotten: asked for, undone or begun when its wait is over, and finished.

    From `begun_at` on nothing brings the account back. `attempts` counts the claims, as an export's.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasures"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    # Of the operator's staff, where it was not the person themselves, and why.
    asked_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    # When it begins, and then when a worker looks at it again; None where there is nothing left to do.
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    undone_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(undone_at=None),
                name="erasure_once",
                violation_error_message=_("Your account is to be deleted already."),
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(begun_at=None, done_at=None, due_at=None),
                name="erasure_undone_before_it_began",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(begun_at__isnull=False, due_at=None),
                name="erasure_done_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="erasure_due")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.asked_at:%Y-%m-%d}"
