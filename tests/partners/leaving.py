"""An endpoint that is to go, for the tests of how that is said."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import include, path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from partners import paging
from partners.api import Deprecation, ShopEndpoint
from partners.shapes import Shape

EXAMPLE = OpenApiExample("A handle", value={"handle": "mai"})


class Handle(Shape):
    handle = serializers.CharField(max_length=30)


def shown(user: User) -> dict[str, Any]:
    return {"handle": user.handle}


class Handles(ShopEndpoint):
    scopes = {"GET": "products:read", "POST": "products:write"}
    shape, paged = Handle, True
    deprecated = Deprecation(
        since=date(2027, 1, 1), sunset=date(2028, 1, 1), instead="Use `people/` instead."
    )

    @extend_schema(
        operation_id="handles_list",
        summary="List handles",
        description="All of them.",
        responses={200: Handle(many=True)},
        examples=[EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name="handles")
        return self.page(paging.rows_at(User.objects.all(), at), at, show=shown)

    @extend_schema(
        operation_id="handles_create",
        summary="Make a handle",
        request=Handle,
        responses={201: Handle},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        return self.one(self.read(Handle), status=201)


urlpatterns = [
    path("api/v1/handles/", Handles.as_view()),
    path("", include("shopping.urls")),
]
