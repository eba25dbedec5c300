from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shopping.ids import public_id
from webhooks.models import Endpoint


class Platform(models.Model):
    """A surface that buys for its people by UCP: an assistant, another network, a browser.

    It is whoever answers at the address of its profile; protocols.ucp.platforms keeps what stands
    there. What each shop thinks of it is not said here.
    """

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    profile_url = models.CharField(_("profile"), max_length=500, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, editable=False)
    # Its profile as it was fetched last, and until when that is good.
    document = models.JSONField(_("what it says of itself"), default=dict, editable=False)
    fetched_at = models.DateTimeField(_("fetched"), null=True, editable=False)
    fresh_until = models.DateTimeField(null=True, editable=False)
    # Where it hears of its orders; none where it names no address.
    endpoint = models.OneToOneField(
        Endpoint,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="platform",
    )
    blocked = models.BooleanField(
        _("blocked"), default=False, help_text=_("It is refused, whatever it asks.")
    )
    created_at = models.DateTimeField(_("seen first"), auto_now_add=True)

    class Meta:
        verbose_name = _("buying platform")
        verbose_name_plural = _("buying platforms")

    def __str__(self) -> str:
        return self.name or self.profile_url

    @property
    def principal(self) -> str:
        """Its name for limits, stored answers and orders."""
        return f"ucp:{self.public_id}"

    @property
    def is_fresh(self) -> bool:
        return self.fresh_until is not None and self.fresh_until > timezone.now()

    @property
    def signing_keys(self) -> list[Any]:
        """The keys that it publishes (JWK), of whatever kind."""
        found = self.document.get("signing_keys") or self.document.get("keys") or []
        return found if isinstance(found, list) else []
