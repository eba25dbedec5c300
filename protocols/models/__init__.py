"""Who buys through us by an open protocol."""

from __future__ import annotations

from protocols.models.acp import AcpConnection, AcpFeed, AcpFeedItem
from protocols.models.platforms import Platform

__all__ = ["AcpConnection", "AcpFeed", "AcpFeedItem", "Platform"]
