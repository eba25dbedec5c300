"""Suspending a shop's profile takes the shop off sale too, and lifting that puts it back."""

from __future__ import annotations

from accounts.models import User
from catalogue import merchants
from catalogue.models import Merchant


def _reason(case_id: int) -> str:
    """What the shop's history says, so that the lifting knows what was done by it."""
    return f"moderation #{case_id}"


def suspend(account: User, *, case_id: int, actor: User) -> None:
    """Take the shop of `account` off sale and lock its members out; a person has none.

    `actor` is of staff. In the caller's transaction; locks the merchant. Raises MerchantError
    where Merchant.TRANSITIONS has no such step.
    """
    shop = Merchant.objects.filter(account=account).first()
    if shop is not None:
        merchants.suspend(shop, actor=actor, reason=_reason(case_id))


def lift(account: User, *, case_id: int, actor: User) -> None:
    """Let the shop sell again, if it did before and nobody has moved it since.

    A shop that had not been let in yet is not let in by this: it stays suspended until staff
    activates it. `actor` is of staff. In the caller's transaction; locks the merchant. Raises
    MerchantError as `merchants.activate` does.
    """
    shop = Merchant.objects.filter(account=account).first()
    last = shop.history.last() if shop is not None else None
    if shop is None or last is None or last.reason != _reason(case_id):
        return
    if last.before == Merchant.Status.ACTIVE:
        merchants.activate(shop, actor=actor, reason=_reason(case_id))
