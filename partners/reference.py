"""The API's document as pages show it: by noun, each call with what goes in and what comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any

from partners.api.document import document
from partners.problems import TITLES

METHODS = ("get", "post", "put", "patch", "delete")
# How deep a shape's own shapes are shown.
DEPTH = 4


@dataclass(frozen=True, slots=True)
class Field:
    """A value of a body: `path` is its name behind those of what it is in."""

    path: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    media_type: str
    fields: list[Field]
    examples: list[Example]


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    said: str
    body: Body | None


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of the document."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    deprecated: bool
    parameters: list[dict[str, Any]]
    sent: Body | None
    answers: list[Answer]
    problems: list[tuple[str, str]] = field(default_factory=list)


@cache
def nouns() -> dict[str, list[Call]]:
    """All calls by their noun, both in the document's order."""
    found: dict[str, list[Call]] = {}
    for path, item in document()["paths"].items():
        for method in METHODS:
            if method in item:
                found.setdefault(item[method]["tags"][0], []).append(
                    _call(path, method, item[method])
                )
    return dict(sorted(found.items()))


def _call(path: str, method: str, operation: dict[str, Any]) -> Call:
    scopes = [scope for each in operation["security"] for scope in each.get("oauth2", ())]
    answers, problems = [], []
    for status, answer in operation["responses"].items():
        if "$ref" in answer:
            problems.append((status, TITLES.get(int(status), "")))
        else:
            said = answer["description"] or HTTPStatus(int(status)).phrase
            answers.append(Answer(status, said, _body(answer)))
    return Call(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        scope=" ".join(scopes),
        deprecated=operation.get("deprecated", False),
        parameters=operation.get("parameters", []),
        sent=_body(operation.get("requestBody", {})),
        answers=answers,
        problems=problems,
    )


def _body(holder: dict[str, Any]) -> Body | None:
    for media_type, content in holder.get("content", {}).items():
        examples = [
            Example(
                each.get("summary", name), json.dumps(each["value"], indent=2, ensure_ascii=False)
            )
            for name, each in content.get("examples", {}).items()
        ]
        return Body(media_type, list(_fields(content["schema"])), examples)
    return None


def _fields(schema: dict[str, Any], before: str = "", depth: int = DEPTH) -> Iterator[Field]:
    schema = _resolved(schema)
    if schema.get("type") == "array":
        yield from _fields(schema["items"], f"{before}[]", depth)
        return
    required = set(schema.get("required", ()))
    for name, inner in schema.get("properties", {}).items():
        path = f"{before}.{name}".lstrip(".")
        whole = _resolved(inner)
        told = inner.get("description") or whole.get("description", "")
        yield Field(path, _kind(inner), name in required, told)
        if depth > 1:
            yield from _fields(inner, path, depth - 1)


def _kind(schema: dict[str, Any]) -> str:
    """In words what a value is: "array of string", "integer or null"."""
    schema = _resolved(schema)
    if "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema["enum"])
    if "oneOf" in schema or "anyOf" in schema:
        return " or ".join(map(_kind, schema.get("oneOf") or schema["anyOf"]))
    kinds = schema.get("type", "any")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds[0] == "array":
        kinds = [f"array of {_kind(schema['items'])}", *kinds[1:]]
    words = " or ".join(kinds)
    return f"{words} ({schema['format']})" if "format" in schema else words


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "allOf" in schema and len(schema["allOf"]) == 1:
        schema = schema["allOf"][0]
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema
