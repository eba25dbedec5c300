from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from checkout import orders
from checkout.models import Order
from fulfilment import tracking


@require_safe
def track(request: HttpRequest, token: str) -> HttpResponse:
    """An order's progress: a page, or for HTMX the part of it that follows the order live.

    The part asks again with the version it shows (`?seen=`) and gets 204 while nothing changed,
    which leaves the page alone. Any other client may send If-None-Match and gets 304.
    """
    try:
        order = orders.by_token(token)
    except Order.DoesNotExist:
        raise Http404 from None
    version = tracking.version(order)
    seen = request.GET.get("seen", "")
    if seen == version:
        return HttpResponse(status=204)
    is_part = bool(request.headers.get("HX-Request"))
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
