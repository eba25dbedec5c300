"""What a shop says of sending goods back, which a higher layer keeps: `settings.RETURN_TERMS` names
the function that reads it."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from catalogue.models import Merchant


class ReturnTerms(NamedTuple):
    """`days`, from the arrival on, in which one may change one's mind; `own_postage` where the shop
    wrote itself who pays the way back, so that machines cannot tell."""

    days: int
    own_postage: bool


def of(merchant: Merchant) -> ReturnTerms:
    """In one statement at the most."""
    found: ReturnTerms = import_string(settings.RETURN_TERMS)(merchant)
    return found
