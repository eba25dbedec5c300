"""Whether answers are as the API's document says."""

from __future__ import annotations

import re
from typing import Any

from jsonschema import Draft202012Validator

from partners.api.document import document

FORMATS = Draft202012Validator.FORMAT_CHECKER


def assert_documented(method: str, answer: Any) -> None:
    """That the document knows the answer's status, and its body, unless only some fields were asked for."""
    route = re.sub(r"<\w+:(\w+)>", r"{\1}", answer.resolver_match.route)
    told = document()["paths"][f"/{route}"][method]["responses"][str(answer.status_code)]
    if "$ref" in told:
        told = document()["components"]["responses"][told["$ref"].rpartition("/")[2]]
    pruned = "fields=" in answer.wsgi_request.META["QUERY_STRING"]
    for kind, content in told.get("content", {}).items():
        assert answer["Content-Type"] == kind
        if not pruned:
            whole = {**content["schema"], "components": document()["components"]}
            Draft202012Validator(whole, format_checker=FORMATS).validate(answer.json())
