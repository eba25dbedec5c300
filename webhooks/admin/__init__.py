"""The admin's pages of webhooks, a file a page."""

from webhooks.admin.deliveries import DeliveryAdmin, EventAdmin
from webhooks.admin.endpoints import EndpointAdmin
from webhooks.admin.replays import ReplayAdmin

__all__ = ["DeliveryAdmin", "EndpointAdmin", "EventAdmin", "ReplayAdmin"]
