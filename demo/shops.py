"""The shops of the demo: who runs them, what delivery costs, what tax countries take."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from catalogue.models import Membership, Merchant, ShippingRate, TaxRate
from demo import files, people

EU = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)


def load() -> list[Merchant]:
    """Make those shops that are not there yet; returns them."""
    taxes()
    present = set(Merchant.objects.values_list("account__handle", flat=True))
    shops = files.table("shops")["shop"]
    return [_shop(shop) for shop in shops if shop["handle"] not in present]


def _shop(words: dict[str, Any]) -> Merchant:
    account = User.objects.create_shop(
        handle=words["handle"],
        display_name=words["name"],
        bio=words["bio"],
        avatar=files.picture(words["avatar"]),
    )
    merchant = Merchant.objects.create(
        account=account,
        name=words["name"],
        email=words["email"],
        country=words["country"],
        currency=words["currency"],
        status=Merchant.Status.ACTIVE,
        withdrawal_days=words.get("withdrawal_days", 14),
        terms=words["terms"],
    )
    owner = people.member(words["member"])
    Membership.objects.create(user=owner, merchant=merchant, role=Membership.Role.OWNER)
    ShippingRate.objects.bulk_create(
        ShippingRate(
            merchant=merchant,
            name=rate["name"],
            countries=list(EU) if rate["countries"] == "EU" else rate["countries"],
            price=rate["price"],
            free_from=rate.get("free_from"),
            min_days=rate["days"][0],
            max_days=rate["days"][1],
            position=position,
        )
        for position, rate in enumerate(words["rates"])
    )
    return merchant


def taxes() -> None:
    """Standard rates of countries that have none yet; one that was changed stays."""
    present = set(TaxRate.objects.filter(category=None).values_list("country", flat=True))
    for kind, rates in files.table("taxes").items():
        TaxRate.objects.bulk_create(
            TaxRate(country=country, basis_points=rate, inclusive=kind == "inclusive")
            for country, rate in rates.items()
            if country not in present
        )
