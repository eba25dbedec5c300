"""How the admin looks and what its sidebar lists; django-unfold's settings.

The colours are those of static/tokens.css: `base` runs from paper to ink, `primary` is the brand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

COLORS = {
    "base": {
        "50": "oklch(0.975 0.007 150)",
        "100": "oklch(0.945 0.012 152)",
        "200": "oklch(0.895 0.012 155)",
        "300": "oklch(0.820 0.016 155)",
        "400": "oklch(0.700 0.018 157)",
        "500": "oklch(0.510 0.022 162)",
        "600": "oklch(0.420 0.024 165)",
        "700": "oklch(0.340 0.020 166)",
        "800": "oklch(0.275 0.018 168)",
        "900": "oklch(0.212 0.016 168)",
        "950": "oklch(0.165 0.014 168)",
    },
    "primary": {
        "50": "oklch(0.975 0.018 160)",
        "100": "oklch(0.945 0.036 160)",
        "200": "oklch(0.915 0.070 160)",
        "300": "oklch(0.885 0.130 160)",
        "400": "oklch(0.850 0.145 161)",
        "500": "oklch(0.830 0.155 161)",
        "600": "oklch(0.450 0.098 163)",
        "700": "oklch(0.370 0.080 164)",
        "800": "oklch(0.330 0.065 165)",
        "900": "oklch(0.300 0.050 165)",
        "950": "oklch(0.215 0.050 166)",
    },
}


def sees(app_label: str, model_name: str) -> Callable[[HttpRequest], bool]:
    """Whether the person may see any rows of a model, as its admin says."""

    def ask(request: HttpRequest) -> bool:
        site = import_string("shopping.admin_site.site")
        for model, model_admin in site._registry.items():
            if model._meta.label_lower == f"{app_label}.{model_name}":
                return bool(model_admin.has_view_permission(request))
        return False

    return ask


def item(title: Any, icon: str, app_label: str, model_name: str) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app_label}_{model_name}_changelist"),
        "permission": sees(app_label, model_name),
    }


def overview(request: HttpRequest) -> str:
    """Of whoever works for one shop, that shop's; else the list to choose one from."""
    own = import_string("shopping.own_rows.access")(request).names
    if len(own) == 1:
        return reverse("admin:desk_shopoverview_change", args=[*own])
    return reverse("admin:desk_shopoverview_changelist")


NAVIGATION: list[dict[str, Any]] = [
    {
        "items": [
            {"title": _("Today"), "icon": "home", "link": reverse_lazy("admin:index")},
            item(_("Overview"), "monitoring", "desk", "shopoverview") | {"link": overview},
        ],
    },
    {
        "title": _("Orders"),
        "items": [
            item(_("To send"), "package_2", "fulfilment", "fulfilmentorder"),
            item(_("Parcels"), "local_shipping", "fulfilment", "shipment"),
            item(_("Returns"), "assignment_return", "fulfilment", "return"),
            item(_("All orders"), "receipt_long", "checkout", "order"),
            item(_("Payments"), "payments", "checkout", "payment"),
            item(_("Refunds"), "undo", "checkout", "refund"),
            item(_("Disputes"), "gavel", "checkout", "dispute"),
            item(_("Transfers"), "sync_alt", "checkout", "transfer"),
            item(_("Statements"), "request_quote", "checkout", "merchantstatements"),
            item(_("Ledger"), "menu_book", "checkout", "ledgertransaction"),
            item(_("Findings"), "rule", "checkout", "reconciliationfinding"),
            item(_("Reconciliations"), "balance", "checkout", "reconciliationrun"),
            item(_("Stripe events"), "bolt", "checkout", "stripeevent"),
        ],
    },
    {
        "title": _("Products"),
        "items": [
            item(_("Products"), "sell", "catalogue", "product"),
            item(_("Variants"), "style", "catalogue", "variant"),
            item(_("Imports"), "upload_file", "catalogue", "import"),
            item(_("Drops"), "schedule", "catalogue", "drop"),
            item(_("Stock"), "inventory_2", "catalogue", "stockitem"),
            item(_("Stock movements"), "swap_vert", "catalogue", "stockmovement"),
            item(_("Stocktakes"), "checklist", "catalogue", "stocktake"),
            item(_("Offers"), "redeem", "checkout", "offer"),
            item(_("Shipping rates"), "local_shipping", "catalogue", "shippingrate"),
            item(_("Categories"), "category", "catalogue", "category"),
            item(_("Tax rates"), "percent", "catalogue", "taxrate"),
        ],
    },
    {
        "title": _("Shop"),
        "items": [
            item(_("Shops"), "storefront", "catalogue", "merchant"),
            item(_("Applications"), "approval", "desk", "application"),
            item(_("Exports"), "download", "checkout", "merchantexports"),
            item(_("Promotions"), "campaign", "feeds", "promotion"),
            item(_("Agreements"), "contract", "catalogue", "partneragreement"),
            item(_("Owed to partners"), "request_quote", "checkout", "partneraccount"),
            item(_("Sites for cards"), "web", "catalogue", "embedorigin"),
            item(_("Carriers"), "sensors", "fulfilment", "carrierconnection"),
            item(_("Rules for returns"), "assignment_return", "fulfilment", "returnpolicy"),
            item(_("Apps"), "extension", "partners", "application"),
            item(_("Webhooks"), "webhook", "webhooks", "endpoint"),
            item(_("Deliveries"), "outbox", "webhooks", "delivery"),
            item(_("Replays"), "replay", "webhooks", "replay"),
            item(_("Events"), "history", "webhooks", "event"),
            item(_("API keys"), "key", "partners", "apikey"),
            item(_("API requests"), "receipt_long", "partners", "requestline"),
            item(_("Partners"), "handshake", "partners", "partner"),
            item(_("Buying platforms"), "robot_2", "protocols", "platform"),
        ],
    },
    {
        "title": _("People"),
        "items": [
            item(_("People"), "group", "accounts", "user"),
            item(_("Posts"), "forum", "feeds", "post"),
            item(_("Cases"), "flag", "feeds", "case"),
            item(_("Appeals"), "balance", "feeds", "appeal"),
            item(_("Decisions"), "gavel", "feeds", "decision"),
            item(_("Mails"), "mail", "accounts", "outgoingmail"),
        ],
    },
]


def environment(request: HttpRequest) -> list[str] | None:
    """A label that nobody takes for the live site."""
    return [str(_("Development")), "warning"] if settings.DEBUG else None


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Étal",
    "SITE_HEADER": "Étal",
    "SITE_SUBHEADER": _("Shops and orders"),
    "SITE_URL": "/",
    "SITE_ICON": {
        "light": lambda request: static("favicon.svg"),
        "dark": lambda request: static("favicon-dark.svg"),
    },
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("favicon.svg"),
        }
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "SHOW_BACK_BUTTON": True,
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": lambda request: reverse("feeds:preferences")},
    "ENVIRONMENT": "shopping.admin_theme.environment",
    "DASHBOARD_CALLBACK": "desk.dashboard.figures",
    "STYLES": [lambda request: static("admin.css")],
    "BORDER_RADIUS": "10px",
    "COLORS": COLORS,
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": NAVIGATION},
}
