"""What a worker tells from outside its tasks: that it lives, and what all its processes have counted."""

from __future__ import annotations

import logging
import logging.config
import os
from typing import Any

from celery import signals
from django.conf import settings
from django.utils.module_loading import import_string

from shopping.environment import env
from shopping.monitoring import serving


def watch() -> None:
    """Do this in the process that imports it, if it becomes a worker."""
    signals.heartbeat_sent.connect(touch)
    signals.worker_ready.connect(serve)
    signals.worker_process_shutdown.connect(end)
    if env.log_form == "json":
        # Whoever is connected here keeps Celery from a form of its own.
        signals.setup_logging.connect(configure)


def touch(**_: object) -> None:
    """Every two seconds, while the worker's loop goes round and its broker takes what it says."""
    if env.worker_alive_file:
        env.worker_alive_file.touch()


def serve(**_: object) -> None:
    serving.serve()


def end(pid: int | None = None, **_: object) -> None:
    serving.forget(pid or os.getpid())
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        import_string("shopping.monitoring.otlp.flush")()


def configure(loglevel: int | None = None, **_: Any) -> None:
    logging.config.dictConfig(settings.LOGGING)
    if loglevel is not None:
        logging.getLogger().setLevel(loglevel)
