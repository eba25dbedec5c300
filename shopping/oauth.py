"""django-oauth-toolkit's settings: what RFC 9700 and OAuth 2.1 leave of OAuth, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from shopping.environment import env

OAUTH2_PROVIDER_APPLICATION_MODEL = "partners.Application"
OAUTH2_PROVIDER_GRANT_MODEL = "partners.Grant"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "partners.AccessToken"  # noqa: S105 – a model's name
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "partners.RefreshToken"  # noqa: S105 – a model's name
OAUTH2_PROVIDER = {
    # Three flows, and no door to any other: partners.oauth.server.
    "OAUTH2_SERVER_CLASS": "partners.oauth.server.Server",
    "OAUTH2_VALIDATOR_CLASS": "partners.oauth.validator.Validator",
    "SCOPES_BACKEND_CLASS": "partners.oauth.scopes.Scopes",
    "ACCESS_TOKEN_GENERATOR": "partners.oauth.server.access_token",
    "REFRESH_TOKEN_GENERATOR": "partners.oauth.server.refresh_token",
    # An algorithm of PASSWORD_HASHERS: partners.oauth.hashers.
    "CLIENT_SECRET_HASHER": "secret_sha256",
    "OIDC_ISS_ENDPOINT": env.public_url.rstrip("/"),
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    # After the access token that it came with: partners.models.consents.IDLE.
    "REFRESH_TOKEN_EXPIRE_SECONDS": timedelta(days=30),
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ROTATE_REFRESH_TOKEN": True,
    "PKCE_REQUIRED": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"],  # http on one's own machine alone
    "ALLOW_URI_WILDCARDS": False,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}
