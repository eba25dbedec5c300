from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from checkout import payments
from checkout.models import Order
from checkout.visitors import user_of
from fulfilment import cancellations, tracking
from fulfilment.cancellations import TooLate
from fulfilment.models import FulfilmentOrder
from fulfilment.papers import order_of
from fulfilment.parts import left_of
from fulfilment.tracking import Part
from shopping.htmx import wants_part
from shopping.ids import uuid_of

Status = FulfilmentOrder.Status


@require_safe
def track(request: HttpRequest, token: str) -> HttpResponse:
    """An order's progress: a page, or for HTMX the part of it that follows the order live.

    The part asks again with the version it shows (`?seen=`) and gets 204 while nothing changed,
    which leaves the page alone. Any other client may send If-None-Match and gets 304.
    """
    order = order_of(token)
    version = tracking.version(order)
    seen = request.GET.get("seen", "")
    if seen == version:
        return HttpResponse(status=204)
    is_part = wants_part(request)
    etag = f'"{version}-{get_language()}-{int(is_part)}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        parcels = tracking.parcels(order) if order.status == Order.Status.PAID else []
        response = render(
            request,
            _template(is_part=is_part, is_news=bool(seen)),
            {
                "order": order,
                "token": token,
                "parcels": parcels,
                "version": version,
                "is_over": order.status == Order.Status.CANCELLED
                or (bool(parcels) and all(parcel.is_over for parcel in parcels)),
            },
        )
        response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _template(*, is_part: bool, is_news: bool) -> str:
    if not is_part:
        return "fulfilment/tracking.html"
    return "fulfilment/_news.html" if is_news else "fulfilment/_tracking.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Cancel an order before it is sent, or the part that `shop` (a public id) names: asks once more.

    For whoever holds the link. Where it is too late the order's page says so.
    """
    order = order_of(token)
    shop = uuid_of(request.POST.get("shop", "") or request.GET.get("shop", ""))
    if request.method == "POST":
        level, said = _cancel(request, order, _parts(order, shop=shop) if shop else [])
        messages.add_message(request, level, said)
        return redirect("checkout:order", token)
    meant = _parts(order, shop=shop)
    can = order.status == Order.Status.AWAITING_PAYMENT or cancellations.can_cancel(
        [part.status for part in meant], alone=shop is not None
    )
    if not can:
        messages.warning(request, str(TooLate()))
        return redirect("checkout:order", token)
    merchants = {part.merchant.pk for part in meant}
    lines = order.lines.select_related("merchant")
    rest = bool(meant) and all(part.status == Status.PARTLY_SHIPPED for part in meant)
    wanted = list(lines.filter(merchant__in=merchants) if shop else lines)
    context = {
        "order": order,
        "token": token,
        "goes_back": cancellations.goes_back(order, merchants),
        "shop": meant[0].merchant if shop else None,
        "rest": rest,
        "lines": [
            (line, pieces, line.unit_price * pieces)
            for line, pieces in (
                (each, left_of(each) if rest else each.quantity) for each in wanted
            )
            if pieces
        ],
    }
    return render(request, "fulfilment/cancel.html", context)


def _cancel(request: HttpRequest, order: Order, meant: list[Part]) -> tuple[int, str]:
    """Do it, and say what came of it."""
    try:
        if order.status == Order.Status.AWAITING_PAYMENT:
            return _cancel_unpaid(order)
        merchant_id = meant[0].merchant.pk if meant else None
        done = cancellations.cancel(order.pk, merchant_id=merchant_id, actor=user_of(request))
    except TooLate as refusal:
        return messages.WARNING, str(refusal)
    amount = cancellations.given_back(order, done)
    if not amount:
        return messages.SUCCESS, _("Cancelled.")
    said = _("Cancelled. %(amount)s goes back to your card.")
    return messages.SUCCESS, said % {"amount": amount.format(get_language() or "en")}


def _cancel_unpaid(order: Order) -> tuple[int, str]:
    settled = payments.cancel_unpaid(order.pk, reason="shopper")
    order.refresh_from_db()
    if order.status == Order.Status.CANCELLED:
        return messages.SUCCESS, _("Cancelled. Nothing was charged.")
    if settled:
        return messages.WARNING, _("The payment went through meanwhile. You can still cancel.")
    return messages.WARNING, _("Your bank is still working on it. Try again in a minute.")


def _parts(order: Order, *, shop: UUID | None) -> list[Part]:
    """The order's parts that are not cancelled, or the one of `shop`. Raises Http404 for none."""
    found = [each for each in tracking.parts(order) if each.status != Status.CANCELLED]
    if shop is None:
        return found
    found = [each for each in found if each.merchant.public_id == shop]
    if not found:
        raise Http404
    return found
