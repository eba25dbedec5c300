"""What a shape takes exactly as it was sent, known without the shape's own machinery.

A thousand items by serializers take several times what writing them does. Most are right, and mean just
what they say: for those the same bounds are asked in plain functions, made once a shape from its own
fields. Whatever is not plainly right is left to the serializer, which takes it or says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

Check = Callable[[Any], bool]


@cache
def plainly(shape: type[serializers.Serializer[Any]]) -> Check:
    """A function that says of a value whether `shape` takes it, and as it is."""
    return _object(shape())


def _never(value: Any) -> bool:
    return False


def _of(field: Any) -> Check:
    """The check of one field. What is read into something else (a UUID, a moment) is never plain."""
    inner: Check = _never
    if isinstance(field, serializers.ListSerializer | serializers.ListField):
        inner = _list(field)
    elif isinstance(field, serializers.Serializer):
        inner = _object(field)
    elif type(field) is serializers.BooleanField:
        inner = lambda value: value is True or value is False  # noqa: E731
    elif type(field) is serializers.IntegerField:
        inner = _integer(field)
    elif type(field) is serializers.ChoiceField:
        choices = frozenset(field.choices)
        inner = lambda value: type(value) is str and value in choices  # noqa: E731
    elif isinstance(field, serializers.CharField) and not isinstance(field, serializers.URLField):
        inner = _text(field)
    if field.allow_null:
        return lambda value: value is None or inner(value)
    return inner


def _object(shape: Any) -> Check:
    checks = {name: _of(field) for name, field in shape.fields.items() if not field.read_only}
    required = {name for name, field in shape.fields.items() if field.required}

    def check(value: Any) -> bool:
        if type(value) is not dict or not required <= value.keys():
            return False
        for name, each in value.items():
            known = checks.get(name)
            if known is None or not known(each):
                return False
        return True

    return check


def _list(field: Any) -> Check:
    inner = _of(field.child)
    least, most = field.min_length or 0, field.max_length
    if not field.allow_empty:
        least = max(least, 1)

    def check(value: Any) -> bool:
        if type(value) is not list or len(value) < least:
            return False
        return (most is None or len(value) <= most) and all(map(inner, value))

    return check


def _integer(field: Any) -> Check:
    least = field.min_value if field.min_value is not None else -(2**53)
    most = field.max_value if field.max_value is not None else 2**53
    return lambda value: type(value) is int and least <= value <= most


def _text(field: Any) -> Check:
    patterns = [
        re.compile(each.regex) for each in field.validators if isinstance(each, RegexValidator)
    ]
    most = field.max_length
    blank = field.allow_blank

    def check(value: Any) -> bool:
        if type(value) is not str or (not value and not blank):
            return False
        if most is not None and len(value) > most:
            return False
        # Spaces at the ends are trimmed, and some characters are refused: not plain.
        if value and (value[0].isspace() or value[-1].isspace() or "\0" in value):
            return False
        return all(pattern.search(value) for pattern in patterns) and _encodes(value)

    return check


def _encodes(value: str) -> bool:
    """JSON can say half a character, which is none."""
    if value.isascii():
        return True
    return not any("\ud800" <= each <= "\udfff" for each in value)
