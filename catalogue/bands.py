"""Whether a shop's rates for one zone make sense together: no parcel with two prices, or none."""

from __future__ import annotations

from collections.abc import Sequence

from catalogue.models import ShippingRate


def same_zone(rate: ShippingRate) -> list[ShippingRate]:
    """The shop's other rates for exactly the zone of `rate`; one statement."""
    others = ShippingRate.objects.filter(merchant=rate.merchant_id).exclude(pk=rate.pk)
    return [other for other in others if _zone(other) == _zone(rate)]


def overlapping(rate: ShippingRate, others: Sequence[ShippingRate]) -> ShippingRate | None:
    """One of `others` that asks for some of the same parcels, by weight and by value."""
    for other in others:
        weights = _meet(rate.min_grams, rate.max_grams, other.min_grams, other.max_grams)
        values = _meet(rate.min_value, rate.max_value, other.min_value, other.max_value)
        if weights and values:
            return other
    return None


def gaps(rates: Sequence[ShippingRate]) -> list[tuple[int, int]]:
    """Grams from and to which no rate of a zone asks for, between the lightest and the heaviest.

    A heaviest band that ends is a limit and no gap; one that begins above 0 leaves a gap below.
    """
    found: list[tuple[int, int]] = []
    reached = 0
    for rate in sorted(rates, key=lambda each: each.min_grams):
        if rate.min_grams > reached:
            found.append((reached, rate.min_grams - 1))
        if rate.max_grams is None:
            break
        reached = max(reached, rate.max_grams + 1)
    return found


def _zone(rate: ShippingRate) -> tuple[frozenset[str], ...]:
    return frozenset(rate.countries), frozenset(rate.regions), frozenset(rate.postcodes)


def _meet(low: int, high: int | None, other_low: int, other_high: int | None) -> bool:
    return (high is None or other_low <= high) and (other_high is None or low <= other_high)
