"""How django-allauth ends a journey to an outside network: with a linked profile, never with a sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess, Provider
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import linked_accounts
from accounts.linked_accounts import LinkedElsewhere
from accounts.models import User
from accounts.networks import calls, configured
from accounts.networks.providers import app_of

NAMES = ("acct", "username", "preferred_username", "nickname")


class NetworkAdapter(DefaultSocialAccountAdapter):
    """Networks come from the settings alone, and what they are asked goes by `calls`."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        apps = [app_of(network) for network in configured.every()]
        return [
            app
            for app in apps
            if provider in (None, app.provider, app.provider_id)
            and client_id in (None, app.client_id)
        ]

    def get_requests_session(self) -> requests.Session:
        return calls.session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: Mapping[str, Any]
    ) -> object:
        """Nobody is made of what a network says: not of its names, not of its e-mail addresses."""
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link the profile to whoever is signed in. Raises ImmediateHttpResponse, always.

        Nothing of allauth's runs after it, so that a network can neither sign in nor sign up: an
        e-mail address that it claims opens nobody's account, and no row of allauth's is written.
        """
        user = request.user
        linking = sociallogin.state.get("process") == AuthProcess.CONNECT
        if not linking or not isinstance(user, User):
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("accounts:linked")))
        try:
            linked = linked_accounts.link(
                user,
                network=sociallogin.account.provider,
                external_id=sociallogin.account.uid,
                handle=handle_of(sociallogin.account.extra_data),
            )
        except LinkedElsewhere as error:
            messages.error(request, error.message)
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("accounts:linked"))) from None
        messages.success(request, _("%(profile)s is linked.") % {"profile": linked.shown})
        onward = sociallogin.state.get("next") or reverse("accounts:linked")
        raise ImmediateHttpResponse(HttpResponseRedirect(onward))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: Mapping[str, Any] | None = None,
    ) -> None:
        """Back to the page, with what came of it. Raises ImmediateHttpResponse."""
        raise ImmediateHttpResponse(refused(request, cancelled=error == AuthError.CANCELLED))


def refused(request: HttpRequest, *, cancelled: bool = False) -> HttpResponseRedirect:
    """Back to the page where one began: nothing is linked."""
    said = _("Nothing was linked: you cancelled it.")
    if not cancelled:
        said = _("Nothing was linked: the network did not say who you are. Try again.")
    messages.warning(request, said)
    return HttpResponseRedirect(reverse("accounts:linked"))


def handle_of(said: Mapping[str, Any]) -> str:
    """What people call the profile; "" where its network has no such names."""
    papers = [paper for paper in (said.get("userinfo"), said.get("id_token"), said) if paper]
    found = (str(paper[name]) for paper in papers for name in NAMES if paper.get(name))
    return next(found, "")
