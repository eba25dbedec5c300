from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractAccessToken, AbstractGrant, AbstractRefreshToken

from partners.models.applications import Application
from partners.scope_words import WORDS
from shopping.ids import public_id

# What an app has not used for so long is worth nothing any more.
IDLE = timedelta(days=30)


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self) -> ConsentQuerySet:
        """Those by which an app can still do something: not ended, with a token or a code that is good."""
        now = timezone.now()
        own = {"consent": OuterRef("pk")}
        refresh = RefreshToken.objects.filter(
            **own, revoked=None, access_token__expires__gt=now - IDLE
        )
        access = AccessToken.objects.filter(**own, expires__gt=now)
        code = Grant.objects.filter(**own, used_at=None, expires__gt=now)
        return self.filter(Exists(refresh) | Exists(access) | Exists(code), ended_at=None)


class Consent(models.Model):
    """That somebody lets an app act for them, or for a shop of theirs; until they end it.

    Codes and tokens come from it. Whoever makes or ends one locks it first: an end is an end.
    """

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents"
    )
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="consents")
    # Null: for the person, who shops and posts.
    merchant = models.ForeignKey(
        "catalogue.Merchant", on_delete=models.CASCADE, null=True, related_name="consents"
    )
    # All that its tokens may be good for together.
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "application", "merchant"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="consent_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.application_id}"

    @property
    def words(self) -> list[str]:
        """What it lets the app do, in words."""
        return [str(WORDS[scope]) for scope in self.scopes if scope in WORDS]


class Grant(AbstractGrant):
    """A code: of `code` its SHA-256. It is kept when it was used: whoever comes with it again is a
    thief, or was robbed."""

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="grants")
    used_at = models.DateTimeField(null=True)
    # Of the refresh tokens that it led to.
    token_family = models.UUIDField(null=True)


class RefreshToken(AbstractRefreshToken):
    """What new tokens are had by, once; the one that comes with them replaces it."""

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="refresh_tokens")
    # What it is good for, also where an access token was asked for less.
    scope = models.TextField()

    class Meta(AbstractRefreshToken.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(token=""), name="refresh_token_only_its_hash"),
        ]


class AccessToken(AbstractAccessToken):
    """For an hour at most. Without a consent it acts for the owner of its app."""

    id_token = None
    application = models.ForeignKey(Application, on_delete=models.CASCADE)
    consent = models.ForeignKey(
        Consent, on_delete=models.CASCADE, null=True, related_name="access_tokens"
    )

    class Meta(AbstractAccessToken.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(token=""), name="access_token_only_its_hash"),
        ]
