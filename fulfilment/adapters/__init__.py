"""Carriers' formats: each is an adapter, and what stands in it is a report like any other."""

from __future__ import annotations

from fulfilment.adapters.base import Adapter, Forged, Malformed
from fulfilment.adapters.easypost import EasyPost
from fulfilment.adapters.generic import Generic
from fulfilment.models import CarrierConnection

ADAPTERS: dict[str, Adapter] = {
    CarrierConnection.Adapter.GENERIC: Generic(),
    CarrierConnection.Adapter.EASYPOST: EasyPost(),
}

__all__ = ["ADAPTERS", "Adapter", "Forged", "Malformed"]
