"""The examples in the document are what its schemas say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from partners.api.document import document
from tests.callers import assert_as

TAGS = {"carts", "commissions", "quotes", "purchases", "orders"}


def contents() -> Iterator[tuple[str, Any]]:
    """Each body that a call or an answer of this app has."""
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            if TAGS.isdisjoint(operation["tags"]):
                continue
            bodies = [operation.get("requestBody", {})]
            bodies += [told for code, told in operation["responses"].items() if code < "300"]
            for body in bodies:
                for content in body.get("content", {}).values():
                    yield f"{method} {path}", content


@pytest.mark.parametrize(("name", "content"), list(contents()))
def test_an_example_is_as_its_schema(name: str, content: Any):
    assert content["examples"], name
    for example in content["examples"].values():
        assert_as(content["schema"], example["value"])
