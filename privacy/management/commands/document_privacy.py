"""`manage.py document_privacy`: write the table of docs/privacy.md anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from privacy import documented


class Command(BaseCommand):
    help = "Write the table of docs/privacy.md from what each app says of its tables."

    def handle(self, *args: Any, **options: Any) -> None:
        path = documented.document()
        path.write_text(documented.written(path.read_text()))
        self.stdout.write(f"{path} is written.")
