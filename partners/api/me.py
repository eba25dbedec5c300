"""Who the caller is: the first call that one makes with a new key."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api.endpoints import Endpoint
from partners.callers import Caller
from partners.shapes import Shape


class Me(Shape):
    name = serializers.CharField(help_text="The key's name, or the app's.")
    live = serializers.BooleanField(help_text="False in a test space.")
    scopes = serializers.ListField(child=serializers.CharField())
    acts_for = serializers.ChoiceField(choices=["shop", "partner", "person"])
    id = serializers.UUIDField(help_text="Of the shop, the partner or the person.")
    display_name = serializers.CharField()


class MeEndpoint(Endpoint):
    scopes = {"GET": ""}
    shape = Me

    def get(self, request: Request) -> Response:
        return self.one(shown(self.caller))


def shown(caller: Caller) -> dict[str, Any]:
    """A caller as they see themself."""
    owner: Any = caller.merchant or caller.partner or caller.user
    kind = "shop" if caller.merchant else "partner" if caller.partner else "person"
    return {
        "name": caller.name,
        "live": caller.live,
        "scopes": sorted(caller.scopes),
        "acts_for": kind,
        "id": str(owner.public_id),
        "display_name": owner.display_name if kind == "person" else owner.name,
    }
