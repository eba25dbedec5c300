"""`/metrics`, on METRICS_HOST and METRICS_PORT: never on the site's own port."""

from __future__ import annotations

import os

from prometheus_client import REGISTRY, CollectorRegistry, multiprocess, start_http_server

from shopping.environment import env
from shopping.monitoring.processes import FOLDER


def serve(registry: CollectorRegistry | None = None) -> None:
    """Serve `registry`, or what this process and those it began have counted, in a thread.

    Without METRICS_PORT it does nothing. Raises OSError where the port is taken.
    """
    if not env.metrics_port:
        return
    if registry is None and FOLDER in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    start_http_server(env.metrics_port, addr=env.metrics_host, registry=registry or REGISTRY)


def forget(pid: int) -> None:
    """A process has ended: what it counted stays, what was of the moment goes."""
    if FOLDER in os.environ:
        multiprocess.mark_process_dead(pid)
