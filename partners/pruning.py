"""Sparse answers: `?fields=id,title,variants.price` leaves the rest out."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from partners.problems import Problem

Tree = dict[str, Any]
LONGEST, MOST = 1000, 50


def tree(text: str, shape: type[serializers.BaseSerializer[Any]]) -> Tree:
    """The names that `text` asks for of a `shape`, the inner ones below the outer. Raises Problem 400."""
    wanted: Tree = {}
    hashable: Any = shape  # As all types are.
    if len(text) > LONGEST or text.count(",") >= MOST:
        raise Problem(400, "invalid", _("Too many fields."), parameter="fields")
    for path in text.split(","):
        known, at = _names(hashable), wanted
        for name in path.strip().split("."):
            if name not in known:
                raise Problem(
                    400,
                    "unknown_field",
                    _("“%(name)s” is no field here.") % {"name": path.strip()},
                    parameter="fields",
                )
            known, at = known[name], at.setdefault(name, {})
    return wanted


def prune(shown: Any, wanted: Tree) -> Any:
    """What of `shown` is in `wanted`; all of it where nothing narrower was named."""
    if not wanted:
        return shown
    if isinstance(shown, list):
        return [prune(each, wanted) for each in shown]
    if not isinstance(shown, dict):
        return shown
    return {name: prune(shown[name], inner) for name, inner in wanted.items() if name in shown}


@cache
def _names(shape: Any) -> Tree:
    """Every name of a shape and of the shapes in it; found once, for making a shape costs more than a
    whole answer."""
    found: Tree = {}
    for name, field in shape().fields.items() if isinstance(shape, type) else shape.fields.items():
        inner = field.child if isinstance(field, serializers.ListSerializer) else field
        found[name] = _names(inner) if isinstance(inner, serializers.Serializer) else {}
    return found
