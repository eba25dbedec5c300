"""Who calls: `Authorization: Bearer`, with a key or an app's token, and nothing else. No cookie opens the
API, so no other page can use a browser's."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from partners import keys, tokens
from partners.callers import Caller

# Where a program finds out by itself how tokens are had (RFC 9728, section 5.1).
METADATA = f"{settings.PUBLIC_URL}/.well-known/oauth-protected-resource"
REALM = f'Bearer realm="api", resource_metadata="{METADATA}"'
LONGEST = 500


class Bearer(BaseAuthentication):
    """RFC 6750, section 2.1; as `request.user` the person, as `request.auth` the Caller."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer" or not 0 < len(secret) <= LONGEST:
            raise AuthenticationFailed(_("Send “Authorization: Bearer” and a key or a token."))
        secret = secret.strip()
        found = tokens.caller_of if secret.startswith(tokens.PREFIX) else keys.caller_of
        caller = found(secret)
        if caller is None:
            raise AuthenticationFailed(_("This key or token opens nothing, or not any more."))
        return caller.user, caller

    def authenticate_header(self, request: Request) -> str:
        return REALM
