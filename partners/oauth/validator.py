"""What an app says of itself, held against what is kept; the rest of it is django-oauth-toolkit's.

Whatever a request's fields are called, oauthlib makes attributes of them: what is remembered here
stands in `vars(request)`, where nothing that was sent gets to.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone
from oauth2_provider.models import set_token_value
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.settings import oauth2_settings
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749 import errors

from partners import grants
from partners.models import AccessToken, Application, Grant, RefreshToken
from partners.oauth.digests import digest

HASHER = oauth2_settings.CLIENT_SECRET_HASHER
GRANT, CONSENT, FAMILY = "_grant", "_consent", "_family"


def is_ours(resource: str) -> bool:
    """Whether a resource that a token is asked for (RFC 8707) is this site."""
    here, there = urlsplit(settings.PUBLIC_URL), urlsplit(resource)
    return (there.scheme, there.netloc) == (here.scheme, here.netloc) and not there.fragment


class Validator(OAuth2Validator):
    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        """Whether it is the one of which `stored_secret` is kept; kept anew where that was made by a
        slower hasher."""

        def keep(secret: str) -> None:
            kept = make_password(secret, hasher=HASHER)
            Application.objects.filter(client_secret=stored_secret).update(client_secret=kept)

        return check_password(provided_secret, stored_secret, setter=keep, preferred=HASHER)

    # Codes ---------------------------------------------------------------------------------------
    def validate_code(
        self, client_id: str, code: str, client: Application, request: Request, *_rest: Any
    ) -> bool:
        """Whether `code` is good, once. Locks its consent, then the code. One that was used takes all
        with it that came of it (RFC 6749, section 4.1.2)."""
        found = Grant.objects.filter(code=digest(code), application=client).first()
        if found is None:
            return False
        consent = grants.lock(found.consent_id)
        grant = Grant.objects.select_for_update().filter(pk=found.pk).first()
        if grant is None:
            return False
        if grant.used_at is not None:
            RefreshToken.revoke_family(grant.token_family)
            return False
        if consent is None or grant.is_expired():
            return False
        request.scopes, request.user = grant.scope.split(), consent.user
        vars(request).update({GRANT: grant, CONSENT: consent})
        return True

    def get_code_challenge(self, code: str, request: Request) -> str:
        return str(_grant(request).code_challenge)

    def get_code_challenge_method(self, code: str, request: Request) -> str:
        return str(_grant(request).code_challenge_method)

    def get_default_redirect_uri(self, client_id: str, request: Request, *_rest: Any) -> str:
        """At the token endpoint that of the code: by OAuth 2.1 it need not be said there again."""
        if GRANT in vars(request):
            return str(_grant(request).redirect_uri)
        return str(request.client.default_redirect_uri)

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Application, request: Request
    ) -> bool:
        return bool(_grant(request).redirect_uri == redirect_uri)

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: Request, *_rest: Any
    ) -> None:
        """Remember that it was used, and by which tokens; the lock of `validate_code` holds."""
        grant = _grant(request)
        grant.used_at, grant.token_family = timezone.now(), vars(request)[FAMILY]
        grant.save(update_fields=["used_at", "token_family"])

    def get_authorization_code_scopes(
        self, client_id: str, code: str, redirect_uri: str, request: Request
    ) -> list[str]:
        return _grant(request).scope.split() if GRANT in vars(request) else []

    def _create_authorization_code(
        self, request: Request, code: dict[str, str], expires: datetime | None = None
    ) -> Grant:
        seconds = oauth2_settings.AUTHORIZATION_CODE_EXPIRE_SECONDS
        return Grant.objects.create(
            application=request.client,
            user=request.user,
            consent=vars(request)[CONSENT],
            code=digest(code["code"]),
            expires=timezone.now() + timedelta(seconds=seconds),
            redirect_uri=request.redirect_uri,
            scope=" ".join(request.scopes),
            code_challenge=request.code_challenge,
            code_challenge_method=request.code_challenge_method,
        )

    # Tokens --------------------------------------------------------------------------------------
    def validate_refresh_token(
        self, refresh_token: str, client: Application, request: Request, *rest: Any, **others: Any
    ) -> bool:
        """Whether it is good, once; one that was replaced ends its family (RFC 9700, section 4.14.2).

        Locks its consent first: of two that come at once the second finds what the first left.
        """
        found = RefreshToken.objects.filter(token_checksum=digest(refresh_token)).first()
        if found is None:
            return False
        consent = grants.lock(found.consent_id)
        good = super().validate_refresh_token(refresh_token, client, request, *rest, **others)
        vars(request)[CONSENT] = consent
        return bool(good and consent is not None)

    def get_original_scopes(self, refresh_token: str, request: Request, *_rest: Any) -> str:
        return str(request.refresh_token_instance.scope)

    def is_within_original_scope(
        self, request_scopes: list[str], refresh_token: str, request: Request, *_rest: Any
    ) -> bool:
        return False  # oauthlib has compared them with the original ones.

    def _create_access_token(
        self,
        expires: datetime,
        request: Request,
        token: dict[str, str],
        source_refresh_token: RefreshToken | None = None,
    ) -> AccessToken:
        made = AccessToken(
            user=request.user,
            application=request.client,
            consent=vars(request).get(CONSENT),
            scope=token["scope"],
            expires=expires,
            source_refresh_token=_real(source_refresh_token),
        )
        set_token_value(made, token["access_token"])
        made.save()
        return made

    def _create_refresh_token(
        self,
        request: Request,
        refresh_token_code: str,
        access_token: AccessToken,
        previous_refresh_token: RefreshToken | None,
    ) -> RefreshToken:
        replaced = _real(previous_refresh_token)
        family = replaced.token_family if replaced else uuid4()
        made = RefreshToken(
            user=request.user,
            application=request.client,
            consent=vars(request)[CONSENT],
            scope=replaced.scope if replaced else access_token.scope,
            access_token=access_token,
            token_family=family,
        )
        set_token_value(made, refresh_token_code)
        made.save()
        vars(request)[FAMILY] = family
        return made

    def _check_and_set_request_resource(self, request: Request) -> None:
        """There is one resource, this site: a token for another is refused (RFC 8707)."""
        asked = [value for name, value in request.decoded_body or () if name == "resource"]
        if not all(is_ours(each) for each in asked):
            raise errors.CustomOAuth2Error(
                error="invalid_target",
                description="No tokens for this resource are had here.",
                request=request,
            )
        request.resource = []


def _grant(request: Request) -> Grant:
    grant: Grant = vars(request)[GRANT]
    return grant


def _real(row: object) -> RefreshToken | None:
    """The library takes what was sent under its own name for it."""
    return row if isinstance(row, RefreshToken) else None
