"""`manage.py export_person mai@people.example copy.zip`: somebody's copy, for who asks by letter."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from privacy import exports
from privacy.models import Export
from shopping.private_files import private_files


class Command(BaseCommand):
    help = "Write a copy of all that is a person's into a file; they are told that it was made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the account; be sure who asks for it")
        parser.add_argument(
            "file", type=Path, help="where the archive is written; must not be there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        target: Path = options["file"]
        if user is None:
            raise CommandError(f"Nobody signs in with {options['email']}.")
        if target.exists():
            raise CommandError(f"{target} is there already.")
        export = exports.ask(user)
        if export.made_at is None:
            exports.make_now(export)
            export = Export.objects.get(pk=export.pk)
        with private_files().open(str(export.file.name)) as source, target.open("xb") as out:
            target.chmod(0o600)
            shutil.copyfileobj(source, out)
        self.stdout.write(f"{target} holds what is kept of {user.email}.")
