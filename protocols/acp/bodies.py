"""What a body has to be: the protocol's own published schemas, read once.

They leave `quantity` out of an item, which their examples and their text have. It is taken, and without
it an item is one piece each time that it is named.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.dateparse import parse_datetime
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from protocols import json_bodies
from protocols.acp import errors
from protocols.acp.errors import Refused

PUBLISHED = Path(__file__).parent / "published"
CHECKOUT, CART = "schema.agentic_checkout.json", "schema.cart.json"
BASE = "https://acp.invalid/"
QUANTITY = {"type": "integer", "minimum": 1}
FORMATS = FormatChecker(formats=["email"])


@FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or getattr(parse_datetime(value), "tzinfo", None) is not None


@FORMATS.checks("uri", raises=ValueError)
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


def check(body: Any, schema: str) -> dict[str, Any]:
    """`body`, which is what `schema` says ("schema.cart.json#/$defs/CartCreateRequest").

    Raises Refused 400 with where it is not; of several places, the first.
    """
    if not isinstance(body, dict):
        raise Refused(400, "invalid", "Send an object.", param="$")
    try:
        json_bodies.check(body)
    except ValueError:
        raise Refused(400, "invalid", "Texts hold no NUL.", param="$") from None
    wrong = sorted(
        _validator(schema).iter_errors(body), key=lambda error: list(map(str, error.path))
    )
    if wrong:
        first = wrong[0]
        code = "missing" if first.validator == "required" else "invalid"
        raise Refused(400, code, first.message[:300], param=errors.path(list(first.absolute_path)))
    return body


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(
        {"$ref": BASE + schema}, registry=_registry(), format_checker=FORMATS
    )


@cache
def _registry() -> Registry[Any]:
    found: dict[str, Any] = {}
    for name in (CHECKOUT, CART):
        # Its id has a folder of its own, from which its neighbours would not be found.
        found[name] = {k: v for k, v in _read(name).items() if k != "$id"}
    found[CHECKOUT]["$defs"]["Item"]["properties"]["quantity"] = QUANTITY
    return Registry().with_resources(
        (BASE + name, Resource.from_contents(content, default_specification=DRAFT202012))
        for name, content in found.items()
    )


def _read(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((PUBLISHED / name).read_text())
    return told
