"""Addresses of checkout sessions and carts, below the service's root."""

from __future__ import annotations

from django.urls import path

from protocols.ucp.checkout import carts, endpoints

urlpatterns = [
    path("checkout-sessions", endpoints.Sessions.as_view(), name="sessions"),
    path("checkout-sessions/<str:public_id>", endpoints.SessionById.as_view(), name="session"),
    path(
        "checkout-sessions/<str:public_id>/complete",
        endpoints.CompleteSession.as_view(),
        name="complete_session",
    ),
    path(
        "checkout-sessions/<str:public_id>/cancel",
        endpoints.CancelSession.as_view(),
        name="cancel_session",
    ),
    path("carts", carts.Carts.as_view(), name="carts"),
    path("carts/<str:public_id>", carts.CartById.as_view(), name="cart"),
    path("carts/<str:public_id>/cancel", carts.CancelCart.as_view(), name="cancel_cart"),
]
