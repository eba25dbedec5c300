"""Sends spans to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, in batches and beside the work."""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

TIMEOUT_SECONDS = 5


def start(endpoint: str) -> None:
    """Record spans from now on. `endpoint` is the collector's base address, as `http://otel:4318`.

    The usual words of OpenTelemetry hold as well: OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER,
    OTEL_BSP_SCHEDULE_DELAY.
    """
    provider = TracerProvider(resource=Resource.create({"service.name": "etal"}))
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=TIMEOUT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


def flush() -> None:
    """Send what waits, where anything is recorded: a process that ends has no later batch."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.force_flush(1000 * TIMEOUT_SECONDS)
