"""Who changed what of a product, in the words of people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import PurePath
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.admin.clocks import shown
from catalogue.admin.pictures import thumbnail
from catalogue.models import Product, ProductChange, ProductImage, Variant
from shopping.own_rows import OwnRowsAdmin
from shopping.templatetags.money import money

# Changes on one page.
PAGE = 50
# Of a text so many characters are shown; the row keeps all.
SHOWN = 300
NAMES = {
    "title": gettext_lazy("title"),
    "description": gettext_lazy("description"),
    "category": gettext_lazy("category"),
    "tax_kind": gettext_lazy("tax"),
    "tags": gettext_lazy("tags"),
    "agents_may_sell": gettext_lazy("buying agents may sell it"),
    "status": gettext_lazy("status"),
    "on_sale_from": gettext_lazy("on sale from"),
    "on_sale_until": gettext_lazy("on sale until"),
    "option_names": gettext_lazy("options"),
    "option_values": gettext_lazy("options"),
    "sku": gettext_lazy("SKU"),
    "price": gettext_lazy("price"),
    "compare_at_price": gettext_lazy("struck price"),
    "weight_grams": gettext_lazy("weight in grams"),
    "barcode": gettext_lazy("barcode"),
    "requires_shipping": gettext_lazy("sent by parcel"),
    "position": gettext_lazy("position"),
    "active": gettext_lazy("on sale"),
    "currency": gettext_lazy("currency"),
    "picture": gettext_lazy("picture"),
    "pictures": gettext_lazy("pictures"),
    "picture_alt": gettext_lazy("alternative text of a picture"),
    "picture_position": gettext_lazy("position of a picture"),
    "picture_variant": gettext_lazy("variant of a picture"),
}
# What follows from the title is not told again.
IMPLIED = frozenset({"slug"})


class Field(NamedTuple):
    name: str
    before: str
    after: str


class Told(NamedTuple):
    """One row of the history. `who` is empty for what nobody signed in did."""

    at: datetime
    who: str
    variant: str
    reference: str
    fields: list[Field]


def page(
    model_admin: OwnRowsAdmin,
    request: HttpRequest,
    product: Product,
    *,
    variant: Variant | None = None,
) -> HttpResponse:
    """The history of `product`, or of one variant of it, the newest first; `?before=` leafs on."""
    found: QuerySet[ProductChange] = product.history.select_related("actor", "variant")
    if variant is not None:
        found = found.filter(variant=variant)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found.order_by("-pk")[: PAGE + 1])
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.model._meta,
        "object": variant or product,
        "title": _("History of %(title)s") % {"title": variant or product},
        "back": reverse("admin:catalogue_product_change", args=[product.pk]),
        "changes": [told(row, product=product) for row in rows[:PAGE]],
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
    }
    return TemplateResponse(request, "admin/catalogue/product/history.html", context)


def told(change: ProductChange, *, product: Product) -> Told:
    """`change` of `product`, with its actor and variant read, as its history shows it."""
    variant = change.variant
    return Told(
        change.created_at,
        f"@{change.actor.handle}" if change.actor else "",
        (variant.options_text or variant.sku) if variant else "",
        change.reference,
        [
            Field(
                str(NAMES.get(name, name)),
                _said(name, before, product),
                _said(name, after, product),
            )
            for name, (before, after) in change.changes.items()
            if name not in IMPLIED
        ],
    )


def _said(name: str, value: Any, product: Product) -> str:
    if value is None or value in ("", []):
        return "–"
    known: dict[str, Callable[[Any], str]] = {
        "picture": lambda file: thumbnail(ProductImage(file=file, alt=PurePath(file).name)),
        "price": lambda amount: money(amount, product.currency),
        "compare_at_price": lambda amount: money(amount, product.currency),
        "status": lambda status: str(Product.Status(status).label),
        "tax_kind": lambda kind: str(Product.TaxKind(kind).label),
        "on_sale_from": lambda text: shown(datetime.fromisoformat(text), product.merchant),
        "on_sale_until": lambda text: shown(datetime.fromisoformat(text), product.merchant),
    }
    if name in known:
        return known[name](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        value = ", ".join(str(each) for each in value)
    return Truncator(str(value)).chars(SHOWN)
