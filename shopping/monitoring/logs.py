"""Log lines as JSON, one object a line, with the ids that they are about and without secrets."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from shopping.monitoring import context
from shopping.monitoring.secrets import hide

# What a line may tell besides its words: `extra={"told": {...}}`.
TOLD = "told"


class Lines(logging.Formatter):
    """`{"at", "level", "logger", "message", ...ids, ...told}`, and `error` for an exception."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": hide(record.getMessage()),
            **context.ids(),
            **getattr(record, TOLD, {}),
        }
        if record.exc_info:
            line["error"] = hide(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def logging_of(form: str) -> dict[str, Any]:
    """The `LOGGING` of Django's settings: `form` is "json" or "text"."""
    handler: dict[str, Any] = {"class": "logging.StreamHandler"}
    if form == "json":
        handler["formatter"] = "json"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "shopping.monitoring.logs.Lines"}},
        "handlers": {"console": handler},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            # It tells at length how it makes a PDF's fonts small.
            "fontTools": {"level": "WARNING"},
            # It names each address that it asks.
            "httpx": {"level": "WARNING"},
            # Each request has a line of ours, which names no address.
            "django.request": {"level": "ERROR" if form == "json" else "WARNING"},
        },
    }
