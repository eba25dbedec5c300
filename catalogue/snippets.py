"""What is copied onto another site's page to sell a product there: the tag, the frame, the link."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from catalogue.embed_views import SANDBOX
from catalogue.models import Product

# Not the name that changes with what is in it: a page keeps for years what was copied into it.
SCRIPT = "embed/v1/buy-now.js"


@dataclass(frozen=True, slots=True)
class Snippets:
    """HTML of three kinds, the best first."""

    tag: str
    frame: str
    link: str


def of(product: Product, *, partner: str = "") -> Snippets:
    """What shows `product` and credits the partner with the code `partner`, "" for nobody."""
    said = {"partner": partner} if partner else {}
    page = settings.PUBLIC_URL + reverse(
        "catalogue:product", args=[product.public_id, product.slug]
    )
    card = settings.PUBLIC_URL + reverse("catalogue:embed", args=[product.public_id])
    words = _("Buy %(title)s on Étal") % {"title": product.title}
    buy = f"{page}?{urlencode({**said, 'buy': product.public_id})}"
    link = format_html('<a href="{}">{}</a>', buy, words)
    tag = format_html(
        '<script src="{}" async></script>\n<buy-now product="{}"{}>{}</buy-now>',
        settings.PUBLIC_URL + settings.STATIC_URL + SCRIPT,
        product.public_id,
        format_html(' partner="{}"', partner) if partner else "",
        link,
    )
    frame = format_html(
        '<iframe src="{}" title="{}" sandbox="{}" width="384" height="445" loading="lazy"></iframe>',
        f"{card}?{urlencode(said)}" if said else card,
        words,
        " ".join(SANDBOX),
    )
    return Snippets(tag, frame, link)
