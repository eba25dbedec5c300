"""The two tongues that networks speak, as django-allauth has them: OpenID Connect, and plain OAuth 2.0
with a page that says who somebody is. Both send people back to the same address of ours.

Mastodon: https://docs.joinmastodon.org/methods/accounts/#verify_credentials;
X: https://docs.x.com/x-api/users/user-lookup-me.
"""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import ProviderAccount, ProviderException
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.networks import calls
from accounts.networks.configured import LONGEST
from shopping.linked_networks import LinkedNetwork


def app_of(network: LinkedNetwork) -> SocialApp:
    """What allauth knows of `network`, made of the settings; no row."""
    said: dict[str, Any] = {"oauth_pkce_enabled": True}
    if network.kind == "openid":
        said |= {"server_url": network.server, "scope": ["openid", "profile"]}
    elif network.kind == "x":
        said |= {
            "authorize_url": f"{network.pages}/i/oauth2/authorize",
            "token_url": f"{network.server}/2/oauth2/token",
            "profile_url": f"{network.server}/2/users/me",
            "scope": ["users.read", "tweet.read"],
            "basic_auth": True,
        }
    else:
        said |= {
            "authorize_url": f"{network.pages}/oauth/authorize",
            "token_url": f"{network.server}/oauth/token",
            "profile_url": f"{network.server}/api/v1/accounts/verify_credentials",
            "scope": ["read:accounts"],
        }
    return SocialApp(
        provider=OpenIdNetwork.id if network.kind == "openid" else OAuthNetwork.id,
        provider_id=network.network,
        name=network.name,
        client_id=network.client_id,
        secret=network.client_secret,
        settings=said,
    )


def identity(said: object) -> str:
    """Who somebody is at their network, of what it answered. Raises ProviderException for none."""
    if isinstance(said, int) and not isinstance(said, bool):
        said = str(said)
    if not isinstance(said, str) or not said.strip() or len(said) > LONGEST:
        raise ProviderException("the network does not say who this is")
    return said


def callback_of(network: str) -> str:
    """Where people come back to, as it is registered with the network."""
    return f"{settings.PUBLIC_URL}{reverse('network_callback', args=[network])}"


class OpenIdAdapter(OpenIDConnectOAuth2Adapter):
    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return callback_of(app.provider_id)


class OpenIdNetwork(OpenIDConnectProvider):
    id = "openid"
    package = "accounts.networks"
    oauth2_adapter_class = OpenIdAdapter

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("accounts:linked")

    def get_callback_url(self) -> str:
        return callback_of(self.app.provider_id)

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The subject; both of its papers have to name the same (OpenID Connect Core, 5.3.2)."""
        named = {
            identity(paper.get("sub"))
            for paper in (data.get("userinfo"), data.get("id_token"))
            if paper
        }
        if len(named) != 1:
            raise ProviderException("two different people came back")
        return named.pop()


class OAuthAdapter(OAuth2Adapter):
    """An OAuth2Adapter whose addresses are those of one network."""

    def __init__(self, request: HttpRequest, provider_id: str) -> None:
        self.provider_id = provider_id
        super().__init__(request)
        said = self.get_provider().app.settings
        self.authorize_url = said["authorize_url"]
        self.access_token_url = said["token_url"]
        self.profile_url = said["profile_url"]
        self.basic_auth = said.get("basic_auth", False)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return callback_of(app.provider_id)

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        with calls.session() as session:
            response = session.get(
                self.profile_url, headers={"Authorization": f"Bearer {token.token}"}
            )
            response.raise_for_status()
            said = response.json()
        # X wraps it.
        profile = said.get("data", said) if isinstance(said, dict) else {}
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, profile)
        return login


class OAuthNetwork(OAuth2Provider):
    id = "oauth"
    name = "OAuth 2.0"
    package = "accounts.networks"
    account_class = ProviderAccount
    oauth2_adapter_class = OAuthAdapter

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("accounts:linked")

    def get_callback_url(self) -> str:
        return callback_of(self.app.provider_id)

    def get_oauth2_adapter(self, request: HttpRequest) -> OAuthAdapter:
        return self.oauth2_adapter_class(request, self.app.provider_id)

    def extract_uid(self, data: dict[str, Any]) -> str:
        return identity(data.get("id"))
