"""Who the caller is: the first call that one makes with a new key."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
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


EXAMPLE = {
    "name": "Catalogue sync",
    "live": True,
    "scopes": ["products:read", "products:write", "stock:write"],
    "acts_for": "shop",
    "id": "019ad3f2-7f0a-7c41-9a64-8f2d6a1b3c55",
    "display_name": "Plage",
}


class MeEndpoint(Endpoint):
    scopes = {"GET": ""}
    shape = Me

    @extend_schema(
        operation_id="me_read",
        summary="Who you are",
        description="The first call to make with a new key: whom it acts for, and what it may do.",
        responses={200: Me},
        examples=[OpenApiExample("A shop's key", value=EXAMPLE, response_only=True)],
    )
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
