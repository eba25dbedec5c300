"""How much of an amount is tax, and the breakdown that says so."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.tax_rates import STATE_NAMES, Place, Share, share_of

COUNTRY_NAMES = {
    "AT": "Austria", "AU": "Australia", "BE": "Belgium", "CH": "Switzerland", "CZ": "Czech Republic",
    "DE": "Germany", "DK": "Denmark", "ES": "Spain", "FI": "Finland", "FR": "France",
    "GB": "United Kingdom", "GR": "Greece", "IE": "Ireland", "IT": "Italy", "LU": "Luxembourg",
    "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PL": "Poland", "PT": "Portugal",
    "SE": "Sweden", "US": "United States",
}  # fmt: skip
OVERRIDES = ("customer_exempt", "reverse_charge")


def applicable(place: Place, code: str, override: str) -> Share:
    """The share for a tax code in a place, for a customer who may be free of it."""
    share = share_of(place, code)
    if override in OVERRIDES and share.kind is not None:
        return Share(Decimal(0), override, share.kind, share.name)
    return share


def tax_of(amount: int, share: Share, *, inclusive: bool) -> int:
    """The tax in or on an amount in minor units, half a unit rounded up."""
    base = 100 + share.percent if inclusive else Decimal(100)
    return int((amount * share.percent / base).quantize(Decimal(1), ROUND_HALF_UP))


def shown(percent: Decimal) -> str:
    """`20.0`, `5.5`, `7.25`: at least one decimal, as Stripe writes shares."""
    text = f"{percent.normalize():f}"
    return text if "." in text else f"{text}.0"


def of_item(
    amount: int, tax: int, share: Share, place: Place, *, inclusive: bool
) -> dict[str, Any]:
    """The one entry of a line item's or the shipping's `tax_breakdown`."""
    in_state = place.country == "US" and place.state is not None
    if in_state and place.state is not None:
        name = STATE_NAMES.get(place.state, place.state)
    else:
        name = COUNTRY_NAMES.get(place.country, place.country)
    details = None
    if share.kind is not None:
        details = {
            "display_name": share.name,
            "percentage_decimal": shown(share.percent),
            "tax_type": share.kind,
        }
    return {
        "amount": tax,
        "jurisdiction": {
            "country": place.country,
            "display_name": name,
            "level": "state" if in_state else "country",
            "state": place.state if in_state else None,
        },
        "sourcing": "destination",
        "tax_rate_details": details,
        "taxability_reason": share.reason,
        "taxable_amount": taxable(amount, tax, share, inclusive=inclusive),
    }


def taxable(amount: int, tax: int, share: Share, *, inclusive: bool) -> int:
    if not share.percent:
        return 0
    return amount - tax if inclusive else amount


def of_whole(parts: list[tuple[int, int, Share, bool]], place: Place) -> list[dict[str, Any]]:
    """A calculation's `tax_breakdown`: parts (amount, tax, share, inclusive) of one kind together."""
    found: dict[tuple[bool, Share], dict[str, Any]] = {}
    for amount, tax, share, inclusive in parts:
        entry = found.setdefault(
            (inclusive, share),
            {
                "amount": 0,
                "inclusive": inclusive,
                "tax_rate_details": {
                    "country": place.country,
                    "flat_amount": None,
                    "percentage_decimal": shown(share.percent),
                    "rate_type": "percentage" if share.kind else None,
                    "state": place.state,
                    "tax_type": share.kind,
                },
                "taxability_reason": share.reason,
                "taxable_amount": 0,
            },
        )
        entry["amount"] += tax
        entry["taxable_amount"] += taxable(amount, tax, share, inclusive=inclusive)
    return list(found.values())
