"""Errors told to a server that speaks Sentry's protocol, without what they were about of people."""

from __future__ import annotations

from typing import Any

import sentry_sdk
from sentry_sdk.types import Event, Hint

from shopping.monitoring import context
from shopping.monitoring.secrets import hide


def start(dsn: str, *, environment: str) -> None:
    """Report from now on what is logged as an error. `environment` is the site's host.

    No body, cookie, header, address, variable or person is sent, whatever the library would collect.
    """
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=None,
        before_send=scrub,
    )


def scrub(event: Event, _hint: Hint) -> Event:
    """The report as it is sent: ids of ours as tags, of the request its method alone."""
    request = event.get("request") or {}
    kept: Any = {name: value for name, value in event.items() if name not in {"user", "extra"}}
    kept["request"] = {"method": request.get("method", "")} if request else {}
    kept["tags"] = {**(event.get("tags") or {}), **context.ids()}
    cleaned: Event = _hidden(kept)
    return cleaned


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, dict):
        return {name: _hidden(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(each) for each in value]
    return value
