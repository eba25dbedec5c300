"""Endpoints for the tests of what all endpoints have in common: notes of handles, of no use to anybody."""

from __future__ import annotations

import threading
from typing import Any

from django.db import transaction
from django.urls import include, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from partners import paging, preconditions
from partners.api import Endpoint, ShopEndpoint
from partners.shapes import Money, Shape

# A test holds a call in here until it lets it go.
entered, go_on = threading.Event(), threading.Event()


class Refused(Exception):
    code = "not_today"


class Inner(Shape):
    price = Money()
    note = serializers.CharField(required=False, allow_blank=True)


class Person(Shape):
    handle = serializers.CharField(max_length=30)
    display_name = serializers.CharField(required=False)
    age = serializers.IntegerField(required=False)
    glad = serializers.BooleanField(required=False)
    inner = Inner(required=False, many=True)


def shown(user: User) -> dict[str, Any]:
    return {"handle": user.handle, "display_name": user.display_name}


class People(ShopEndpoint):
    scopes = {"GET": "products:read", "POST": "products:write"}
    shape, paged, filters = Person, True, frozenset({"q"})
    refusals = {Refused: 422}

    def get(self, request: Request) -> Response:
        at = paging.place(request, name="people")
        return self.page(paging.rows_at(User.objects.all(), at), at, show=shown)

    def post(self, request: Request) -> Response:
        words = self.read(Person)
        if words["handle"] == "broken":
            raise RuntimeError("a fault of ours")
        if words["handle"] == "refused":
            raise Refused("No more people today.")
        if words["handle"] == "slow":
            entered.set()
            go_on.wait(10)
        User.objects.create_shop(handle=words["handle"], display_name="Made")
        if words["handle"] == "unsayable":
            return Response({"handle": object()}, status=201)
        if words["handle"] == "large":
            return Response({"handle": "x" * 300_000}, status=201)
        return self.one({"handle": words["handle"]}, status=201, location="/api/v1/people/x/")


class OnePerson(Endpoint):
    scopes = {"GET": "products:read", "PATCH": "products:write"}
    shape, conditional = Person, True

    def get(self, request: Request, handle: str) -> Response:
        return self.one(shown(User.objects.get(handle=handle)))

    def patch(self, request: Request, handle: str) -> Response:
        words = self.read(Person, partial=True)

        def locked() -> dict[str, Any]:
            return shown(User.objects.select_for_update().get(handle=handle))

        with preconditions.unchanged(request, locked), transaction.atomic():
            User.objects.filter(handle=handle).update(display_name=words["display_name"])
        return self.one(shown(User.objects.get(handle=handle)))


class Costly(Endpoint):
    scopes, needs_key = {"POST": ""}, frozenset({"POST"})

    def post(self, request: Request) -> Response:
        return Response({"key": self.idempotency_key})


urlpatterns = [
    path("api/v1/people/", People.as_view()),
    path("api/v1/people/<str:handle>/", OnePerson.as_view()),
    path("api/v1/costly/", Costly.as_view()),
    path("", include("shopping.urls")),
]
