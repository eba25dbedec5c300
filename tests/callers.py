"""Who calls the API in tests of buying: a partner's key, a shop's, and an app in a shopper's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from catalogue.models import Merchant
from partners import keys
from partners.callers import Caller
from partners.models import Partner
from partners.scopes import FOR_PARTNERS, FOR_PEOPLE, FOR_SHOPS
from tests.shops import person

API = "/api/v1/"


@dataclass
class Calls:
    """Calls with one bearer; `client` is a browserless Django test client."""

    secret: str
    client: Client = field(default_factory=Client)

    def __call__(
        self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str
    ) -> Any:
        """What `path` below the API answers; `key` is an Idempotency-Key."""
        given = {"Authorization": f"Bearer {self.secret}", **headers}
        if key:
            given["Idempotency-Key"] = key
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self.client, method)(API + path, headers=given, **sent)

    def get(self, path: str, **headers: str) -> Any:
        return self("get", path, **headers)

    def post(self, path: str, body: Any = None, **more: str) -> Any:
        return self("post", path, {} if body is None else body, **more)


def partner(code: str, *, scopes: Iterable[str] = FOR_PARTNERS, live: bool = True) -> Calls:
    """Calls by a key of a new partner's."""
    row = Partner.objects.create(name=code, code=code)
    made_by = person(f"{code}_maker")
    return Calls(keys.make(name=code, scopes=scopes, made_by=made_by, partner=row, live=live)[1])


def shop(merchant: Merchant, *, scopes: Iterable[str] = FOR_SHOPS) -> Calls:
    """Calls by a key of the shop's."""
    made_by = person(f"{merchant.account.handle}_maker")
    return Calls(keys.make(name="k", scopes=scopes, made_by=made_by, merchant=merchant)[1])


def app(
    user: User, monkeypatch: pytest.MonkeyPatch, *, scopes: Iterable[str] = FOR_PEOPLE
) -> Calls:
    """Calls by an app in the name of `user`.

    Tokens are not looked up here: their secret is told to the door itself, and all else is as it is.
    This is the one place that knows it.
    """
    secret, found = f"app-{uuid4()}", keys.caller_of
    caller = Caller(
        principal=f"app:{uuid4()}",
        name="An app",
        user=user,
        merchant=None,
        partner=None,
        scopes=frozenset(scopes),
        live=True,
    )
    monkeypatch.setattr(keys, "caller_of", lambda said: caller if said == secret else found(said))
    return Calls(secret)
