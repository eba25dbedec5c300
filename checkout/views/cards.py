"""A person's saved cards: which there are, which comes first, one more, and away with them."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from checkout import cards, gateway, limits, setups, visitors
from checkout.errors import UnknownCard
from checkout.limits import TooOften
from checkout.views.requests import key_of, new_key
from checkout.views.tills import refused_for, stripe_settings

SETUP = re.compile(r"seti_\w{1,60}", re.ASCII)


@never_cache
@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The page; what it shows of a card is all that we know of it."""
    context = {
        "cards": cards.of(cast(User, request.user)),
        "key": new_key(),
        "stripe": stripe_settings(),
    }
    return render(request, "checkout/cards.html", context)


@login_required
@require_POST
def set_up(request: HttpRequest) -> JsonResponse:
    """What the page's script needs to have the provider's fields set a card up: a client secret."""
    key = key_of(request.POST)
    if not key:
        message = _("This page is too old. Load it again to add a card.")
        return JsonResponse({"message": message}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        limits.count(limits.CARDS, visitors.counted(request))
        secret = setups.begin(cast(User, request.user), key=key)
    except gateway.GatewayError:
        message = _("The payment provider did not answer. Nothing was saved; try again.")
        return JsonResponse({"message": message}, status=HTTPStatus.BAD_GATEWAY)
    except TooOften as error:
        return refused_for(error.seconds, JsonResponse({"message": error.message}))
    return JsonResponse({"client_secret": secret})


@login_required
@require_POST
def added(request: HttpRequest) -> HttpResponse:
    """Keep the card that was set up; somebody else's is not found."""
    named = request.POST.get("setup_intent", "")
    if not SETUP.fullmatch(named):
        raise Http404
    try:
        kept = setups.finish(cast(User, request.user), named)
    except UnknownCard:
        raise Http404 from None
    except gateway.GatewayError:
        messages.info(
            request, _("The payment provider has your card. It will show here in a moment.")
        )
        return redirect("checkout:cards")
    if kept:
        messages.success(request, _("The card is saved, and shown first."))
    else:
        messages.error(request, _("The card was not saved. Your bank did not confirm it."))
    return redirect("checkout:cards")


@login_required
@require_POST
def make_default(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Offer this card first; somebody else's is not found, nor one that has expired."""
    try:
        cards.make_default(cast(User, request.user), public_id)
    except UnknownCard:
        raise Http404 from None
    return redirect("checkout:cards")


@login_required
@require_POST
def forget(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Delete a card here, and at the payment provider after that; somebody else's is not found."""
    try:
        cards.forget(cast(User, request.user), public_id)
    except UnknownCard:
        raise Http404 from None
    messages.success(request, _("The card is deleted."))
    return redirect("checkout:cards")
