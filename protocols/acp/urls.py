from django.urls import path

from protocols.acp import carts, discovery, sessions

app_name = "acp"
ROOT = "acp/"
ONE = ROOT + "checkout_sessions/<uuid:public_id>"
CART = ROOT + "carts/<uuid:public_id>"
urlpatterns = [
    path(".well-known/acp.json", discovery.well_known, name="discovery"),
    path(f"{ROOT}checkout_sessions", sessions.Sessions.as_view(), name="sessions"),
    path(ONE, sessions.Session.as_view(), name="session"),
    path(f"{ONE}/complete", sessions.Completion.as_view(), name="complete"),
    path(f"{ONE}/cancel", sessions.Cancellation.as_view(), name="cancel"),
    path(f"{ROOT}carts", carts.Carts.as_view(), name="carts"),
    path(CART, carts.Cart.as_view(), name="cart"),
    path(f"{CART}/cancel", carts.CartCancellation.as_view(), name="cancel-cart"),
]
