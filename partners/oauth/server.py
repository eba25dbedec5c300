"""What the endpoints know how to do: three flows, and no way to ask for another."""

from __future__ import annotations

import re
import secrets
from typing import Any

from oauthlib.common import Request
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.oauth2.rfc6749.endpoints.authorization import AuthorizationEndpoint
from oauthlib.oauth2.rfc6749.endpoints.revocation import RevocationEndpoint
from oauthlib.oauth2.rfc6749.endpoints.token import TokenEndpoint
from oauthlib.oauth2.rfc6749.grant_types import (
    AuthorizationCodeGrant,
    ClientCredentialsGrant,
    RefreshTokenGrant,
)
from oauthlib.oauth2.rfc6749.grant_types.authorization_code import code_challenge_method_s256
from oauthlib.oauth2.rfc6749.tokens import BearerToken

# What a scanner of published code knows one of ours by.
ACCESS, REFRESH = "etal_at_", "etal_rt_"
# A SHA-256 in base64url without padding (RFC 7636, section 4.2).
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def access_token(request: Request) -> str:
    return ACCESS + secrets.token_urlsafe(32)


def refresh_token(request: Request) -> str:
    return REFRESH + secrets.token_urlsafe(32)


class CodeGrant(AuthorizationCodeGrant):
    """A code in the query, had by a challenge of which the app alone can tell what it is of."""

    _code_challenge_methods = {"S256": code_challenge_method_s256}

    def validate_authorization_request(self, request: Request) -> Any:
        found = super().validate_authorization_request(request)
        if not CHALLENGE.fullmatch(request.code_challenge):
            raise errors.InvalidRequestError(
                description="code_challenge is no SHA-256 in base64url.", request=request
            )
        return found

    def prepare_authorization_response(self, request: Request, *rest: Any) -> Any:
        request.response_mode = "query"
        return super().prepare_authorization_response(request, *rest)


class Server(AuthorizationEndpoint, TokenEndpoint, RevocationEndpoint):
    """What it is asked for beside these is refused as unsupported, whatever an app is registered for."""

    def __init__(
        self,
        request_validator: Any,
        *,
        token_expires_in: int,
        token_generator: Any,
        refresh_token_generator: Any,
        **_others: object,
    ) -> None:
        code = CodeGrant(request_validator)
        bearer = BearerToken(
            request_validator, token_generator, token_expires_in, refresh_token_generator
        )
        AuthorizationEndpoint.__init__(
            self,
            default_response_type="code",
            default_token_type=bearer,
            response_types={"code": code},
        )
        TokenEndpoint.__init__(
            self,
            default_grant_type="authorization_code",
            default_token_type=bearer,
            grant_types={
                "authorization_code": code,
                "client_credentials": ClientCredentialsGrant(request_validator),
                "refresh_token": RefreshTokenGrant(request_validator),
            },
        )
        RevocationEndpoint.__init__(self, request_validator)
