from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestLine(models.Model):
    """One call of the API, for the partner who looks for what went wrong; kept for some weeks."""

    request_id = models.UUIDField(_("request id"))
    merchant = models.ForeignKey(
        "catalogue.Merchant",
        on_delete=models.CASCADE,
        null=True,
        related_name="api_requests",
        verbose_name=_("shop"),
    )
    # "key:…" or "app:…", as partners.callers names them.
    principal = models.CharField(max_length=80)
    caller = models.CharField(_("caller"), max_length=120)
    live = models.BooleanField(_("live"), default=True)
    method = models.CharField(_("method"), max_length=8)
    path = models.CharField(_("path"), max_length=500)
    status = models.PositiveSmallIntegerField(_("status"))
    # The problem's code, where it was refused.
    code = models.CharField(_("error"), max_length=60, blank=True)
    milliseconds = models.PositiveIntegerField(_("took, ms"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("API request")
        verbose_name_plural = _("API requests")
        indexes = [
            models.Index(fields=["merchant", "-id"], name="request_of_shop"),
            models.Index(fields=["principal", "-id"], name="request_of_principal"),
            models.Index(fields=["request_id"], name="request_by_id"),
            BrinIndex(fields=["at"], name="request_span"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
