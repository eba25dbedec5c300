"""What the API answers, held against its document."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from partners.api.document import document

FORMATS = Draft202012Validator.FORMAT_CHECKER


def assert_as(schema: dict[str, Any], value: Any) -> None:
    """That `value` is what a schema of the document says."""
    whole = {**schema, "components": document()["components"]}
    Draft202012Validator(whole, format_checker=FORMATS).validate(value)


def assert_documented(method: str, answer: Any) -> None:
    """That the document knows the answer's status, and what is in it."""
    route = answer.resolver_match.route.replace("<uuid:", "{").replace(">", "}")
    told = document()["paths"][f"/{route}"][method]["responses"]
    assert str(answer.status_code) in told, (method, route, answer.status_code, answer.content)
    found = told[str(answer.status_code)]
    if "$ref" in found:
        found = document()["components"]["responses"][found["$ref"].rpartition("/")[2]]
    kind = answer["Content-Type"].partition(";")[0]
    schema = found["content"][kind]["schema"]
    if kind.endswith("json"):
        assert_as(schema, answer.json())
