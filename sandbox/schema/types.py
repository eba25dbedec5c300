"""The types a parameter can have on the wire, and how each refuses what Stripe refuses.

`parse(value, name)` takes the decoded form value (a string, or a dict for bracketed keys) and the
parameter's name as written (`shipping[address]`); it returns the typed value or raises `StripeError`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.errors import StripeError, bad_parameter, missing_parameter

INTEGER = re.compile(r"-?\d{1,15}")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
LONGEST = 5000


class Type(Protocol):
    def parse(self, value: Any, name: str) -> Any: ...


def text_of(value: Any, name: str, noun: str) -> str:
    """The plain string, refusing structures and the empty string (which means *unset*)."""
    if not isinstance(value, str):
        raise bad_parameter(f"Invalid {noun}: {name}", param=name)
    if value == "":
        raise bad_parameter(
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a "
            f"parameter; however '{name}' cannot be unset. You should remove '{name}' from your request "
            "or supply a non-empty value.",
            param=name,
            code="parameter_invalid_empty",
        )
    return value


@dataclass(frozen=True)
class Text:
    longest: int = LONGEST

    def parse(self, value: Any, name: str) -> str:
        text = text_of(value, name, "string")
        if len(text) > self.longest:
            raise bad_parameter(
                f"Invalid string: {text[:10]}...{text[-5:]}; must be at most {self.longest} characters",
                param=name,
            )
        return text


@dataclass(frozen=True)
class Integer:
    def parse(self, value: Any, name: str) -> int:
        text = text_of(value, name, "integer")
        if not INTEGER.fullmatch(text):
            raise bad_parameter(
                f"Invalid integer: {text}", param=name, code="parameter_invalid_integer"
            )
        return int(text)


@dataclass(frozen=True)
class Number:
    def parse(self, value: Any, name: str) -> float:
        text = text_of(value, name, "decimal")
        if not NUMBER.fullmatch(text):
            raise bad_parameter(f"Invalid decimal: {text}", param=name)
        return float(text)


@dataclass(frozen=True)
class Boolean:
    def parse(self, value: Any, name: str) -> bool:
        text = text_of(value, name, "boolean")
        if text not in ("true", "false"):
            raise bad_parameter(f"Invalid boolean: {text}", param=name)
        return text == "true"


@dataclass(frozen=True)
class Choice:
    """One of Stripe's published values; a literal `true` is the boolean."""

    values: tuple[Any, ...]

    def parse(self, value: Any, name: str) -> Any:
        text = text_of(value, name, "string")
        for allowed in self.values:
            if text == (str(allowed).lower() if isinstance(allowed, bool) else str(allowed)):
                return allowed
        names = [str(allowed) for allowed in self.values]
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, or {names[-1]}"
        raise bad_parameter(f"Invalid {name}: must be one of {listed}", param=name)


@dataclass(frozen=True)
class Emptyable:
    """A value that the empty string unsets."""

    inner: Type

    def parse(self, value: Any, name: str) -> Any:
        return "" if value == "" else self.inner.parse(value, name)


@dataclass(frozen=True)
class Array:
    inner: Type

    def parse(self, value: Any, name: str) -> list[Any]:
        if not isinstance(value, dict) or not all(key.isdigit() for key in value):
            raise bad_parameter("Invalid array", param=name)
        keys = sorted(value, key=int)
        return [self.inner.parse(value[key], f"{name}[{key}]") for key in keys]


@dataclass(frozen=True)
class Table:
    """Free keys with string values, such as `metadata`; an empty value unsets its key."""

    def parse(self, value: Any, name: str) -> dict[str, str]:
        if not isinstance(value, dict):
            raise bad_parameter("Invalid object", param=name)
        for key, text in value.items():
            if not isinstance(text, str):
                raise bad_parameter(f"Invalid string: {name}[{key}]", param=f"{name}[{key}]")
            if len(key) > 40 or "[" in key:
                raise bad_parameter(
                    f"Metadata keys can have up to 40 characters and no brackets: {key[:50]}",
                    param=name,
                )
            if len(text) > 500:
                raise bad_parameter(
                    f"Metadata values can have up to 500 characters, but you passed in a value that is "
                    f"{len(text)} characters. Invalid value: {text[:20]}...",
                    param=f"{name}[{key}]",
                )
        if len(value) > 50:
            raise bad_parameter("You can have up to 50 metadata keys.", param=name)
        return dict(value)


@dataclass(frozen=True)
class Field:
    type: Type
    required: bool = False


@dataclass(eq=False)
class Fields:
    """Named members; `load` gives them at first use, since some tables are long."""

    load: Callable[[], Mapping[str, Field]]
    members: Mapping[str, Field] | None = field(default=None, repr=False)

    def table(self) -> Mapping[str, Field]:
        if self.members is None:
            self.members = self.load()
        return self.members

    def parse(self, value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise bad_parameter("Invalid object", param=name)
        members = self.table()
        inside = {key: f"{name}[{key}]" if name else key for key in {**members, **value}}
        unknown = [inside[key] for key in value if key not in members]
        if unknown:
            noun = "parameter" if len(unknown) == 1 else "parameters"
            raise bad_parameter(
                f"Received unknown {noun}: {', '.join(unknown)}",
                param=unknown[0],
                code="parameter_unknown",
            )
        for key, member in members.items():
            if member.required and key not in value:
                raise missing_parameter(inside[key])
        return {key: members[key].type.parse(item, inside[key]) for key, item in value.items()}


@dataclass(frozen=True)
class Either:
    """Several shapes, such as a timestamp or a range of them; the one that fits is taken."""

    options: tuple[Type, ...]

    def parse(self, value: Any, name: str) -> Any:
        structured = isinstance(value, dict)
        fitting = [
            option
            for option in self.options
            if isinstance(option, Fields | Table | Array) == structured
        ] or list(self.options)
        for option in fitting[:-1]:
            try:
                return option.parse(value, name)
            except StripeError:
                continue
        return fitting[-1].parse(value, name)
