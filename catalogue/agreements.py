"""What shops and partners have agreed on, and what of it a sale is counted by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalogue.models import PartnerAgreement
from partners.models import Partner
from shopping import rows

# Of each pair of a code and a shop, who it names, and the rate that is in force between them.
RATES = """
SELECT partner.code, shop.id, partner.id, coalesce(agreement.commission_bps, 0)
FROM partners_partner partner
CROSS JOIN unnest(%s::bigint[]) AS shop (id)
LEFT JOIN catalogue_partneragreement agreement
  ON agreement.partner_id = partner.id AND agreement.merchant_id = shop.id AND agreement.active
WHERE partner.active AND partner.code = ANY (%s::varchar[])
"""


@dataclass(frozen=True, slots=True)
class Credit:
    """A partner's primary key, and the basis points of a shop's goods that they get; 0 for none."""

    partner_pk: int
    commission_bps: int


def partner_of(code: str) -> Partner:
    """The partner who goes by `code`. Raises ValidationError where nobody does."""
    found = Partner.objects.filter(code=code.strip().lower(), active=True).first()
    if found is None:
        raise ValidationError(_("No partner has this code. Ask them for it."))
    return found


def credits(merchants: Collection[int], codes: Collection[str]) -> Mapping[tuple[str, int], Credit]:
    """Code and shop's primary key → what the code stands for there; one statement, none for no codes.

    Codes of nobody, and of partners who may not bring sales any more, are left out.
    """
    if not codes:
        return {}
    found = rows.run(RATES, [sorted(set(merchants)), sorted(set(codes))])
    return {(code, shop): Credit(partner, rate) for code, shop, partner, rate in found}


def save(agreement: PartnerAgreement) -> None:
    """Write a new agreement or a changed one; orders that are placed keep their rate.

    Raises ValidationError for a second one with the same partner, and for more than the most.
    """
    agreement.full_clean()
    agreement.save()
