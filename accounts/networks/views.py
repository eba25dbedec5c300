"""Back from an outside network."""

from __future__ import annotations

import logging

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.networks import configured
from accounts.networks.adapter import refused

logger = logging.getLogger(__name__)
# What comes of an answer that is JSON, but not what the protocol says.
SHAPELESS = (KeyError, TypeError, ValueError, AttributeError)


@never_cache
@login_required
@require_GET
def callback(request: HttpRequest, network: str) -> HttpResponse:
    """Exchange the code, ask who it is, and link them; else say that nothing was linked."""
    if configured.named(network) is None:
        raise Http404
    provider = get_adapter().get_provider(request, network)
    view = OAuth2CallbackView.adapter_view(provider.get_oauth2_adapter(request))
    try:
        response: HttpResponse = view(request)
    except SHAPELESS:
        logger.warning("%s answered what nobody can read", network, exc_info=True)
        return refused(request)
    return response
