"""The demo's shops at Stripe. Their accounts have ids of our choosing, which no Stripe but a
stand-in can know: before Stripe itself each shop is left to be connected by hand."""

from __future__ import annotations

from catalogue.merchants import MerchantError
from catalogue.models import Merchant
from checkout import gateway, payout_accounts
from demo import files


def accounts() -> str:
    """A line a shop: the id of its account, its country, and how far Stripe is with it."""
    shops = files.table("shops")["shop"]
    return "\n".join(f"{_account(shop['handle'])} {shop['country']} complete" for shop in shops)


def connect() -> str:
    """Give the shops that have none their account, where Stripe knows it.

    Returns a sentence about those that stay without, "" where there is none. Outside any
    transaction.
    """
    handles = [shop["handle"] for shop in files.table("shops")["shop"]]
    shops = Merchant.objects.filter(account__handle__in=handles, stripe_account_id="")
    left = 0
    for shop in shops.select_related("account"):
        try:
            gateway.retrieve_account(_account(shop.account.handle))
            payout_accounts.adopt(shop, _account(shop.account.handle))
        except (gateway.GatewayError, MerchantError):
            left += 1
    if not left:
        return ""
    return (
        f"{left} shops sell nothing yet, since Stripe does not know them: sign in as their owners"
        " and press Connect with Stripe on the shop's page in the admin."
    )


def _account(handle: str) -> str:
    return f"acct_demo_{handle}"
