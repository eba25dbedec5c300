"""Addresses of buying by the API."""

from django.urls import path

from checkout.api import carts, commissions, payments, purchases, quotes, refunds
from checkout.api.mentions import MentionsEndpoint

CART, ORDER = "carts/<uuid:public_id>/", "orders/<uuid:public_id>/"
PURCHASE = "purchases/<uuid:public_id>/"

urlpatterns = [
    path("mentions/", MentionsEndpoint.as_view(), name="mentions"),
    path("carts/", carts.Carts.as_view(), name="carts"),
    path(CART, carts.CartById.as_view(), name="cart"),
    path(f"{CART}lines/", carts.CartLines.as_view(), name="cart_lines"),
    path(f"{CART}lines/<uuid:variant_id>/", carts.CartLineById.as_view(), name="cart_line"),
    path("commissions/", commissions.Commissions.as_view(), name="commissions"),
    path(
        "commissions/balances/",
        commissions.CommissionBalances.as_view(),
        name="commission_balances",
    ),
    path("quotes/", quotes.Quotes.as_view(), name="quotes"),
    path("purchases/", purchases.Purchases.as_view(), name="purchases"),
    path(PURCHASE, purchases.PurchaseById.as_view(), name="purchase"),
    path(f"{PURCHASE}payment/", payments.PurchasePayment.as_view(), name="purchase_payment"),
    path(f"{ORDER}refunds/", refunds.OrderRefunds.as_view(), name="refunds"),
    path(f"{ORDER}refunds/preview/", refunds.RefundPreview.as_view(), name="refund_preview"),
    path(f"{ORDER}refunds/<uuid:refund_id>/", refunds.RefundById.as_view(), name="refund"),
]
