"""`manage.py write_topics [--before KEY]`: say of older posts what they are about."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from feeds import post_topics

TOLD_EACH = 20


class Command(BaseCommand):
    help = (
        "Write the topics of posts that have none, the newest first, a few hundred a transaction."
        " It can be stopped at any time, and run again while the site is open."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--before", type=int, help="go on behind the post of this key, as it was told last"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        before, written, batches = options["before"], 0, 0
        while True:
            before, count = post_topics.write_missing(before=before)
            if before is None:
                break
            written, batches = written + count, batches + 1
            if batches % TOLD_EACH == 0:
                self.stdout.write(f"{written} posts; go on with --before {before}")
                self.stdout.flush()
        self.stdout.write(f"{written} posts have topics now.")
