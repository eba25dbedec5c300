"""`manage.py acp_feed CODE`: push an agent's product feeds now, or write one as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models.functions import Now

from partners import agents
from partners.models import Partner
from protocols.acp import feed_files, feeds
from protocols.models import AcpFeed


class Command(BaseCommand):
    help = "Push an agent's ACP product feeds now, or write one as files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("partner", help="the code of the agent's partner")
        parser.add_argument("--into", type=Path, help="write metadata.json and products.jsonl here")
        parser.add_argument("--country", help="for which country, with --into: FR")

    def handle(self, *args: Any, **options: Any) -> None:
        partner = Partner.objects.filter(code=options["partner"]).first()
        if partner is None:
            raise CommandError(f"There is no partner {options['partner']}.")
        if options["into"] is not None:
            self._write(partner, options)
            return
        for feed in AcpFeed.objects.filter(partner=partner, active=True):
            AcpFeed.objects.filter(pk=feed.pk).update(due_at=Now())
            done = feeds.push(feed.pk)
            feed.refresh_from_db()
            said = "up to date" if done else feed.last_answer or "to be continued"
            self.stdout.write(f"{feed}: {said}")

    def _write(self, partner: Partner, options: dict[str, Any]) -> None:
        country = (options["country"] or "").upper()
        if not (len(country) == 2 and country.isalpha()):
            raise CommandError("Say a --country by its two letters.")
        count = feed_files.write(agents.of_partner(partner), country, into=options["into"])
        self.stdout.write(f"{count} products.")
