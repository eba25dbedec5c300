"""`manage.py forget_second_factors owner@shop.example`: for who has lost phone, keys and codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import second_factors
from accounts.models import User


class Command(BaseCommand):
    help = "Take away somebody's passkeys, app and recovery codes, and sign them out everywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the account; be sure who asks for it")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {options['email']}.")
        gone = second_factors.forget(user)
        self.stdout.write(f"{user.email} had {gone} second factors and has none now.")
