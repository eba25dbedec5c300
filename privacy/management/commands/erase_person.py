"""`manage.py erase_person mai@people.example --by sam --reason "by letter"`: at once, without a wait."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from privacy import erasures
from privacy.models import Erasure


class Command(BaseCommand):
    help = "Delete somebody's account now and for good; workers finish it where this is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the account; be sure who asks for it")
        parser.add_argument("--by", required=True, help="who of the staff does it")
        parser.add_argument("--reason", required=True, help="why, for the record; no personal data")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"], kind=User.Kind.PERSON).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {options['email']}.")
        try:
            erasure = erasures.ask_now(user, by=options["by"], reason=options["reason"])
        except erasures.Refused as refusal:
            raise CommandError(str(refusal)) from None
        erasures.work()
        erasure = Erasure.objects.get(pk=erasure.pk)
        if erasure.done_at is None:
            why = erasure.last_error or "another one came first"
            self.stdout.write(f"Begun; workers go on with it ({why}).")
        else:
            self.stdout.write("Done: nothing of them is left but what docs/privacy.md names.")
