"""How a shop takes goods back: its own rules, or what holds where it has written none."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from catalogue.models import Merchant
from catalogue.return_terms import ReturnTerms
from fulfilment.models import Return, ReturnLine, ReturnPolicy
from fulfilment.return_errors import NoAddress
from shopping.money import Money

# What a rule may approve without a look.
BY_RULE = (ReturnLine.Reason.CHANGED_MIND, ReturnLine.Reason.DOES_NOT_FIT)


def of(merchant: Merchant) -> ReturnPolicy:
    """The shop's rules, in its test space as well; a row of defaults, which is not saved, where it
    has none."""
    found = ReturnPolicy.objects.filter(merchant=merchant.test_of_id or merchant.pk).first()
    return found or ReturnPolicy(merchant=merchant)


def approves(policy: ReturnPolicy, row: Return, *, worth: Money) -> bool:
    """Whether the shop's rule approves a return of `worth` by itself.

    Only changes of mind, and only for a shop that says where to send it and up to which amount.
    """
    merchant = policy.merchant
    if policy.approve_up_to is None or not address(policy):
        return False
    if worth.currency != merchant.currency or worth.amount > policy.approve_up_to:
        return False
    return all(each.reason in BY_RULE for each in row.lines.all())


def address(policy: ReturnPolicy) -> str:
    """Where parcels go; "" where the shop has said nowhere."""
    own, merchant = policy.address.strip(), policy.merchant
    if own or not merchant.address.strip():
        return own
    return f"{merchant.legal_name or merchant.name}\n{merchant.address.strip()}"


def postage(policy: ReturnPolicy) -> str:
    """Who pays the way back, in words."""
    return policy.postage or _(
        "You pay the postage; the shop does if it came damaged, wrong or not as described."
    )


def stated(merchant: Merchant) -> ReturnTerms:
    """What may be said of the shop's rules beside its goods; one statement. See settings.RETURN_TERMS."""
    written = ReturnPolicy.objects.filter(merchant=merchant).values_list("postage", flat=True)
    return ReturnTerms(merchant.withdrawal_days, own_postage=bool(written.first()))


def told(policy: ReturnPolicy, *, today: date) -> dict[str, str | date]:
    """What a return that is approved today keeps of the rules. Raises NoAddress."""
    to = address(policy)
    if not to:
        raise NoAddress
    said = [policy.instructions.strip(), postage(policy)]
    return {
        "send_to": to,
        "instructions": "\n".join(filter(None, said)),
        "send_by": today + timedelta(days=policy.days_to_send),
    }
