"""Spans, and how a trace goes on where the work does: in messages, in rows, in webhooks.

Without OTEL_EXPORTER_OTLP_ENDPOINT nothing records, and a span costs next to nothing. A trace begins
with us: what a visitor sends as `traceparent` is not believed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACEPARENT = "traceparent"
LENGTH = 55  # of the header's value, https://www.w3.org/TR/trace-context/
_tracer = trace.get_tracer("etal")
_carrier = TraceContextTextMapPropagator()


@contextmanager
def span(
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    attributes: dict[str, str | int] | None = None,
) -> Iterator[Span]:
    """What happens within is one span of the present trace, or of the one that `parent` names."""
    context: Context | None = _carrier.extract({TRACEPARENT: parent}) if parent else None
    with _tracer.start_as_current_span(
        name, context=context, kind=kind, attributes=attributes, record_exception=False
    ) as begun:
        yield begun


def traceparent() -> str | None:
    """The present span as others name it; None where nothing records."""
    carried: dict[str, str] = {}
    _carrier.inject(carried)
    return carried.get(TRACEPARENT)
