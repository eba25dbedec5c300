"""A product's card as a page of its own, to be framed by the sites that its shop allows."""

from __future__ import annotations

from collections.abc import Container, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from csp.constants import NONE, SELF
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from catalogue import embedding, offers, vias
from catalogue.models import Product
from shopping.preferences import DEFAULT_COUNTRY, THEMES

LAYOUTS = ("full", "compact")
# How old a price in a frame may be, and how long a site that is taken off the list goes on.
KEPT_SECONDS = 60
# Whatever the embedding page grants: the card runs as nobody's, without cookies and storage.
SANDBOX = ("allow-scripts", "allow-popups", "allow-popups-to-escape-sandbox")


@require_safe
def embed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The card; 404 for what there is not, 410 for what is not shown any more.

    `?partner=` goes along to the product's page; `?layout=`, `?theme=`, `?lang=` and `?country=` say
    how it looks, and where to. Anything else that they say is passed over. It reads no cookie and
    sets none.
    """
    product = get_object_or_404(
        Product.objects.select_related("merchant").exclude(status=Product.Status.DRAFT),
        public_id=public_id,
    )
    language = _one_of(dict(settings.LANGUAGES), request.GET.get("lang", ""))
    with translation.override(language or translation.get_language()):
        shown = _context(request, product, language=language)
        status = HTTPStatus.OK if shown["offer"] else HTTPStatus.GONE
        page = render_to_string("catalogue/embed.html", shown)
        response = HttpResponse(page, status=status)
        response["Content-Language"] = translation.get_language()
    return _framed(response, embedding.origins_of(product.merchant_id))


def _context(request: HttpRequest, product: Product, *, language: str) -> dict[str, Any]:
    country = request.GET.get("country", "").upper()
    known = len(country) == 2 and country.isascii() and country.isalpha()
    found = offers.offers(
        [product.pk], country=country if known else DEFAULT_COUNTRY, now=timezone.now()
    )
    path = reverse("catalogue:product", args=[product.public_id, product.slug])
    page = settings.PUBLIC_URL + path
    code = vias.said(request)
    partner = {"partner": code} if code else {}
    return {
        "product": product,
        "offer": found.get(product.pk),
        "layout": _one_of(LAYOUTS, request.GET.get("layout", "")) or "full",
        "theme": _one_of(THEMES, request.GET.get("theme", "")),
        "page": page,
        "about": f"{page}?{urlencode(partner)}" if partner else page,
        "buy": f"{page}?{urlencode({**partner, 'buy': product.public_id})}",
    }


def _one_of(known: Container[str], said: str) -> str:
    """What was said, if it is one of those that are known, else ""."""
    return said if said in known else ""


def _framed(response: HttpResponse, origins: Sequence[str]) -> HttpResponse:
    """`response` as it may stand in frames of `origins`, and in no other.

    Its own policy makes a sandbox of it, so that a page that frames it without one changes nothing.
    X-Frame-Options knows no lists: it says no where there are none, and leaves the others to the policy,
    which every browser that has modules obeys first.
    """
    response._csp_replace = {  # type: ignore[attr-defined]
        "connect-src": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [*origins] or [NONE],
        "frame-src": [NONE],
        "manifest-src": [NONE],
        "sandbox": [*SANDBOX],
        "script-src": [SELF],
        "worker-src": [NONE],
    }
    response.xframe_options_exempt = bool(origins)
    # By itself in a tab it is in a sandbox too, and a browser shows nothing of one with a policy.
    response["Cross-Origin-Opener-Policy"] = "unsafe-none"
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response
