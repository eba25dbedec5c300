"""The owner's way to Stripe and back. Each address is one shop's, and its owner's alone."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalogue import payouts
from catalogue.merchants import MerchantError
from catalogue.models import Merchant
from checkout import gateway, payout_accounts
from shopping.capabilities import Capability
from shopping.own_rows import access


@require_POST
def connect(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """To the page of Stripe's that asks for what is missing."""
    return _to_stripe(request, _own(request, public_id), _link)


@require_GET
def again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stripe sends here whoever came with a link that was used or is old: to a new one."""
    merchant = _own(request, public_id)
    if not merchant.stripe_account_id:
        return _back(merchant)
    return _to_stripe(request, merchant, _link)


@require_POST
def dashboard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """To the owner's own dashboard at Stripe."""
    return _to_stripe(request, _own(request, public_id), payout_accounts.dashboard)


@require_GET
def returned(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Back from Stripe, done or not: how the account stands is asked, not concluded from that."""
    merchant = _own(request, public_id)
    try:
        found = payouts.of(payout_accounts.refresh(merchant.pk))
    except MerchantError as refusal:
        messages.error(request, refusal.message)
    except gateway.GatewayError:
        text = _(
            "Stripe does not answer just now. What you told it is kept; we ask again ourselves."
        )
        messages.warning(request, text)
    else:
        if found.state == "ready":
            messages.success(request, _("Stripe pays out to this shop now."))
        elif found.state == "checking":
            messages.info(request, _("Stripe has what it needs and is checking it."))
        else:
            messages.warning(request, _("Stripe still needs something; the list is below."))
    return _back(merchant)


def _own(request: HttpRequest, public_id: UUID) -> Merchant:
    """The shop, for its owner. Raises Http404 where it is not theirs to see, PermissionDenied for
    its other members and for staff: nobody else gives a bank account in the owner's name. A test
    space is paid nothing."""
    held = access(request)
    merchant = Merchant.objects.filter(public_id=public_id, test_of=None).first()
    if merchant is None or not held.may(Capability.VIEW, merchant.pk):
        raise Http404
    if held.everything or not held.may(Capability.MANAGE, merchant.pk):
        raise PermissionDenied
    return merchant


def _link(merchant: Merchant) -> str:
    place = [merchant.public_id]
    return payout_accounts.connect(
        merchant,
        return_url=settings.PUBLIC_URL + reverse("checkout:payouts_returned", args=place),
        refresh_url=settings.PUBLIC_URL + reverse("checkout:payouts_again", args=place),
    )


def _to_stripe(
    request: HttpRequest, merchant: Merchant, address: Callable[[Merchant], str]
) -> HttpResponse:
    """To the address that Stripe gives, and to no other; where it gives none, back with the reason."""
    try:
        return HttpResponseRedirect(address(merchant))
    except MerchantError as refusal:
        messages.error(request, refusal.message)
    except gateway.Refused:
        text = _(
            "Stripe refuses this shop's account as it is. Look at its country, or write to us."
        )
        messages.error(request, text)
    except gateway.GatewayError:
        text = _("Stripe does not answer just now. Nothing is lost: press again in a minute.")
        messages.error(request, text)
    return _back(merchant)


def _back(merchant: Merchant) -> HttpResponse:
    """To the shop's page, where the message stands above the section on payouts."""
    return HttpResponseRedirect(reverse("admin:catalogue_merchant_change", args=[merchant.pk]))
