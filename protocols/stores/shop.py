"""The shop that a store's files become: opened by the operator, paid by Stripe where it has an account."""

from __future__ import annotations

from accounts.models import User
from catalogue import merchants
from catalogue.merchants import MerchantError
from catalogue.models import Merchant
from checkout import gateway, payout_accounts


def of(*, handle: str, name: str, email: str, country: str, currency: str) -> Merchant:
    """The shop of this handle, opened and let in if it is not there; one that is there keeps its words.

    Raises django.core.exceptions.ValidationError, by field, for what will not do.
    """
    found = Merchant.objects.filter(account__handle__iexact=handle).first()
    if found is None:
        owner = _owner(handle, email)
        found = merchants.open_for(
            owner, name=name, handle=handle, email=email, country=country, currency=currency
        )
    if found.status == Merchant.Status.PENDING:
        found = merchants.activate(found, actor=None, reason="Opened from its files.")
    return found


def connect(merchant: Merchant, account_id: str) -> str:
    """Have it paid to an account that Stripe knows; a sentence where it is not, "" where it is.

    Asks Stripe, so never inside a transaction.
    """
    if not merchant.stripe_account_id and account_id:
        try:
            gateway.retrieve_account(account_id)
            merchant = payout_accounts.adopt(merchant, account_id)
        except (gateway.GatewayError, MerchantError) as error:
            return f"Stripe does not take the account {account_id}: {error}"
    if merchant.payable:
        return ""
    return "The shop sells nothing yet: its owner has to connect it with Stripe, in the admin."


def _owner(handle: str, email: str) -> User:
    found = User.objects.filter(email__iexact=email).first()
    return found or User.objects.create_user(email, handle=f"{handle}_owner"[:30])
