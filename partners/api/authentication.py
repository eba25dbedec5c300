"""Who calls: `Authorization: Bearer`, with a key or an app's token, and nothing else. No cookie opens the
API, so no other page can use a browser's."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from partners import keys
from partners.callers import Caller

REALM = 'Bearer realm="api"'
LONGEST = 500


class Bearer(BaseAuthentication):
    """RFC 6750, section 2.1; as `request.user` the person, as `request.auth` the Caller."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer" or not 0 < len(secret) <= LONGEST:
            raise AuthenticationFailed(_("Send “Authorization: Bearer” and a key or a token."))
        caller = keys.caller_of(secret.strip())
        if caller is None:
            raise AuthenticationFailed(_("This key or token opens nothing, or not any more."))
        return caller.user, caller

    def authenticate_header(self, request: Request) -> str:
        return REALM
