from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication, redirect_to_uri_allowed

from partners.models.partners import Partner
from partners.scopes import validate_scope
from shopping.ids import public_id
from shopping.names import plain_name

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
MOST_URIS = 10
LONGEST_URI = 500


def validate_redirect_uri(uri: str) -> None:
    """Raises ValidationError unless people may be sent to `uri`: https, or http to one's own machine;
    a whole address without fragment, credentials or stars (RFC 9700, section 2.1)."""
    try:
        parts = urlsplit(uri)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    good = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    plain = not set(uri) & set("*#@\\") and uri.isascii() and uri.isprintable()
    if not (good and host and plain and len(uri) <= LONGEST_URI):
        raise ValidationError(
            _("“%(uri)s” will not do: a whole https address, or http on 127.0.0.1, without # * @."),
            params={"uri": uri[:LONGEST_URI]},
        )


class Application(AbstractApplication):
    """A program of a partner's or a shop's that acts for people who let it, or for its owner.

    `user` is who registered it: as whom it does what it does for its owner.
    """

    class Flow(models.TextChoices):
        CODE = AbstractApplication.GRANT_AUTHORIZATION_CODE, _("acts for people who let it")
        SERVER = AbstractApplication.GRANT_CLIENT_CREDENTIALS, _("acts for its owner alone")

    class Type(models.TextChoices):
        CONFIDENTIAL = AbstractApplication.CLIENT_CONFIDENTIAL, _("a server: it keeps a secret")
        PUBLIC = AbstractApplication.CLIENT_PUBLIC, _("an app or a page: it can keep none")

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, validators=[plain_name])
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="oauth_applications",
        editable=False,
        verbose_name=_("made by"),
    )
    merchant = models.ForeignKey(
        "catalogue.Merchant",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="oauth_applications",
        verbose_name=_("shop"),
    )
    partner = models.ForeignKey(
        Partner,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="oauth_applications",
        verbose_name=_("partner"),
    )
    client_type = models.CharField(_("what it is"), max_length=32, choices=Type)
    authorization_grant_type = models.CharField(_("for whom it acts"), max_length=44, choices=Flow)
    # What it may ask for at most.
    scopes = ArrayField(
        models.CharField(max_length=40, validators=[validate_scope]), verbose_name=_("scopes")
    )
    live = models.BooleanField(_("live"), default=True)

    class Meta:
        verbose_name = _("app")
        verbose_name_plural = _("apps")
        constraints = [
            models.CheckConstraint(
                condition=Q(merchant=None, partner__isnull=False)
                | Q(merchant__isnull=False, partner=None),
                name="application_of_a_shop_or_a_partner",
                violation_error_message=_("An app is a shop's or a partner's."),
            ),
            models.CheckConstraint(
                condition=Q(authorization_grant_type="authorization-code")
                | Q(authorization_grant_type="client-credentials", client_type="confidential"),
                name="application_flow",
                violation_error_message=_("What acts for its owner has to keep a secret."),
            ),
            models.CheckConstraint(
                condition=Q(hash_client_secret=True, skip_authorization=False, algorithm=""),
                name="application_asks_and_keeps_hashes",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where its owner works on it; the library's pages are not there."""
        return reverse("admin:partners_application_change", args=[self.pk])

    def clean(self) -> None:
        """Not the library's, which knows more flows and fewer rules. Raises ValidationError."""
        uris = self.redirect_uris.split()
        if len(uris) > MOST_URIS:
            raise ValidationError({"redirect_uris": _("At most ten addresses.")})
        for uri in uris:
            try:
                validate_redirect_uri(uri)
            except ValidationError as refusal:
                raise ValidationError({"redirect_uris": refusal.error_list}) from None
        if self.authorization_grant_type == self.Flow.CODE and not uris:
            raise ValidationError(
                {"redirect_uris": _("Where are people sent back to? One address a line.")}
            )

    def redirect_uri_allowed(self, uri: str) -> bool:
        """Whether `uri` is, letter by letter, one of those that are registered; on this machine,
        by its number, at any port (RFC 8252, section 7.3)."""
        registered = self.redirect_uris.split()
        if uri in registered:
            return True
        return uri.startswith("http://") and redirect_to_uri_allowed(
            uri, [each for each in registered if each.startswith("http://")]
        )

    def get_allowed_schemes(self) -> list[str]:
        return ["https", "http"]

    def is_usable(self, request: object) -> bool:
        """Whether it may do anything: its partner takes part, its shop is not suspended."""
        if self.partner is not None:
            return self.partner.active
        return self.merchant is not None and self.merchant.status != "suspended"

    @property
    def owner_name(self) -> str:
        """Who is behind it."""
        return str(self.partner or self.merchant)
