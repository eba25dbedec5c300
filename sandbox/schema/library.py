"""Parameter tables read from the official library.

`stripe.params` is generated from Stripe's API description: one TypedDict an operation, with each
parameter's type and whether it is required. Reading those keeps the stand-in at exactly the API version
that the installed library speaks, with no table of our own to grow stale.
"""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ForwardRef, Literal, Union

import typing_extensions
from stripe import RequestOptions

from sandbox.schema.types import (
    Array,
    Boolean,
    Choice,
    Either,
    Emptyable,
    Field,
    Fields,
    Integer,
    Number,
    Table,
    Text,
    Type,
)

TRANSPORT = frozenset(
    RequestOptions.__annotations__
)  # options of the call, never sent as parameters

# Lengths that the library's types leave out but Stripe's reference states.
LONGEST = {
    "statement_descriptor": 22,
    "statement_descriptor_suffix": 22,
    "transfer_group": 500,
    "email": 800,
    "phone": 20,
}


def fields_of(params: type, *, extra: Mapping[str, Field] | None = None) -> Fields:
    """The parameters of one of `stripe.params`' TypedDicts, with `extra` ones added."""

    def load() -> Mapping[str, Field]:
        names = vars(sys.modules[params.__module__])
        required = params.__required_keys__  # type: ignore[attr-defined]
        table: dict[str, Field] = {}
        for name, hint in params.__annotations__.items():
            if name not in TRANSPORT:
                table[name] = Field(convert(hint, names, name), name in required)
        return {**table, **(extra or {})}

    return Fields(load)


def convert(hint: Any, names: Mapping[str, Any], name: str) -> Type:
    """The wire type of an annotation; `names` resolves what it refers to."""
    if isinstance(hint, ForwardRef):
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        hint = eval(hint, dict(names))  # noqa: S307 - the pinned library's own annotations
    origin = typing_extensions.get_origin(hint)
    arguments = typing_extensions.get_args(hint)
    if origin in (typing_extensions.NotRequired, typing_extensions.Required):
        return convert(arguments[0], names, name)
    if origin in (Union, types.UnionType):
        return union(arguments, names, name)
    if origin in (list, typing.Sequence):
        return Array(convert(arguments[0], names, name))
    if origin is Literal:
        return union((hint,), names, name)
    if origin is dict or getattr(origin, "__name__", "") == "UntypedStripeObject":
        return Table()
    if typing_extensions.is_typeddict(hint):
        return fields_of(hint)
    scalars: dict[Any, Type] = {int: Integer(), bool: Boolean(), float: Number(), Decimal: Number()}
    if hint in scalars:
        return scalars[hint]
    return Text(LONGEST.get(name, 5000))


def union(arguments: tuple[Any, ...], names: Mapping[str, Any], name: str) -> Type:
    """A choice, a shape among several, and perhaps the empty string that unsets it."""
    values: list[Any] = []
    shapes: list[Type] = []
    for argument in arguments:
        if typing_extensions.get_origin(argument) is Literal:
            values.extend(typing_extensions.get_args(argument))
        elif argument is not type(None) and not (argument is str and has_choice(arguments)):
            shapes.append(convert(argument, names, name))
    emptyable = "" in values
    values = [value for value in values if value != ""]
    if values:
        shapes.append(Choice(tuple(values)))
    unique = list(dict.fromkeys(shapes))
    inner: Type = unique[0] if len(unique) == 1 else Either(tuple(unique))
    return Emptyable(inner) if emptyable else inner


def has_choice(arguments: tuple[Any, ...]) -> bool:
    """Whether published values are among the arguments (their `str` only leaves room for later ones)."""
    return any(
        value != ""
        for argument in arguments
        if typing_extensions.get_origin(argument) is Literal
        for value in typing_extensions.get_args(argument)
    )
