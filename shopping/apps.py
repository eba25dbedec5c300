from __future__ import annotations

from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string


class ShoppingConfig(AppConfig):
    name = "shopping"

    def ready(self) -> None:
        """Begin what is only there where the operator has said to whom it goes."""
        if settings.SENTRY_DSN:
            host = urlsplit(settings.PUBLIC_URL).netloc
            import_string("shopping.monitoring.reports.start")(
                settings.SENTRY_DSN, environment=host
            )
        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            import_string("shopping.monitoring.otlp.start")(settings.OTEL_EXPORTER_OTLP_ENDPOINT)
