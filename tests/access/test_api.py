"""Every endpoint of the API by every kind of caller; a new one without a row fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from partners import keys
from partners.models import Partner
from partners.scopes import FOR_PARTNERS, FOR_PEOPLE, FOR_SHOPS
from tests.access import (
    api_catalogue,
    api_checkout,
    api_desk,
    api_feeds,
    api_fulfilment,
    api_mentions,
    api_partners,
    api_test_spaces,
    api_webhooks,
)
from tests.access.api import Row
from tests.oauth.apps import tokens_for, vitrine
from tests.shops import Cast, Shop, cast

API = "api/v1/"
# The document, which is everybody's.
OPEN = {"api/v1/openapi.json"}
# A file an app.
ROWS: list[Row] = [
    *api_catalogue.ROWS,
    *api_checkout.ROWS,
    *api_desk.ROWS,
    *api_fulfilment.ROWS,
    *api_feeds.ROWS,
    *api_mentions.ROWS,
    *api_partners.ROWS,
    *api_test_spaces.ROWS,
    *api_webhooks.ROWS,
]


def endpoints(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            if pattern.startswith(API) and pattern not in OPEN:
                yield pattern, entry.callback
        else:
            yield from endpoints(entry, pattern)


def offered() -> dict[tuple[str, str], str]:
    """Pattern and method of everything that is offered, and the scope that it needs."""
    return {
        (pattern, method): scope
        for pattern, view in endpoints(get_resolver())
        if hasattr(view, "cls")
        for method, scope in view.cls.scopes.items()
    }


def test_every_endpoint_has_its_rows():
    there = set(offered())
    listed = {(row.pattern, row.method) for row in ROWS}
    assert there - listed == set(), "give each of these a row in tests/access/api.py"
    assert listed - there == set(), "these are gone"


def test_nothing_answers_under_the_api_but_endpoints():
    for pattern, view in endpoints(get_resolver()):
        assert hasattr(view, "cls"), pattern
        methods = {name.upper() for name in view.cls.http_method_names if hasattr(view.cls, name)}
        assert methods - {"OPTIONS", "HEAD"} == set(view.cls.scopes), pattern


@pytest.fixture
def world(db: None) -> Cast:
    return cast()


def key_of(shop: Shop, scopes: Any = FOR_SHOPS) -> str:
    return keys.make(name="k", scopes=scopes, made_by=shop.owner, merchant=shop.merchant)[1]


def partner_key(world: Cast, code: str, scopes: Any = FOR_PARTNERS) -> str:
    partner = Partner.objects.create(name=code, code=code, networks=[code])
    return keys.make(name=code, scopes=scopes, made_by=world.staff, partner=partner)[1]


def token_of(world: Cast, person: User, scopes: Any = FOR_PEOPLE) -> str:
    """Of an app that `person` lets act for them."""
    app, secret = vitrine(world.staff, scopes=sorted(scopes))
    return str(tokens_for(app, secret, person, " ".join(sorted(scopes)))["access_token"])


def answer(row: Row, world: Cast, secret: str | None) -> int:
    headers = dict(row.headers)
    if secret is not None:
        headers["Authorization"] = f"Bearer {secret}"
    body = row.body(world)
    sent = {} if body is None else {"data": body, "content_type": "application/json"}
    before = transaction.savepoint()
    response = getattr(Client(), row.method.lower())(row.path(world), headers=headers, **sent)
    transaction.savepoint_rollback(before)
    assert response.status_code < 500, (row.pattern, row.method)
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json", row.pattern
    return int(response.status_code)


def test_each_caller_gets_what_the_table_says(world):
    """None and a key that opens nothing: 401. Another scope: 403. Its owner: the row's status. The owner
    of other rows: what the row says of a foreign one."""
    own = {"shop": key_of(world.plage), "partner": partner_key(world, "own")}
    own["shopper"] = token_of(world, world.mai)
    foreign = {"shop": key_of(world.rayon), "partner": partner_key(world, "other")}
    foreign["shopper"] = token_of(world, world.stranger)
    needed = offered()
    # A key that may all but one thing, by what that is; a shop has not many keys.
    narrow = {scope: key_of(world.plage, FOR_SHOPS - {scope}) for scope in FOR_SHOPS}
    wrong = []
    for row in ROWS:
        scope = needed[row.pattern, row.method]
        expected = {
            "none": (None, 401),
            "nothing": ("etal_live_nothing", 401),
            "own": (own[row.whose], row.status),
            "foreign": (foreign[row.whose], row.foreign),
        }
        if scope and row.whose == "shop":
            expected["scope"] = (narrow[scope], 403)
        for who, (secret, status) in expected.items():
            seen = answer(row, world, secret)
            if seen != status:
                wrong.append(f"{row.method} {row.path(world)} by {who} gave {seen}, not {status}")
    assert not wrong, "\n".join(wrong)
