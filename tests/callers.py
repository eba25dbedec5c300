"""Who calls the API in tests of buying: a partner's key, a shop's, and an app in a shopper's name.

Each answer has to be as the API's document says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator

from accounts.models import User
from catalogue.models import Merchant
from partners import keys
from partners.api.document import document
from partners.models import Partner
from partners.scopes import FOR_PARTNERS, FOR_PEOPLE, FOR_SHOPS
from tests.oauth import apps
from tests.shops import person

API = "/api/v1/"
FORMATS = Draft202012Validator.FORMAT_CHECKER


@dataclass
class Calls:
    """Calls with one bearer; `client` is a browserless Django test client."""

    secret: str
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        document()  # Made here, once, and not by many threads at the same time.

    def __call__(
        self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str
    ) -> Any:
        """What `path` below the API answers; `key` is an Idempotency-Key."""
        given = {"Authorization": f"Bearer {self.secret}", **headers}
        if key:
            given["Idempotency-Key"] = key
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = getattr(self.client, method)(API + path, headers=given, **sent)
        assert_documented(method, answer)
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return self("get", path, **headers)

    def post(self, path: str, body: Any = None, **more: str) -> Any:
        return self("post", path, {} if body is None else body, **more)


def assert_documented(method: str, answer: Any) -> None:
    """That the document knows the answer's status, and its body."""
    route = answer.resolver_match.route.replace("<uuid:", "{").replace(">", "}")
    operation = document()["paths"][f"/{route}"].get(method)
    if operation is None:
        assert answer.status_code in (403, 405), (method, route)
        return
    told = operation["responses"][str(answer.status_code)]
    told = within(told["$ref"]) if "$ref" in told else told
    for kind, content in told.get("content", {}).items():
        assert answer["Content-Type"] == kind
        if kind.endswith("json"):
            assert_as(content["schema"], answer.json())


def assert_as(schema: dict[str, Any], value: Any) -> None:
    """That `value` is what a `schema` of the document says."""
    whole = {**schema, "components": document()["components"]}
    Draft202012Validator(whole, format_checker=FORMATS).validate(value)


def within(reference: str) -> Any:
    """What "#/components/…" leads to in the document."""
    found: Any = document()
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def partner(code: str, *, scopes: Iterable[str] = FOR_PARTNERS) -> Calls:
    """Calls by a key of a new partner's."""
    row = Partner.objects.create(name=code, code=code)
    made_by = person(f"{code}_maker")
    return Calls(keys.make(name=code, scopes=scopes, made_by=made_by, partner=row)[1])


def shop(merchant: Merchant, *, scopes: Iterable[str] = FOR_SHOPS) -> Calls:
    """Calls by a key of the shop's."""
    made_by = person(f"{merchant.account.handle}_maker")
    return Calls(keys.make(name="k", scopes=scopes, made_by=made_by, merchant=merchant)[1])


def app(user: User, *, scopes: Iterable[str] = FOR_PEOPLE, live: bool = True) -> Calls:
    """Calls by an app in the name of `user`, who agreed to `scopes`."""
    asked = sorted(scopes)
    registered, secret = apps.vitrine(person(f"{user.handle}_maker"), scopes=asked, live=live)
    return Calls(apps.tokens_for(registered, secret, user, " ".join(asked))["access_token"])
