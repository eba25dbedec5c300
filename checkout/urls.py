"""Addresses of buying: sheet, cart, checking out, paying, orders, what is kept, Stripe's webhook."""

from django.urls import path

from checkout import stripe_webhook
from checkout.views import (
    addresses,
    cards,
    cart,
    cart_replies,
    checkout,
    drops,
    mentions,
    orders,
    pay,
    payout_accounts,
    sessions,
    sheet,
)
from shopping.admin_site import site

app_name = "checkout"
PAYOUTS = "merchants/<uuid:public_id>/payouts"

urlpatterns = [
    path("buy/<uuid:public_id>/", sheet.buy, name="buy"),
    path("buy/<uuid:public_id>/quote/", sheet.quote, name="quote"),
    path("buy/<uuid:public_id>/draft/", sheet.draft, name="draft"),
    path("buy/<uuid:public_id>/place/", pay.place, name="place"),
    path("buy/session/<str:token>/", sessions.session, name="session"),
    path("buy/session/<str:token>/go/", sessions.take_over, name="session_take_over"),
    path("cart/", cart.cart, name="cart"),
    path("cart/mini/", cart.mini, name="mini_cart"),
    path("cart/add/<uuid:public_id>/", cart.add, name="cart_add"),
    path("cart/<uuid:public_id>/undo/", cart.undo, name="cart_undo"),
    path("cart/<uuid:public_id>/change/", cart.change, name="cart_change"),
    path("cart/<uuid:public_id>/save/", cart.save, name="cart_save"),
    path("cart/<uuid:public_id>/remove/", cart.remove, name="cart_remove"),
    path("cart/<uuid:public_id>/back/", cart.put_back, name="cart_put_back"),
    path("cart/replies/<uuid:public_id>/", cart_replies.box, name="cart_reply"),
    path("cart/replies/<uuid:public_id>/choose/", cart_replies.choose, name="cart_reply_choose"),
    path("cart/replies/<uuid:public_id>/undo/", cart_replies.undo, name="cart_reply_undo"),
    path("cart/mentions/<uuid:public_id>/", mentions.box, name="mention"),
    path("cart/mentions/<uuid:public_id>/choose/", mentions.choose, name="mention_choose"),
    path("cart/mentions/<uuid:public_id>/undo/", mentions.undo, name="mention_undo"),
    path("cart/mentions/link/<str:token>/", mentions.claim, name="mention_claim"),
    path("checkout/<str:currency>/", checkout.checkout, name="checkout"),
    path("checkout/<str:currency>/quote/", checkout.quote, name="checkout_quote"),
    path("checkout/<str:currency>/draft/", checkout.draft, name="checkout_draft"),
    path("checkout/<str:currency>/place/", pay.place_cart, name="checkout_place"),
    path("drops/<uuid:public_id>/", drops.drop, name="drop"),
    path("drops/<uuid:public_id>/now/", drops.state, name="drop_now"),
    path("drops/<uuid:public_id>/enter/", drops.enter, name="drop_enter"),
    path("drops/<uuid:public_id>/leave/", drops.leave, name="drop_leave"),
    path("drops/<uuid:public_id>/remind/", drops.remind, name="drop_remind"),
    path("payments/settle/", pay.settle, name="settle"),
    path("payments/outcome/", pay.outcome, name="outcome"),
    path("account/addresses/", addresses.mine, name="addresses"),
    path("account/addresses/new/", addresses.add, name="new-address"),
    path("account/addresses/<uuid:public_id>/", addresses.edit, name="edit-address"),
    path(
        "account/addresses/<uuid:public_id>/default/",
        addresses.make_default,
        name="default-address",
    ),
    path("account/addresses/<uuid:public_id>/delete/", addresses.forget, name="forget-address"),
    path("account/cards/", cards.mine, name="cards"),
    path("account/cards/set-up/", cards.set_up, name="set-up-card"),
    path("account/cards/added/", cards.added, name="card-added"),
    path("account/cards/<uuid:public_id>/default/", cards.make_default, name="default-card"),
    path("account/cards/<uuid:public_id>/delete/", cards.forget, name="forget-card"),
    path("orders/", orders.mine, name="orders"),
    path("orders/claim/", orders.claim, name="claim_orders"),
    path("orders/<str:token>/", orders.order, name="order"),
    # By the admin's door, for those whom it lets in.
    path(f"{PAYOUTS}/connect/", site.admin_view(payout_accounts.connect), name="connect_payouts"),
    path(f"{PAYOUTS}/again/", site.admin_view(payout_accounts.again), name="payouts_again"),
    path(
        f"{PAYOUTS}/dashboard/",
        site.admin_view(payout_accounts.dashboard),
        name="payouts_dashboard",
    ),
    path(
        f"{PAYOUTS}/returned/", site.admin_view(payout_accounts.returned), name="payouts_returned"
    ),
    path("webhooks/stripe/", stripe_webhook.receive, name="stripe_webhook"),
    path("terms/<uuid:public_id>/", orders.terms, name="terms"),
]
