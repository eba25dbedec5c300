"""Who is asked to work for a shop, and the log of what its owners and the operator did to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models.merchants import Membership, Merchant
from shopping.ids import public_id


class Invitation(models.Model):
    """A link in a mail that makes its reader a member, once and for a time."""

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=12, choices=Membership.Role)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                "merchant",
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open_an_address",
                violation_error_message=_("This address is invited already."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None),
                name="invitation_accepted_or_revoked",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.merchant_id} · {self.role}"

    @property
    def is_open(self) -> bool:
        """Neither used nor taken back nor too old."""
        if self.accepted_at or self.revoked_at:
            return False
        return self.expires_at > timezone.now()


class MerchantAct(models.Model):
    """What somebody did to a shop or its rows: its owners read it. Append-only.

    `subject` says in words of which row, `model` and `object_id` say where it is. `operator` marks
    what the operator's staff did, who gave `reason`. `changes` is field → [before, after].
    """

    class Kind(models.TextChoices):
        INVITED = "invited", _("invited")
        REVOKED = "revoked", _("took an invitation back")
        JOINED = "joined", _("joined")
        ROLE = "role", _("changed a role")
        REMOVED = "removed", _("removed a member")
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="acts")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    operator = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.CharField(max_length=200)
    model = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["merchant", "-id"], name="merchantact_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(operator=False) | ~Q(reason=""), name="merchantact_operator_says_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.kind} {self.subject}"
