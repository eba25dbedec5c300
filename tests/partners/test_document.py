"""The OpenAPI document says what the code does."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.conf import settings
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from partners.api.document import as_yaml, document

METHODS = {"get", "post", "put", "patch", "delete"}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in document()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_the_committed_document_is_the_codes():
    committed = (settings.BASE_DIR / "docs" / "openapi.yaml").read_text()
    assert committed == as_yaml(), "run: .venv/bin/python -m stack manage openapi"


def test_it_is_valid_openapi_and_was_made_without_a_warning():
    document.cache_clear()
    GENERATOR_STATS.reset()
    made = document()
    assert made["openapi"].startswith("3.1")
    validate_schema(made)
    with GENERATOR_STATS.silence():
        assert not GENERATOR_STATS


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_every_operation_explains_itself(path, method, operation):
    assert operation["summary"], (path, method)
    assert {"401", "403", "429"} <= set(operation["responses"])
    told = [code for code in operation["responses"] if code.startswith("2")]
    assert told, (path, method)
    for code in told:
        for content in operation["responses"][code].get("content", {}).values():
            assert content.get("examples"), (path, method, code)
    body = operation.get("requestBody")
    for content in (body or {"content": {}})["content"].values():
        assert content.get("examples"), (path, method)


def test_anybody_reads_it_from_anywhere(client):
    answer = client.get("/api/v1/openapi.json", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert yaml.safe_load(answer.content) == yaml.safe_load(as_yaml())
    same = client.get("/api/v1/openapi.json", headers={"If-None-Match": answer["ETag"]})
    assert same.status_code == 304
