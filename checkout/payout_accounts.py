"""Merchants as Stripe's connected accounts: opening one, and learning whether it can be paid.

Stripe is asked outside any transaction. What it says of an account is read from it each time, after
an event, after the owner's return from its pages and by a sweep; nothing is taken from an event.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.merchants import MerchantError
from catalogue.models import Merchant, PayoutEvent
from checkout import gateway, stripe_events, transfers
from checkout.gateway import Account
from shopping import rows

log = logging.getLogger(__name__)

# The word of ours for an account that Stripe does not know as one of ours, beside Stripe's own.
UNKNOWN_ACCOUNT = "account_invalid"
# Whoever has just connected waits for us; of all others Stripe tells us, and a lost event costs
# no more than a day.
SOON = timedelta(minutes=3)
LATER = timedelta(days=1)
RECENTLY = timedelta(days=7)
LONGEST_PROBLEM = Merchant._meta.get_field("payout_problem").max_length or 0


class NotConnected(MerchantError):
    """Stripe has no account of this merchant yet, or none of that id."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Stripe said to a question of `asked_at`. `problem` holds Stripe's words, by spaces."""

    payable: bool
    problem: str
    asked_at: datetime


def connect(merchant: Merchant, *, return_url: str, refresh_url: str) -> str:
    """The address of Stripe's page where the owner says what it asks for; opens the account first.

    However often it is called, and by how many at once, the merchant has one account: the key of
    its opening follows from what it is opened with, and the id is kept by one conditional UPDATE.
    Outside any transaction. Raises MerchantError where the merchant was changed meanwhile,
    gateway.Refused, gateway.Unknown; what Stripe has made until then is found the next time.
    """
    account_id = merchant.stripe_account_id or _open(merchant)
    return gateway.account_link(account_id, return_url=return_url, refresh_url=refresh_url)


def _open(merchant: Merchant) -> str:
    country, public_id = merchant.country, str(merchant.public_id)
    account = gateway.create_account(
        country=country, merchant_id=public_id, key=f"account-{public_id}-{country}"
    )
    _keep(merchant, account.id)
    return merchant.stripe_account_id


def adopt(merchant: Merchant, account_id: str) -> Merchant:
    """Give a merchant without an account one that is there at Stripe, and ask how it stands.

    Outside any transaction. Raises MerchantError where it has another, gateway.Unknown.
    """
    _keep(merchant, account_id)
    return refresh(merchant.pk)


def _keep(merchant: Merchant, account_id: str) -> None:
    """Keep the id by one conditional UPDATE; of two at once the first stays. Raises MerchantError
    where the merchant's country, which is its account's, was changed meanwhile."""
    now = timezone.now()
    none_yet = Merchant.objects.filter(
        pk=merchant.pk, stripe_account_id="", country=merchant.country
    )
    none_yet.update(stripe_account_id=account_id, connected_at=now, account_check_at=now + SOON)
    merchant.refresh_from_db()
    if not merchant.stripe_account_id:
        raise MerchantError(_("The shop was changed just now. Look at it, then press again."))


def dashboard(merchant: Merchant) -> str:
    """The address of the owner's own dashboard at Stripe; good once.

    Raises NotConnected, gateway.Refused, gateway.Unknown.
    """
    if not merchant.stripe_account_id:
        raise NotConnected(_("Connect the shop with Stripe first."))
    return gateway.login_link(merchant.stripe_account_id)


def refresh(merchant_pk: int) -> Merchant:
    """Ask Stripe how a merchant's account stands and keep the answer; a repeat changes nothing.

    Outside any transaction. Raises NotConnected, gateway.Unknown; see `apply` for locks.
    """
    merchant = Merchant.objects.get(pk=merchant_pk)
    if not merchant.stripe_account_id:
        raise NotConnected(_("Connect the shop with Stripe first."))
    asked_at = _database_time()
    try:
        account = gateway.retrieve_account(merchant.stripe_account_id)
    except gateway.Refused:
        log.warning("Stripe does not know the account of merchant %s", merchant.public_id)
        return apply(merchant_pk, Answer(False, UNKNOWN_ACCOUNT, asked_at))
    return apply(merchant_pk, answer_of(account, asked_at=asked_at))


def settle(account_id: str, *, event_pk: int) -> None:
    """Carry over what an event of Stripe's about an account points at.

    Raises NotConnected for an account that is none of ours, gateway.Unknown.
    """
    merchant = Merchant.objects.filter(stripe_account_id=account_id).first()
    if not account_id or merchant is None:
        raise NotConnected(_("Connect the shop with Stripe first."))
    refresh(merchant.pk)
    stripe_events.mark_processed(event_pk)


def _database_time() -> datetime:
    """Of two answers the later one counts: one clock has to tell, whichever machine asks."""
    [[now]] = rows.run("SELECT clock_timestamp()", [])
    return cast("datetime", now)


def answer_of(account: Account, *, asked_at: datetime) -> Answer:
    """A merchant can be paid where Stripe takes on transfers to its account and pays them out."""
    payable = account.transfers == "active" and account.payouts_enabled
    problems = list(account.currently_due)
    if not payable and not problems:
        problems = [account.disabled_reason or "requirements.pending_verification"]
    if account.disabled_reason.startswith("rejected"):
        problems = [account.disabled_reason]
    return Answer(payable, _joined(problems), asked_at)


def _joined(problems: list[str]) -> str:
    """As many of them, whole, as fit."""
    text = " ".join(dict.fromkeys(problems))
    return text if len(text) <= LONGEST_PROBLEM else text[:LONGEST_PROBLEM].rpartition(" ")[0]


@transaction.atomic
def apply(merchant_pk: int, answer: Answer) -> Merchant:
    """Keep what Stripe said of a merchant's account, with a row of its history where it is news.

    Locks the merchant, and updates what waits to be sent to them: to whoever can be paid now it is
    due at once. Of two answers that which was asked for later counts, whichever comes first: an old
    one must not open a shop that Stripe has closed since. Orders that are placed go on.
    """
    merchant = Merchant.objects.select_for_update(no_key=True).get(pk=merchant_pk)
    if merchant.account_asked_at and merchant.account_asked_at > answer.asked_at:
        return merchant
    begins = answer.payable and not merchant.payable
    news = (merchant.payable, merchant.payout_problem) != (answer.payable, answer.problem)
    merchant.payable, merchant.payout_problem = answer.payable, answer.problem
    merchant.account_asked_at = answer.asked_at
    merchant.account_check_at = answer.asked_at + _wait(merchant, now=answer.asked_at)
    merchant.save(
        update_fields=["payable", "payout_problem", "account_asked_at", "account_check_at"]
    )
    if news:
        PayoutEvent.objects.create(
            merchant=merchant, payable=answer.payable, problem=answer.problem
        )
    if begins:
        transfers.wake_for(merchant.pk)
    merchant.refresh_from_db(fields=["sells"])
    return merchant


def _wait(merchant: Merchant, *, now: datetime) -> timedelta:
    """How long until Stripe is asked again without an event."""
    connected_at = merchant.connected_at or merchant.created_at
    return SOON if not merchant.payable and now - connected_at < RECENTLY else LATER
