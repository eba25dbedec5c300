"""Apps: registered, changed, given a new secret, taken away. A secret is shown once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from partners import keys
from partners.models import Application, Partner
from partners.scopes import FOR_PARTNERS, FOR_SHOPS, OF_PARTNERS, SCOPES

SECRET = "etal_cs_"  # noqa: S105 – how they begin
PUBLIC, CONFIDENTIAL = Application.Type.PUBLIC, Application.Type.CONFIDENTIAL


def register(
    *,
    name: str,
    made_by: User,
    client_type: str,
    flow: str,
    scopes: Iterable[str],
    redirect_uris: Iterable[str] = (),
    merchant: Any | None = None,
    partner: Partner | None = None,
    live: bool = True,
) -> tuple[Application, str]:
    """A new app of a shop's or a partner's, and its secret, of which a hash is kept; "" where it can
    keep none.

    Raises ValidationError for what will not do, for a shop that is not open yet, and for scopes that
    such an app cannot have.
    """
    application = Application(
        name=name.strip(),
        user=made_by,
        client_type=client_type,
        authorization_grant_type=flow,
        merchant=merchant,
        partner=partner,
        live=live,
    )
    keys.check_opened(merchant, live=live)
    secret = _fill(application, scopes=scopes, redirect_uris=redirect_uris)
    application.save()
    return application, secret


def edit(
    application: Application, *, name: str, scopes: Iterable[str], redirect_uris: Iterable[str]
) -> Application:
    """Change what it is called, may ask for, and where people are sent back to. What it may no longer
    ask for is at once worth nothing in tokens that are out. Raises ValidationError as `register` does."""
    application.name = name.strip()
    _check(application, scopes=scopes, redirect_uris=redirect_uris)
    application.save(update_fields=["name", "scopes", "redirect_uris", "updated"])
    return application


def rotate(application: Application, *, by: User) -> str:
    """A new secret; the old one proves nothing from now on, and the app does what it does for its
    owner as `by`. Raises ValidationError for one that can keep none."""
    if application.client_type == PUBLIC:
        raise ValidationError(_("An app that people install keeps no secret."))
    secret = _new_secret()
    application.client_secret, application.user = secret, by
    application.save(update_fields=["client_secret", "user", "updated"])
    return secret


def delete(application: Application) -> None:
    """Take it away, with all consents, codes and tokens."""
    with transaction.atomic():
        application.delete()


def can_have(*, of_shop: bool, flow: str) -> frozenset[str]:
    """The scopes that such an app may be registered for: what people and shops give, or its owner's."""
    if flow == Application.Flow.CODE:
        return SCOPES - OF_PARTNERS
    return FOR_SHOPS if of_shop else FOR_PARTNERS


def _fill(application: Application, *, scopes: Iterable[str], redirect_uris: Iterable[str]) -> str:
    """Nobody knows the secret of an app that can keep none: an empty one would be a good one."""
    secret = _new_secret()
    application.client_secret = secret
    _check(application, scopes=scopes, redirect_uris=redirect_uris)
    return secret if application.client_type == CONFIDENTIAL else ""


def _check(
    application: Application, *, scopes: Iterable[str], redirect_uris: Iterable[str]
) -> None:
    application.scopes = sorted(set(scopes))
    application.redirect_uris = "\n".join(dict.fromkeys(redirect_uris))
    application.full_clean()
    of_shop = application.merchant_id is not None
    flow = application.authorization_grant_type
    beyond = set(application.scopes) - can_have(of_shop=of_shop, flow=flow)
    if beyond:
        said = _("Not for such an app: %(scopes)s.") % {"scopes": ", ".join(sorted(beyond))}
        raise ValidationError({"scopes": said})


def _new_secret() -> str:
    return SECRET + secrets.token_urlsafe(32)
