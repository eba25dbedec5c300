"""Are these documents what the protocols' published schemas say?

UCP composes: an extension's schema has, under `$defs`, one schema for each capability that it
extends, and a document has to fit the base and each of these. A request is the same schema read
through its `ucp_request` annotations: a field is left out, required or free, by operation.

    assert valid(answer.json(), "shopping/checkout.json", with_=["fulfillment", "discount"])
    assert not errors(body, "shopping/checkout.json", request="create")
    assert valid(body, "schema.agentic_checkout.json#/$defs/CheckoutSession")
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

PUBLISHED = Path(__file__).parent / "published"
UCP_IDS = "https://ucp.dev/schemas/"
ACP_IDS = "https://acp.test/"
# The services' own documents have no id: they stand where their relative references start from.
UCP_FOLDERS = {"services": "https://ucp.dev/services/", "handlers": "https://ucp.dev/handlers/"}

FORMATS = FormatChecker(formats=["email", "ipv4", "ipv6", "date"])


@FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("uri", raises=ValueError)
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


def valid(
    document: object, schema: str, *, with_: Iterable[str] = (), request: str | None = None
) -> bool:
    """True if the document fits; otherwise an AssertionError that lists what does not."""
    found = errors(document, schema, with_=with_, request=request)
    assert not found, f"{schema}: " + "; ".join(found)
    return True


def errors(
    document: object, schema: str, *, with_: Iterable[str] = (), request: str | None = None
) -> list[str]:
    """What does not fit, each as "where: what is wrong", or nothing.

    `schema` is a path among UCP's schemas ("shopping/order.json"), or a file of ACP's, with a
    fragment where the schema is a part of it. `with_` names UCP's extensions by their file
    ("fulfillment"). `request` is the operation of a UCP request: create, update or complete.
    """
    validator = _validator(schema, tuple(with_), request)
    return [
        f"{found.json_path}: {found.message[:300]}"
        for error in validator.iter_errors(document)
        for found in (error, *error.context)
    ]


@cache
def _validator(schema: str, with_: tuple[str, ...], request: str | None) -> Draft202012Validator:
    registry = _registry(request)
    refs = [_address(schema), *(_extended(name, schema, registry) for name in with_)]
    composed = {"allOf": [{"$ref": ref} for ref in refs]}
    return Draft202012Validator(composed, registry=registry, format_checker=FORMATS)


def _address(schema: str) -> str:
    file = schema.partition("#")[0]
    return (ACP_IDS if (PUBLISHED / "acp" / file).is_file() else UCP_IDS) + schema


def _extended(name: str, schema: str, registry: Registry[Any]) -> str:
    """Where this extension says what becomes of the capability that has this schema."""
    address = f"{UCP_IDS}shopping/{name}.json"
    capability: str = registry.contents(_address(schema))["name"]
    own = registry.contents(address)["$defs"]
    key = capability if capability in own else capability.rpartition(".")[2]
    assert key in own, f"{name} does not extend {capability}"
    return f"{address}#/$defs/{key}"


@cache
def _registry(request: str | None) -> Registry[Any]:
    found = {
        address: content if request is None else _asked(content, request)
        for address, content in _documents()
    }
    resources = ((address, _resource(content)) for address, content in found.items())
    return Registry(retrieve=_misnamed).with_resources(resources)  # type: ignore[call-arg]


def _documents() -> Iterator[tuple[str, Any]]:
    for path in sorted((PUBLISHED / "ucp").rglob("*.json")):
        content = json.loads(path.read_text())
        folder, *rest = path.relative_to(PUBLISHED / "ucp").parts
        yield content.get("$id") or UCP_FOLDERS[folder] + "/".join(rest), content
    for path in sorted((PUBLISHED / "acp").glob("schema.*.json")):
        yield ACP_IDS + path.name, json.loads(path.read_text())
    for path in sorted((PUBLISHED / "acp").glob("*.yaml")):
        yield ACP_IDS + path.name, yaml.safe_load(path.read_text())


def _resource(content: Any) -> Resource[Any]:
    return Resource.from_contents(content, default_specification=DRAFT202012)


def _misnamed(address: str) -> Resource[Any]:
    """References that the published files' ids lead astray, found by the file's own name.

    The profile's schema asks for ../schemas/ from within schemas/, and ACP's bundles name their
    neighbours by file, where each bundle's id has a folder of its own.
    """
    astray = f"{UCP_IDS}schemas/"
    if address.startswith(astray):
        path = PUBLISHED / "ucp" / "schemas" / address.removeprefix(astray)
    else:
        path = PUBLISHED / "acp" / address.rpartition("/")[2]
    return _resource(json.loads(path.read_text()))


def _asked(node: Any, operation: str) -> Any:
    """This schema as a request of the operation has it: by its ucp_request annotations."""
    if isinstance(node, list):
        return [_asked(item, operation) for item in node]
    if not isinstance(node, dict):
        return node
    asked = {key: _asked(value, operation) for key, value in node.items()}
    properties = node.get("properties")
    if not isinstance(properties, dict):
        return asked
    required = set(node.get("required", ()))
    for name, schema in properties.items():
        match _annotation(schema, operation):
            case "omit":
                asked["properties"][name] = False
                required.discard(name)
            case "required":
                required.add(name)
            case "optional":
                required.discard(name)
    return asked | {"required": sorted(required)}


def _annotation(schema: Any, operation: str) -> str | None:
    said = schema.get("ucp_request") if isinstance(schema, dict) else None
    return said.get(operation) if isinstance(said, dict) else said
