"""Misbehaviour on request: which calls and which webhooks go wrong, how, and how many times."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from itertools import count
from typing import Any

CALL_KINDS = {
    "delay": "wait `seconds`, then do it and answer",
    "error": "do nothing, answer `status` (500 unless given)",
    "drop": "do nothing, cut the connection",
    "error_after": "do it, answer `status` (500 unless given)",
    "drop_after": "do it, cut the connection",
    "delay_after": "do it, answer only after `seconds`",
    "processing": "leave a confirmed intent in `processing` for `seconds`, then let it succeed",
}
WEBHOOK_KINDS = {
    "webhook_duplicate": "deliver the event `copies` times",
    "webhook_delay": "deliver the event after `seconds`",
    "webhook_reorder": "deliver the next `times` events in reverse order",
    "webhook_hold": "keep the event until it is released",
    "webhook_drop": "never deliver the event (it is still listed)",
}
NUMBERS: dict[str, int | float] = {"times": 1, "seconds": 1.0, "status": 500, "copies": 2}


class BadFault(ValueError):
    """A fault that was asked for in a way that means nothing; the message says why."""


@dataclass
class Fault:
    """One armed misbehaviour.

    `operation` is a pattern over operation names (`payment_intents.create`) or, for webhooks, over
    event types (`charge.*`); `method` and `path` narrow calls by what is on the wire. `times` counts
    down with each use; `delay` and `delay_after` wait `seconds`.
    """

    id: int
    kind: str
    operation: str = "*"
    method: str = "*"
    path: str = "*"
    times: int = 1
    seconds: float = 1.0
    status: int = 500
    copies: int = 2
    used: int = 0

    def view(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass
class Faults:
    """The armed faults, oldest first; each matching call uses up the first that fits."""

    armed: list[Fault] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def arm(self, wanted: Any) -> Fault:
        """Arm a fault from its JSON; raises `BadFault` with a sentence that says what is wrong."""
        if not isinstance(wanted, dict):
            raise BadFault("A fault is a JSON object.")
        known = {"kind", "operation", "method", "path", *NUMBERS}
        unknown = sorted(set(wanted) - known)
        if unknown:
            raise BadFault(
                f"Unknown members: {', '.join(unknown)}. Known: {', '.join(sorted(known))}."
            )
        kinds = {**CALL_KINDS, **WEBHOOK_KINDS}
        if wanted.get("kind") not in kinds:
            raise BadFault(f"`kind` must be one of: {', '.join(kinds)}.")
        for name, usual in NUMBERS.items():
            value = wanted.get(name, usual)
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise BadFault(f"`{name}` must be a number that is not negative.")
            if not isinstance(usual, float) and not isinstance(value, int):
                raise BadFault(f"`{name}` must be a whole number.")
        fault = Fault(id=next(self.numbers), **wanted)
        if fault.times:
            self.armed.append(fault)
        return fault

    def clear(self) -> None:
        self.armed.clear()

    def for_call(self, *, operation: str, method: str, path: str) -> Fault | None:
        """Use up the first fault armed for this call; None where the call should just work."""
        for fault in self.armed:
            if (
                fault.kind in CALL_KINDS
                and fault.kind != "processing"
                and fnmatch.fnmatchcase(operation, fault.operation)
                and fnmatch.fnmatchcase(method, fault.method)
                and fnmatch.fnmatchcase(path, fault.path)
            ):
                return self.use(fault)
        return None

    def processing(self) -> Fault | None:
        """Use up a fault that leaves a confirmed intent in `processing`."""
        for fault in self.armed:
            if fault.kind == "processing":
                return self.use(fault)
        return None

    def for_event(self, event_type: str) -> Fault | None:
        """Use up the first fault armed for an event of this type."""
        for fault in self.armed:
            if fault.kind in WEBHOOK_KINDS and fnmatch.fnmatchcase(event_type, fault.operation):
                return self.use(fault)
        return None

    def use(self, fault: Fault) -> Fault:
        fault.used += 1
        fault.times -= 1
        if fault.times <= 0:
            self.armed.remove(fault)
        return fault
