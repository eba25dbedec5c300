"""Who buys through us by an open protocol."""

from __future__ import annotations

from protocols.models.platforms import Platform

__all__ = ["Platform"]
