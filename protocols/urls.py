"""Addresses of the open protocols; those of UCP are there where there is a key to sign with."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from protocols import simulation

urlpatterns: list[URLPattern | URLResolver] = [
    path("testing/simulate-shipping/<uuid:public_id>", simulation.ship)
]
if settings.UCP_SIGNING_KEYS:
    urlpatterns += [path("", include("protocols.ucp.urls"))]
