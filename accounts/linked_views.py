"""Linked accounts and apps: what there is, one more, and the end of one."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.base import AuthProcess
from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from accounts import connections, linked_accounts
from accounts.connections import Connection
from accounts.models import LinkedAccount, User
from accounts.networks import configured
from shopping.cart_tags import tag_for
from shopping.templatetags.money import language


@never_cache
@login_required
@require_safe
def linked(request: HttpRequest) -> HttpResponseBase:
    """The page; `?network=` names one that stands first, `?next=` where to go on once it is linked."""
    # A form that is answered by a redirect goes where its page's policy lets it.
    return csp_update({"form-action": configured.pages()})(_page)(request)


def _page(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    found = list(linked_accounts.of(user))
    acts = connections.acts_of(found)
    context = {
        "profiles": [
            Connection(
                name=each.shown,
                detail=connections.title(each),
                since=each.created_at,
                end=reverse("accounts:end_linked", args=[each.public_id]),
                acts=acts.get(each.pk, ()),
            )
            for each in found
        ],
        "apps": connections.apps_of(user),
        "networks": configured.every(),
        "tag": tag_for(language()),
        "wanted": configured.named(request.GET.get("network", "")),
        "onward": _onward(request.GET.get("next", "")),
    }
    return render(request, "accounts/linked.html", context)


@never_cache
@require_POST
@login_required
def start(request: HttpRequest, network: str) -> HttpResponse:
    """Off to the network, to prove that a profile there is one's own."""
    if configured.named(network) is None:
        raise Http404
    provider = get_adapter().get_provider(request, network)
    onward = _onward(request.POST.get("next", ""))
    try:
        response: HttpResponse = provider.redirect(
            request, process=AuthProcess.CONNECT, next_url=onward or None
        )
    except RequestException as error:  # What it says of itself could not be read.
        response = render_authentication_error(request, provider, exception=error)
    return response


@never_cache
@require_POST
@login_required
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """No more of it."""
    try:
        gone = linked_accounts.end(cast(User, request.user), public_id)
    except LinkedAccount.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("%(profile)s is no longer linked.") % {"profile": gone.shown})
    return redirect("accounts:linked")


def _onward(wanted: str) -> str:
    """A page of ours, or ""."""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
