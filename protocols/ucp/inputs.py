"""Reading what was sent, member by member; what is not as the schema has it is refused with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from protocols.ucp.errors import Invalid

LONGEST = 1_000
MOST_ITEMS = 100
HIGHEST = 10**12


@dataclass(frozen=True, slots=True)
class Inputs:
    """An object that was sent, and where it stood (RFC 9535). Each method raises Invalid."""

    values: dict[str, Any]
    path: str = "$"

    def text(self, name: str, *, required: bool = False, longest: int = LONGEST) -> str:
        """ "" where it is not given and need not be."""
        value = self._value(name, str, "a text", required)
        if value is not None and len(value) > longest:
            raise Invalid(f"{name} has at most {longest} characters.", path=self._at(name))
        return value or ""

    def whole(self, name: str, *, least: int = 0, most: int = HIGHEST) -> int | None:
        """A whole number of these bounds; None where it is not given."""
        value: int | None = self._value(name, int, "a whole number", required=False)
        if value is not None and not least <= value <= most:
            raise Invalid(f"{name} is from {least} to {most}.", path=self._at(name))
        return value

    def object(self, name: str) -> Inputs:
        """An empty one where it is not given."""
        return Inputs(self._value(name, dict, "an object", required=False) or {}, self._at(name))

    def texts(self, name: str, *, required: bool = False, most: int = MOST_ITEMS) -> list[str]:
        found = self._list(name, required=required, most=most)
        for place, each in enumerate(found):
            if not isinstance(each, str) or len(each) > LONGEST:
                raise Invalid(f"{name} holds texts.", path=f"{self._at(name)}[{place}]")
        return found

    def objects(self, name: str, *, most: int = MOST_ITEMS) -> list[Inputs]:
        found = self._list(name, required=False, most=most)
        for place, each in enumerate(found):
            if not isinstance(each, dict):
                raise Invalid(f"{name} holds objects.", path=f"{self._at(name)}[{place}]")
        return [Inputs(each, f"{self._at(name)}[{place}]") for place, each in enumerate(found)]

    def _list(self, name: str, *, required: bool, most: int) -> list[Any]:
        found = self._value(name, list, "a list", required) or []
        if required and not found:
            raise Invalid(f"{name} needs at least one.", path=self._at(name))
        if len(found) > most:
            raise Invalid(f"{name} has at most {most}.", path=self._at(name))
        return found

    def _value(self, name: str, kind: type, words: str, required: bool) -> Any:  # noqa: FBT001
        if name not in self.values:
            if required:
                raise Invalid(f"{name} is required.", path=self._at(name))
            return None
        value = self.values[name]
        # True is a whole number to Python, and to nobody else.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Invalid(f"{name} is {words}.", path=self._at(name))
        return value

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}"
