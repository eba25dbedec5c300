"""Reading an order.

https://ucp.dev/2026-04-08/specification/order: get order, authorization.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from checkout.models import Order
from protocols.ucp import capabilities
from protocols.ucp.endpoint import UcpEndpoint
from protocols.ucp.errors import NoResource
from protocols.ucp.orders import documents, placed


class OrderById(UcpEndpoint):
    """Only the platform that placed it reads it; what another's is and what is not are the same."""

    capability = capabilities.ORDER

    def get(self, public_id: UUID) -> dict[str, Any]:
        try:
            order = placed.order_of(self.call.platform, public_id)
        except Order.DoesNotExist:
            raise NoResource("not_found", "Order not found.", status=404) from None
        session = placed.session_of(order)
        assert session is not None  # noqa: S101 - order_of found it by its session
        return documents.order(order, session)
