"""Why money is not with a merchant yet, or not back from them, as people read it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checkout.models import Transfer, TransferReversal

# Reasons of our own; all others are Stripe's codes.
NO_ACCOUNT = "no_account"
DISPUTED = "disputed"
SUSPENDED = "suspended"
NOT_SENT = "not_sent"

_ACCOUNT = gettext_lazy(
    "The shop’s Stripe account needs something first: the shop’s page says what, under “Payouts”."
)
OF_TRANSFERS = {
    NO_ACCOUNT: _ACCOUNT,
    "account_invalid": _ACCOUNT,
    "insufficient_capabilities_for_transfer": _ACCOUNT,
    "transfers_not_allowed": _ACCOUNT,
    DISPUTED: gettext_lazy("The shopper’s bank disputes the payment and has yet to decide."),
    SUSPENDED: gettext_lazy("The shop is suspended. It is sent the money once it is open again."),
    "balance_insufficient": gettext_lazy("The money has not reached our balance at Stripe yet."),
}
OF_REVERSALS = {
    NOT_SENT: gettext_lazy("The transfer itself has not been sent yet."),
    "balance_insufficient": gettext_lazy(
        "There is not enough in the Stripe balance of the shop yet."
    ),
    "insufficient_funds": gettext_lazy(
        "There is not enough in the Stripe balance of the shop yet."
    ),
}


def why(row: Transfer | TransferReversal) -> str:
    """Why `row` waits, in a sentence; "" where it does not, or has only just begun."""
    if row.status != "requested" or not row.failure:
        return ""
    known = OF_TRANSFERS if isinstance(row, Transfer) else OF_REVERSALS
    if row.failure in known:
        return str(known[row.failure])
    return _("Stripe said no (%(code)s). It is tried again by itself.") % {"code": row.failure}
