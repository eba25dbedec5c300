"""The offers of the demo: one that holds by itself, and a code for everybody's first order."""

from __future__ import annotations

from typing import Any

from catalogue.models import Merchant
from checkout import offers
from checkout.models import Offer
from demo import files


def load() -> None:
    """Make those offers that are not there yet; one that was changed stays."""
    present = set(Offer.objects.values_list("name", flat=True))
    for words in files.table("offers")["offer"]:
        if words["name"] not in present:
            offers.save(_offer(words))


def _offer(words: dict[str, Any]) -> Offer:
    fields = {name: value for name, value in words.items() if name != "shop"}
    shop = Merchant.objects.get(account__handle=words["shop"]) if "shop" in words else None
    return Offer(merchant=shop, **fields)
