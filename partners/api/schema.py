"""The OpenAPI document: what all endpoints have in common stands here, once.

https://spec.openapis.org/oas/v3.1.1.html
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

from partners import deprecation, paging, shapes
from partners.api.endpoints import SAFE
from partners.problems import MEDIA_TYPE, TITLES
from partners.rates import SECONDS
from partners.scope_words import WORDS

# JSON's numbers are exact up to here, in every language.
LARGEST = 2**53 - 1
# Of every call that is let in at all.
ALWAYS = (400, 401, 403, 405, 406, 429)
HEADERS = {
    "Request-Id": ("Names this call in the log of requests.", {"type": "string", "format": "uuid"}),
    "RateLimit": ("How many calls are left, and for how many seconds.", {"type": "string"}),
    "RateLimit-Policy": ("How many calls a minute there are.", {"type": "string"}),
}
IDEMPOTENCY = (
    "Makes it safe to send the same call again: it is done once, and answered alike for 24 hours."
    " Use a new one, such as a UUID, for each thing that is to be done."
)


def header(name: str, description: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "description": description,
        "required": required,
        "schema": {"type": "string"},
    }


def query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


class Described(AutoSchema):
    """An endpoint as the document has it: its own words, and what all have in common."""

    view: Any  # an Endpoint

    def get_description(self) -> str:  # type: ignore[override]
        """An endpoint's own words stand at its methods; its docstring is for whoever reads the code."""
        return ""

    def get_tags(self) -> list[str]:
        """The noun: the first step below the version."""
        return [deprecation.noun(self.path)]

    def is_deprecated(self) -> bool:
        return self.view.deprecated is not None or bool(super().is_deprecated())

    def get_operation(self, *args: Any, **more: Any) -> Any:
        operation = super().get_operation(*args, **more)
        if operation and self.view.deprecated is not None:
            told = operation.get("description", "")
            operation["description"] = f"{self.view.deprecated.words} {told}".rstrip()
        return operation

    def get_auth(self) -> list[dict[str, list[str]]]:
        scope = self.view.scopes.get(self.method, "")
        return [{"key": []}, {"oauth2": [scope] if scope else []}]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return isinstance(serializer, serializers.ListSerializer)

    def _get_parameters(self) -> list[dict[str, Any]]:
        there = super()._get_parameters()
        named = {parameter["name"] for parameter in there}
        return [*there, *(each for each in self._common() if each["name"] not in named)]

    def _common(self) -> list[dict[str, Any]]:
        view, found = self.view, []
        if self.method in SAFE:
            if view.shape is not None:
                found.append(
                    query("fields", "Only these, by comma; `a.b` is b of a.", {"type": "string"})
                )
            if view.expandable:
                listed = ", ".join(f"`{name}`" for name in sorted(view.expandable))
                found.append(query("expand", f"Whole, by comma: {listed}.", {"type": "string"}))
            found += [query(name, "", {"type": "string"}) for name in sorted(view.filters)]
            if view.paged:
                found.append(query("cursor", "From `next`, as it is.", {"type": "string"}))
                bounds = {"minimum": 1, "maximum": view.most_rows, "default": paging.DEFAULT}
                found.append(query("limit", "Rows a page.", {"type": "integer", **bounds}))
            else:
                found.append(header("If-None-Match", "The ETag that you have: 304 if it holds."))
            return found
        needed = self.method in view.needs_key
        found.append(header("Idempotency-Key", IDEMPOTENCY, required=needed))
        if view.conditional:
            found.append(header("If-Match", "The ETag that you saw: 412 if it is another by now."))
        return found

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for code, answer in bodies.items():
            if self.view.paged and self.method == "GET" and code == "200":
                self._page(answer)
            answer.setdefault("description", "")
            answer["description"] = answer["description"] or HTTPStatus(int(code)).phrase
            answer.setdefault("headers", {}).update(
                {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
            )
        if self.method == "GET" and not self.view.paged:
            bodies.setdefault("304", {"description": "You have it already."})
        self.resolve_serializer(shapes.Problem, "response")
        for status in self._problems():
            bodies.setdefault(str(status), {"$ref": f"#/components/responses/Problem{status}"})
        return dict(sorted(bodies.items()))

    def _page(self, answer: dict[str, Any]) -> None:
        """Wrap what one row looks like into the page of a list."""
        for content in answer["content"].values():
            row = content["schema"]
            row = row["items"] if row.get("type") == "array" else row
            name = f"{row['$ref'].rpartition('/')[2]}Page" if "$ref" in row else ""
            page = {
                "type": "object",
                "properties": {
                    "data": {"type": "array", "items": row},
                    "next": {
                        "type": ["string", "null"],
                        "format": "uri",
                        "description": "The next page; null at the end.",
                    },
                },
                "required": ["data", "next"],
                "additionalProperties": False,
            }
            if name:
                component = ResolvedComponent(name, ResolvedComponent.SCHEMA, page, object=name)
                self.registry.register_on_missing(component)
                page = component.ref
            content["schema"] = page
            for example in content.get("examples", {}).values():
                told = example["value"]
                if isinstance(told, list) or "data" not in told:
                    rows = told if isinstance(told, list) else [told]
                    example["value"] = {"data": rows, "next": None}

    def _problems(self) -> set[int]:
        view, unsafe = self.view, self.method not in SAFE
        found = {*ALWAYS, *(view.refusals.values() if unsafe else ())}
        if "{" in self.path:
            found.add(404)
        if unsafe:
            found |= {409, 422}  # Of the Idempotency-Key.
            if self.method != "DELETE":
                found |= {413, 415}
            if view.conditional:
                found.add(412)
        return found

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, shapes.Shape) or (
            isinstance(serializer, type) and issubclass(serializer, shapes.Shape)
        ):
            # A problem may have members of its own (RFC 9457, section 3.2).
            schema["additionalProperties"] = isinstance(serializer, shapes.Problem)
        return schema

    def _map_serializer_field(self, field: Any, direction: Any, *args: Any, **more: Any) -> Any:
        schema = super()._map_serializer_field(field, direction, *args, **more)
        if isinstance(field, serializers.IntegerField) and isinstance(schema, dict):
            schema.setdefault("maximum", LARGEST)
            schema.setdefault("minimum", -LARGEST)
        return schema


def complete(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Add what the document says once for all endpoints; a hook of drf-spectacular."""
    scopes = {scope: str(words) for scope, words in WORDS.items()}
    components = result.setdefault("components", {})
    components["headers"] = {
        name: {"description": text, "schema": schema} for name, (text, schema) in HEADERS.items()
    }
    components["responses"] = {
        f"Problem{status}": {
            "description": title,
            "headers": {"Request-Id": {"$ref": "#/components/headers/Request-Id"}},
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, title in TITLES.items()
    }
    components["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A shop's or a partner's key: `Authorization: Bearer etal_live_…`.",
        },
        "oauth2": {
            "type": "oauth2",
            "description": "A token that an app has for a shop or a person.",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": "/oauth/authorize/",
                    "tokenUrl": "/oauth/token/",
                    "scopes": scopes,
                },
                "clientCredentials": {
                    "tokenUrl": "/oauth/token/",
                    "scopes": scopes,
                },
            },
        },
    }
    used = {
        tag for path in result["paths"].values() for each in path.values() for tag in each["tags"]
    }
    result["tags"] = [{"name": name} for name in sorted(used)]
    result["info"]["x-rate-limit"] = f"{settings.API_CALLS_A_MINUTE} calls in {SECONDS} seconds"
    return result
