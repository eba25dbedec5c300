"""Addresses of the open protocols; those of UCP are there where there is a key to sign with."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [path("", include("protocols.ucp.urls"))] if settings.UCP_SIGNING_KEYS else []
