from django.urls import path

from partners.api.document import openapi
from partners.api.me import MeEndpoint

urlpatterns = [
    path("me/", MeEndpoint.as_view(), name="me"),
    path("openapi.json", openapi, name="openapi"),
]
