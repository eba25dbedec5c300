"""The API has nothing of what pages need: no session, no cookie, no language of a browser."""

from __future__ import annotations

from django.test import Client

from tests.catalogue_api.conftest import PRODUCTS, key_of
from tests.shops import Cast


def test_a_browsers_session_is_not_looked_at(world: Cast) -> None:
    client = Client()
    client.force_login(world.mai)
    assert client.get(PRODUCTS).status_code == 401
    headers = {"Authorization": f"Bearer {key_of(world, 'plage')}", "Accept-Language": "fr"}
    answer = client.get(f"{PRODUCTS}?limit=0", headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad request")
    assert not answer.cookies
    assert "Content-Language" not in answer
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Length"] == str(len(answer.content))
    assert client.get("/account/").status_code == 200
