"""Who calls with an access token, and what they may do by it now."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from partners import grants
from partners.callers import Caller
from partners.givers import still_gives
from partners.models import AccessToken, Application
from partners.oauth.digests import digest
from partners.oauth.server import ACCESS as PREFIX
from partners.scopes import FOR_PARTNERS, FOR_SHOPS

__all__ = ["PREFIX", "caller_of", "introspected"]


def caller_of(token: str) -> Caller | None:
    """Who calls with `token`; None where it opens nothing, or not any more.

    What it opens is what whoever gave it may still do themself: a role that changed, a membership or
    an account that ended, an app or a shop that is switched off, count at once. One statement, one
    more for a shop, and another in the first call of a minute, which notes that it is used.
    """
    found = _find(token)
    caller = _caller(found) if found is not None else None
    if caller is None or found is None:
        return None
    if found.consent is not None:
        grants.note_use(found.consent)
    return caller


def introspected(token: str, application: Application) -> dict[str, Any]:
    """What `application` is told of a token of its own (RFC 7662, section 2.2); nothing of others'."""
    found = _find(token)
    caller = _caller(found) if found is not None else None
    if caller is None or found is None or found.application_id != application.pk:
        return {"active": False}
    return {
        "active": True,
        "scope": " ".join(sorted(caller.scopes)),
        "client_id": application.client_id,
        "token_type": "Bearer",
        "exp": int(found.expires.timestamp()),
        "iat": int(found.created.timestamp()),
        "iss": settings.PUBLIC_URL,
        "sub": str((caller.merchant or caller.partner or caller.user).public_id),
    }


def _find(token: str) -> AccessToken | None:
    return (
        AccessToken.objects.select_related(
            "application__user",
            "application__merchant",
            "application__partner",
            "consent__user",
            "consent__merchant",
        )
        .filter(token_checksum=digest(token), expires__gt=timezone.now())
        .first()
    )


def _caller(found: AccessToken) -> Caller | None:
    application, consent = found.application, found.consent
    if not application.is_usable(None) or (consent is not None and consent.ended_at is not None):
        return None
    user = consent.user if consent is not None else application.user
    merchant = consent.merchant if consent is not None else application.merchant
    scopes = _scopes(found, user, merchant)
    space = _space(merchant, live=application.live)
    if not scopes or (merchant is not None and space is None):
        return None
    return Caller(
        principal=f"app:{(consent or application).public_id}",
        name=application.name,
        user=user,
        merchant=space,
        partner=application.partner if consent is None else None,
        scopes=scopes,
        live=application.live,
    )


def _scopes(found: AccessToken, user: User, merchant: Any | None) -> frozenset[str]:
    granted = set(found.scope.split()) & set(found.application.scopes)
    if found.consent is None:
        # As a key: it is the shop's or the partner's, whoever registered it (ADR 0115).
        own = FOR_SHOPS if merchant else FOR_PARTNERS
        return own & granted if user.is_active else frozenset()
    return still_gives(user, granted, merchant_id=merchant.pk if merchant else None)


def _space(merchant: Any | None, *, live: bool) -> Any | None:
    """The shop's rows for a live app, those of its test space for a test app; a shop without a test
    space has none for it."""
    return merchant if live else getattr(merchant, "test_space", None)
