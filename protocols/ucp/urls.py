from django.urls import include, path

from protocols.ucp import discovery
from protocols.ucp.catalogue import endpoints as catalogue

app_name = "ucp"
ROOT = "ucp/v1/"
urlpatterns = [
    path(ROOT, include("protocols.ucp.checkout.urls")),
    path(".well-known/ucp", discovery.well_known, name="profile"),
    path(f"{ROOT}catalog/search", catalogue.Search.as_view(), name="search"),
    path(f"{ROOT}catalog/lookup", catalogue.Lookup.as_view(), name="lookup"),
    path(f"{ROOT}catalog/product", catalogue.ProductDetail.as_view(), name="product"),
]
