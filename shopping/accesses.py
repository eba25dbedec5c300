"""What the person behind a request may do in the admin, as `settings.ADMIN_ACCESS` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


class Access(Protocol):
    @property
    def everything(self) -> bool: ...
    @property
    def enters(self) -> bool: ...
    @property
    def needs_two_factor(self) -> bool: ...
    @property
    def names(self) -> Mapping[int, str]: ...
    @property
    def zone(self) -> str: ...
    def merchants(self, capability: str) -> frozenset[int]: ...
    def spaces(self, capability: str) -> frozenset[int]: ...
    def may(self, capability: str, merchant_id: int | None) -> bool: ...


def access(request: HttpRequest) -> Access:
    """What the person behind `request` may do; asked of the database once a request."""
    found: Access | None = getattr(request, "_admin_access", None)
    if found is None:
        found = import_string(settings.ADMIN_ACCESS)(request.user)
        request._admin_access = found  # type: ignore[attr-defined]
    assert found is not None  # noqa: S101 – for the type checker
    return found
