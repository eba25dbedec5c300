"""What a test suite of a protocol may have played in development, so that there is something to see.

In production there is no such address: settings.SIMULATION_SECRET is empty there.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from checkout.models import Order
from fulfilment import fulfilment_orders
from fulfilment.models import FulfilmentOrder

CARRIER = "Test carrier"


@csrf_exempt
@require_POST
def ship(request: HttpRequest, public_id: UUID) -> JsonResponse:
    """Hand all that is left of a paid order to a carrier, as its shops would. A repeat sends nothing."""
    if not settings.SIMULATION_SECRET:
        raise Http404
    said = request.headers.get("Simulation-Secret", "")
    if not constant_time_compare(said, settings.SIMULATION_SECRET):
        return JsonResponse({"code": "forbidden", "content": "Another secret."}, status=403)
    order = Order.objects.filter(public_id=public_id, status=Order.Status.PAID).first()
    if order is None:
        return JsonResponse({"code": "not_found", "content": "No such order."}, status=404)
    fulfilment_orders.open_for(order.pk)
    parts = FulfilmentOrder.objects.filter(order=order, status__in=FulfilmentOrder.TO_SEND)
    for part in parts.order_by("pk"):
        number = f"TEST-{part.public_id.hex[-8:].upper()}"
        fulfilment_orders.ship(part, carrier=CARRIER, tracking_number=number, actor=None)
    return JsonResponse({"status": "shipped"})
