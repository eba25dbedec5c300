from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner
from partners.scopes import validate_scope
from shopping.ids import public_id


class ApiKey(models.Model):
    """What a server proves itself with: shown once, of which its beginning and its hash are kept.

    It acts for a shop, or for a partner; never for both. A test key's shop is a test space.
    """

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    merchant = models.ForeignKey(
        "catalogue.Merchant",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="api_keys",
        verbose_name=_("shop"),
    )
    partner = models.ForeignKey(
        Partner,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="api_keys",
        verbose_name=_("partner"),
    )
    # As whom things are done: who made it. Histories name them.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_keys", editable=False
    )
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=24, unique=True, editable=False)
    # SHA-256 of 32 random bytes: nobody guesses those, so a slow hash would guard nothing more.
    hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=40, validators=[validate_scope]), verbose_name=_("scopes")
    )
    live = models.BooleanField(_("live"), default=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(merchant=None, partner__isnull=False)
                | Q(merchant__isnull=False, partner=None),
                name="api_key_of_a_shop_or_a_partner",
                violation_error_message=_("A key is a shop's or a partner's."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_good(self) -> bool:
        """Whether it still opens anything, by itself."""
        expired = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.revoked_at is None and not expired
