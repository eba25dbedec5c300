"""The ids that what is going on is about: each log line and error report carries them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_ids: ContextVar[Mapping[str, str]] = ContextVar("ids", default={})  # noqa: B039 - never changed


def ids() -> Mapping[str, str]:
    """By name: `request`, `task`, `order`, `payment`, `event`."""
    return _ids.get()


@contextmanager
def about(**named: object) -> Iterator[None]:
    """All that is done within is about these too. None is left out."""
    token = _ids.set(_with(named))
    try:
        yield
    finally:
        _ids.reset(token)


def note(**named: object) -> None:
    """From now on, until the present request or task ends, it is about these too."""
    _ids.set(_with(named))


def _with(named: Mapping[str, object]) -> dict[str, str]:
    return {
        **_ids.get(),
        **{name: str(value) for name, value in named.items() if value is not None},
    }
