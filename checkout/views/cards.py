"""A person's saved cards: which there are, which comes first, and away with them."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from checkout import cards, gateway
from checkout.errors import UnknownCard


@never_cache
@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The page; what it shows of a card is all that we know of it."""
    return render(request, "checkout/cards.html", {"cards": cards.of(cast(User, request.user))})


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
    """Delete a card at the payment provider and here; somebody else's is not found."""
    try:
        cards.forget(cast(User, request.user), public_id)
    except UnknownCard:
        raise Http404 from None
    except gateway.GatewayError:
        messages.error(
            request, _("The payment provider did not answer. The card is still there; try again.")
        )
    else:
        messages.success(request, _("The card is deleted."))
    return redirect("checkout:cards")
