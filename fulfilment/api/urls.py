"""Addresses of a shop's orders, and of cancelling a purchase."""

from django.urls import path

from fulfilment.api import cancelling, orders

urlpatterns = [
    path("orders/", orders.Orders.as_view(), name="orders"),
    path("orders/<uuid:public_id>/", orders.OrderById.as_view(), name="order"),
    path(
        "purchases/<uuid:public_id>/cancel/",
        cancelling.PurchaseCancellation.as_view(),
        name="cancel_purchase",
    ),
]
