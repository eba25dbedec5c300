"""What another surface has prepared, gone on with by its buyer on our own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from checkout import (
    payments,
    session_handovers,
    session_looks,
    session_standing,
    sessions,
    visitors,
)
from checkout.cart_owners import Owner
from checkout.models import CheckoutSession
from checkout.session_looks import Look
from checkout.session_standing import Standing
from checkout.views.tills import stripe_settings
from shopping.money import Money


@never_cache
@require_safe
def session(request: HttpRequest, token: str) -> HttpResponse:
    """What there is to do: to go on, to answer the bank, or nothing any more. Changes nothing."""
    found = _found(token)
    if _is_anothers(request, found):
        return redirect_to_login(request.get_full_path())
    look = session_looks.look(found)
    if look.order is not None and look.standing is Standing.COMPLETED:
        return redirect(session_handovers.order_page_of(look.order))
    context = {"look": look, "token": token, **_sums(look)}
    if look.standing is Standing.ACTION and look.order is not None:
        outcome = payments.settle(session_standing.payment_of(look.order).pk)
        context |= {"secret": outcome.client_secret, "stripe": stripe_settings()}
    return render(request, "checkout/session.html", context)


@never_cache
@require_POST
def take_over(request: HttpRequest, token: str) -> HttpResponse:
    """Put what was prepared into this visitor's own cart, and go to pay for it."""
    found = _found(token)
    if _is_anothers(request, found):
        return redirect_to_login(request.get_full_path())
    look = session_looks.look(found)
    if look.standing is not Standing.OPEN:
        return redirect("checkout:session", token)
    owner = visitors.owner_of(request) or Owner(guest=visitors.new_guest())
    refused = session_handovers.take_over(found, owner)
    for error in refused:
        messages.warning(request, error.message)
    draft = session_handovers.draft_of(found)
    visitors.keep_draft(request, draft)
    if draft["line1"]:
        # Whoever prepared it may have written down a place of their own.
        said = _("Name and address were filled in for you. Look whether they are yours.")
        messages.warning(request, said)
    currency = look.view.sums.currency.lower()
    response = redirect("checkout:cart") if refused else redirect("checkout:checkout", currency)
    visitors.remember_guest(request, response, name=owner.guest)
    return response


def _found(token: str) -> CheckoutSession:
    try:
        return sessions.by_token(token)
    except CheckoutSession.DoesNotExist:
        raise Http404 from None


def _is_anothers(request: HttpRequest, found: CheckoutSession) -> bool:
    """Whether it was prepared in the name of a person who is not the one that is signed in."""
    user = visitors.user_of(request)
    return found.shopper_id is not None and (user is None or user.pk != found.shopper_id)


def _sums(look: Look) -> dict[str, Any]:
    currency = look.view.sums.currency
    lines = [(line, Money(line.total, currency)) for line in look.view.lines] if currency else []
    total = Money(look.view.sums.total, currency) if currency else None
    return {"lines": lines, "total": total}
