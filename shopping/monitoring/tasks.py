"""Each task of a worker: which request and trace it goes on with, how long it waited and took.

What its sender knows travels in one header of the message, `etal`.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any

from celery import signals
from opentelemetry.trace import SpanKind

from shopping.monitoring import context, metrics, traces

HEADER = "etal"
_running: dict[str, tuple[ExitStack, float]] = {}


def watch() -> None:
    """Follow each task that this process sends or runs."""
    signals.before_task_publish.connect(send_along)
    signals.task_prerun.connect(begin)
    signals.task_postrun.connect(end)
    signals.task_revoked.connect(count_revoked)


def send_along(headers: dict[str, Any] | None = None, **_: object) -> None:
    """Say when it was sent, and for which request and trace."""
    if headers is not None:
        sent = {"at": time.time(), traces.TRACEPARENT: traces.traceparent(), **context.ids()}
        headers[HEADER] = {name: value for name, value in sent.items() if value is not None}


def begin(task_id: str, task: Any, **_: object) -> None:
    """Go on with what its sender was about."""
    sent = sent_along(task.request)
    at = sent.pop("at", None)
    if at is not None:
        queue = (task.request.delivery_info or {}).get("routing_key") or "-"
        metrics.TASK_WAIT_SECONDS.labels(queue).observe(max(0.0, time.time() - at))
    stack = ExitStack()
    parent = sent.pop(traces.TRACEPARENT, None)
    # A task that was sent by a task is about itself, and about all else that its sender was.
    stack.enter_context(context.about(**sent | {"task": task.name}))
    stack.enter_context(traces.span(task.name, kind=SpanKind.CONSUMER, parent=parent))
    _running[task_id] = stack, time.perf_counter()


def end(task_id: str, task: Any, state: str | None = None, **_: object) -> None:
    """Count it; `state` is Celery's."""
    stack, began = _running.pop(task_id, (None, 0.0))
    if stack is None:
        return
    stack.close()
    metrics.TASKS.labels(task.name, (state or "unknown").lower()).inc()
    metrics.TASK_SECONDS.labels(task.name).observe(time.perf_counter() - began)


def count_revoked(request: Any, **_: object) -> None:
    """A hint or sweep that was too old when its turn came."""
    metrics.TASKS.labels(request.name or "-", "revoked").inc()


def sent_along(request: Any) -> dict[str, Any]:
    """What the sender of a task said, by name; nothing of a sender that is older than this."""
    said = getattr(request, HEADER, None) or (request.headers or {}).get(HEADER)
    return dict(said) if isinstance(said, dict) else {}
