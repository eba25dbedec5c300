from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from partners.api.document import as_yaml

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


class Command(BaseCommand):
    help = "Write the API's document, docs/openapi.yaml, as the code stands."

    def handle(self, *args: Any, **options: Any) -> None:
        COMMITTED.write_text(as_yaml())
        self.stdout.write(f"Wrote {COMMITTED.name}.")
