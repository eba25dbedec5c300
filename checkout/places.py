"""What a price still wants to know of the address: some shops deliver by postcode or region alone."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from accounts import postal
from catalogue.models import ShippingRate
from checkout.details import Details
from checkout.errors import CheckoutError, NotDelivered, QuoteError


class PlaceNeeded(QuoteError):
    """No refusal, but a question: there is a price once it is answered."""

    is_question = True


class PostcodeNeeded(PlaceNeeded):
    """Whether and for how much it is delivered, the postcode will say."""

    code = "postcode_needed"
    text = _("Enter your postcode to see what delivery costs.")


class RegionNeeded(PlaceNeeded):
    """The same of the region."""

    code = "region_needed"
    text = _("Choose your region to see what delivery costs.")


def instead(
    problem: CheckoutError | None, page: Details, *, merchants: Collection[int]
) -> CheckoutError | None:
    """`problem` of `page`, or what is missing where one of `merchants` (keys) may yet deliver there.

    One statement, where delivery is the problem and the address is not typed yet.
    """
    if type(problem) is not NotDelivered or page.address is not None:
        return problem
    missing = _missing(page)
    if missing is None:
        return problem
    rates = ShippingRate.objects.filter(merchant__in=merchants, countries__contains=[page.country])
    return missing() if rates.exists() else problem


def _missing(page: Details) -> type[PlaceNeeded] | None:
    """What of the address decides upon delivery, and is not there yet."""
    typed, asked_for = page.asked.fields, page.address_form.fields
    postcode = postal.tidy_postcode(typed.get("postal_code", ""), country=page.country)
    known = bool(postcode) and postal.accepts_postcode(postcode, country=page.country)
    if "postal_code" in asked_for and not known:
        return PostcodeNeeded
    return RegionNeeded if "region" in asked_for and not typed.get("region") else None
