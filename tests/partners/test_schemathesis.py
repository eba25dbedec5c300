"""Every operation of the document, called with what fits it and what does not, over HTTP: no fault of
ours, and no answer that the document does not tell of.

ETAL_EXAMPLES tries as many calls of each.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.urls import resolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from partners import keys
from partners.api.document import document
from partners.models import Partner
from partners.scopes import FOR_PARTNERS, FOR_SHOPS
from tests.access.test_api import ROWS
from tests.buying import sandbox, sandbox_process
from tests.shops import Cast, cast

__all__ = ["sandbox", "sandbox_process"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sandbox")]
EXAMPLES = int(os.environ.get("ETAL_EXAMPLES", "6"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
METHODS = ("get", "post", "put", "patch", "delete")
OPERATIONS = [
    (path, method.upper())
    for path, item in document()["paths"].items()
    for method in METHODS
    if method in item
]


def as_pattern(path: str) -> str:
    """An address of the document as the table of the API has it: only the names of its parts differ."""
    return "".join("{}" if part.startswith("{") else f"/{part}" for part in path.split("/"))


def rightful(path: str, method: str) -> Any:
    """The table's row of an operation: whose key opens it, and an address that leads to something."""
    spelt = as_pattern(path)
    for row in ROWS:
        parts = ["{}" if part.startswith("<") else f"/{part}" for part in row.pattern.split("/")]
        if row.method == method and "/" + "".join(parts) == spelt:
            return row
    raise LookupError(f"{method} {path} has no row in tests/access")


def key_for(world: Cast, whose: str) -> str:
    if whose == "shop":
        owner: dict[str, Any] = {"merchant": world.plage.merchant, "scopes": FOR_SHOPS}
    else:
        partner = Partner.objects.create(name="P", code="p", networks=["net"])
        owner = {"partner": partner, "scopes": FOR_PARTNERS}
    return keys.make(name="fuzz", made_by=world.plage.owner, **owner)[1]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_what_is_answered_is_in_the_document(live_server, path, method):
    world = cast()
    row = rightful(path, method)
    # The site answers to its own name alone.
    host = urlsplit(django_settings.PUBLIC_URL).netloc
    headers = {"Authorization": f"Bearer {key_for(world, row.whose)}", "Host": host}
    there = {name: str(value) for name, value in resolve(row.path(world)).kwargs.items()}
    schema = schemathesis.openapi.from_dict(document())
    operation = schema[path][method]
    fitting = operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
    unfitting = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=fitting | unfitting, found=st.booleans())
    def call(case: Any, found: bool) -> None:
        if found:
            case.path_parameters = {
                name: there.get(name, value) for name, value in case.path_parameters.items()
            }
        response = case.call(base_url=live_server.url, headers=headers, timeout=30)
        case.validate_response(response, checks=CHECKS)

    call()
