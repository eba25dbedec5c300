"""Who buys through us by an open protocol, and what they were told."""

from __future__ import annotations

from protocols.models.platforms import Platform
from protocols.models.told_orders import OrderNewsMark, ToldOrder

__all__ = ["OrderNewsMark", "Platform", "ToldOrder"]
