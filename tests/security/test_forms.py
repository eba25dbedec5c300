"""No other site sends a form of ours: every address, from the URL configuration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from checkout.models import Cart, DropTicket
from tests.access.table import DEVELOPMENT, rows
from tests.second_factors import sign_in
from tests.shops import Cast

# Addresses that take a POST without a form's token, and what they go by instead.
ORIGIN = (
    "where the browser says it comes from, for a page that is one copy for everybody has no token"
)
SECRET = "the app's secret or verifier; no cookie is looked at"
EXEMPT = {
    "cart/add/<uuid:public_id>/": f"a member's token; of a guest {ORIGIN}",
    "drops/<uuid:public_id>/enter/": ORIGIN,
    "posts/seen/": ORIGIN,
    "preferences/": ORIGIN,
    "notifications/stop/<str:token>/": "the token of the mail (RFC 8058)",
    "webhooks/stripe/": "Stripe's signature over the body",
    "webhooks/carriers/<slug:adapter>/<uuid:public_id>/": "the carrier's signature over the body",
    "oauth/token/": SECRET,
    "oauth/revoke/": SECRET,
    "oauth/introspect/": SECRET,
}
# The API, and the protocols of buying agents.
PROGRAMS = ("api/", "acp/", "ucp/", ".well-known/ucp", "testing/")
FOREIGN = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


def views(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield pattern, entry.callback
        else:
            yield from views(entry, pattern)


def is_api(pattern: str) -> bool:
    """Keys, tokens and signatures in a header that no browser adds by itself."""
    return pattern.startswith(PROGRAMS) or pattern == "orders/<uuid:public_id>"


def test_what_goes_without_a_forms_token_is_listed_with_what_it_goes_by() -> None:
    free = {
        pattern
        for pattern, view in views(get_resolver())
        if getattr(view, "csrf_exempt", False) and not is_api(pattern)
    }
    assert free == set(EXEMPT)


PAGES = [
    row
    for row in {row.pattern: row for row in rows()}.values()
    if row.pattern not in EXEMPT
    and not row.pattern.startswith(DEVELOPMENT)
    and not is_api(row.pattern)
]


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.pattern)
def test_a_form_of_another_site_is_refused(world: Cast, row: Any) -> None:
    """Signed in, with every right: what another site's page makes a browser send."""
    client = sign_in(Client(enforce_csrf_checks=True), world.superuser)
    answer = client.post(row.path(world), {"any": "thing"}, headers=FOREIGN)
    assert answer.status_code == 403


def test_another_sites_page_fills_no_cart_and_changes_no_language(world: Cast) -> None:
    """What goes by where it comes from, refused by that; nothing is left of it."""
    guest = Client(enforce_csrf_checks=True)
    variant = world.plage.variant
    add = f"/cart/add/{world.plage.product.public_id}/?variant={variant.public_id}"
    assert guest.post(add, headers=FOREIGN).status_code == 403
    guest.post(f"/drops/{world.plage.drop.public_id}/enter/", headers=FOREIGN)
    assert guest.post("/posts/seen/", headers=FOREIGN).status_code == 403
    guest.post("/preferences/", {"language": "fr", "theme": "dark"}, headers=FOREIGN)
    assert dict(guest.cookies) == {}
    assert not Cart.objects.exists()
    assert not DropTicket.objects.exists()
