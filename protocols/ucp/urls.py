from django.urls import path

from protocols.ucp import discovery

app_name = "ucp"
ROOT = "ucp/v1/"
urlpatterns = [
    path(".well-known/ucp", discovery.well_known, name="profile"),
]
