"""Connected accounts: what merchants are to Stripe, and the pages of Stripe's they are sent to."""

from __future__ import annotations

from dataclasses import dataclass

import stripe

from checkout.gateway.client import client, errors
from checkout.gateway.values import Refused, Unknown, optional


@dataclass(frozen=True, slots=True)
class Account:
    """A connected account. `transfers` is how that capability stands: "active", "pending" or
    "inactive". `currently_due` are Stripe's names of what it asks for now."""

    id: str
    payouts_enabled: bool
    transfers: str
    currently_due: tuple[str, ...]
    disabled_reason: str


def create_account(*, country: str, merchant_id: str, key: str) -> Account:
    """A new account in `country` (ISO 3166) for the merchant whose public id is `merchant_id`.

    Stripe asks its owner for all else, and shows them a dashboard of their own; we pay its fees and
    answer for what goes wrong. Raises Refused (a country that Stripe does not serve), Unknown.
    https://docs.stripe.com/api/accounts/create
    """
    with errors():
        account = client().v1.accounts.create(
            {
                "country": country,
                "controller": {
                    "fees": {"payer": "application"},
                    "losses": {"payments": "application"},
                    "stripe_dashboard": {"type": "express"},
                },
                "capabilities": {"transfers": {"requested": True}},
                "metadata": {"merchant": merchant_id},
            },
            options={"idempotency_key": key},
        )
    return _account_of(account)


def retrieve_account(account_id: str) -> Account:
    """The account as it is now. Raises Refused where there is none that is ours, Unknown."""
    try:
        with errors():
            return _account_of(client().v1.accounts.retrieve(account_id))
    except Unknown as error:
        # A 403, given for this account and not for our key.
        if error.code == "account_invalid":
            raise Refused(str(error), code=error.code) from error
        raise


def account_link(account_id: str, *, return_url: str, refresh_url: str) -> str:
    """The address of Stripe's page that asks for what is missing; good once, for some minutes.

    `refresh_url` is where Stripe sends whoever comes too late. Raises Refused, Unknown.
    https://docs.stripe.com/api/account_links/create
    """
    with errors():
        link = client().v1.account_links.create(
            {
                "account": account_id,
                "type": "account_onboarding",
                "return_url": return_url,
                "refresh_url": refresh_url,
            }
        )
    return link.url


def login_link(account_id: str) -> str:
    """The address of the owner's dashboard at Stripe; good once. Raises Refused (also where they
    have not told Stripe anything yet), Unknown. https://docs.stripe.com/api/accounts/login_link
    """
    with errors():
        return client().v1.accounts.login_links.create(account_id).url


def _account_of(account: stripe.Account) -> Account:
    requirements = account.requirements
    return Account(
        id=account.id,
        payouts_enabled=bool(account.payouts_enabled),
        transfers=optional(account.capabilities, "transfers") or "inactive",
        currently_due=tuple((requirements.currently_due or ()) if requirements else ()),
        disabled_reason=optional(requirements, "disabled_reason"),
    )
