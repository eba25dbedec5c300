from django.urls import include, path

from protocols.ucp import discovery
from protocols.ucp.catalogue import endpoints as catalogue
from protocols.ucp.orders.endpoints import OrderById

app_name = "ucp"
ROOT = "ucp/v1/"
urlpatterns = [
    path(ROOT, include("protocols.ucp.checkout.urls")),
    path(".well-known/ucp", discovery.well_known, name="profile"),
    path(f"{ROOT}catalog/search", catalogue.Search.as_view(), name="search"),
    path(f"{ROOT}catalog/lookup", catalogue.Lookup.as_view(), name="lookup"),
    path(f"{ROOT}catalog/product", catalogue.ProductDetail.as_view(), name="product"),
    path(f"{ROOT}orders/<uuid:public_id>", OrderById.as_view(), name="order"),
    # Platforms that know the business alone, and not its endpoint, ask at the root.
    path("orders/<uuid:public_id>", OrderById.as_view(), name="order_at_root"),
]
