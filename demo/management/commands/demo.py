"""`manage.py demo`: fill a development site with people, shops, products and talk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo import goods, offers, payouts, people, purchases, shops, talk
from feeds.search import spelling


class Command(BaseCommand):
    help = "Load the demo data that is missing; what people did since stays."
    # It says no in production even where something else is amiss.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--signins", action="store_true", help="only print who can sign in")
        choice.add_argument(
            "--accounts", action="store_true", help="only print the shops' accounts at Stripe"
        )
        choice.add_argument(
            "--card", action="store_true", help="only the shopper's card and first purchase"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo's people have a password that everybody knows, so it loads with"
                " DEBUG=true alone. Nothing was changed."
            )
        if options["signins"]:
            self.stdout.write(people.signins())
        elif options["accounts"]:
            self.stdout.write(payouts.accounts())
        elif options["card"]:
            self.stdout.write(self._shopper())
        else:
            self.stdout.write(self._load())

    def _load(self) -> str:
        new_people = people.load()
        new_shops = shops.load()
        new_products = goods.load()
        offers.load()
        people.follow_first(new_people)
        new_posts = talk.load()
        if not (new_people or new_shops or new_products or new_posts):
            return "The demo data is there already.\n" + self._shopper()
        counts = f"{len(new_people)} people, {len(new_shops)} shops"
        counts += f", {new_products} products, {new_posts} posts"
        return f"Demo data loaded: {counts}.\n{self._shopper()}"

    def _shopper(self) -> str:
        """Her card and her first purchase need Stripe, or whoever answers in its place; and so do
        the shops that she buys from."""
        said = [payouts.connect(), people.save_card(), purchases.first()]
        # Of what shops sell, which they do from now on.
        spelling.learn()
        return "\n".join(filter(None, said))
