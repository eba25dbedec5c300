"""What each scope lets an app do, in words for whoever decides about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "products:read": _("See products with their prices and pictures, drafts too"),
    "products:write": _("Add, change and archive products and their prices"),
    "stock:read": _("See how many pieces there are"),
    "stock:write": _("Change how many pieces there are"),
    "posts:read": _("Read posts and replies"),
    "posts:write": _("Publish and delete posts"),
    "orders:read": _("See orders, with the names and addresses of who ordered"),
    "refunds:write": _("Give buyers their money back"),
    "fulfilment:read": _("See what is to be sent, and where to"),
    "fulfilment:write": _("Say that parcels left, and how they travel"),
    "returns:read": _("See what is sent back"),
    "returns:write": _("Decide about what is sent back"),
    "webhooks:read": _("See where messages about the shop are sent"),
    "webhooks:write": _("Decide where messages about the shop are sent"),
    "events:read": _("Follow what happens in the shop"),
    "analytics:read": _("See sales, views and fees in figures"),
    "shop:read": _("See how the shop is set up"),
    "carts:read": _("See what is in the cart"),
    "carts:write": _("Put things into the cart, and take them out"),
    "purchases:read": _("See what you ordered, and where it goes"),
    "purchases:write": _("Order in your name"),
    "agent_checkout:write": _("Fill carts and buy in your name, as a buying agent"),
    "dev.ucp.shopping.cart:manage": _("Fill carts for you, as a buying agent"),
    "dev.ucp.shopping.checkout:manage": _("Buy in your name, as a buying agent"),
    "dev.ucp.shopping.order:read": _("See what it bought for you, and how it travels"),
    "commissions:read": _("See the sales that you brought, and what you get of them"),
    "mentions:write": _("Hand over what people write elsewhere"),
}
