"""How a shop stands with Stripe, which pays out what it sells for, in words for its people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant
from shopping.capabilities import Capability
from shopping.own_rows import Access

State = Literal["none", "due", "checking", "ready", "closed"]
Word = str | Promise

LABELS: Mapping[State, Word] = {
    "none": _("not connected"),
    "due": _("Stripe needs more"),
    "checking": _("Stripe is checking"),
    "ready": _("ready"),
    "closed": _("closed"),
}
# Why Stripe pays nothing, though it asks for nothing just now.
# https://docs.stripe.com/api/accounts/object#account_object-requirements-disabled_reason
CHECKING = frozenset({"requirements.pending_verification", "under_review", "listed"})
CLOSED = ("rejected", "account_invalid", "platform_paused")
# The beginnings of Stripe's names of what it asks for, longer ones first; what matters to a person
# is the same for a company, its owners and whoever acts for it.
# https://docs.stripe.com/connect/required-verification-information
ASKED: Mapping[str, Word] = {
    "external_account": _("the bank account that the money is to go to"),
    "tos_acceptance": _("your agreement to Stripe's terms"),
    "business_type": _("whether you are a company or a person"),
    "business_profile.mcc": _("what kind of business it is"),
    "business_profile.product_description": _("what the shop sells"),
    "business_profile.url": _("the shop's address on the web"),
    "business_profile.support": _("how customers reach the shop"),
    "business_profile": _("what kind of business it is"),
    "settings.payments.statement_descriptor": _("the name on bank statements"),
    "relationship": _("who owns the company and who acts for it"),
    "owners": _("who owns the company and who acts for it"),
    "directors": _("who owns the company and who acts for it"),
    "executives": _("who owns the company and who acts for it"),
    "representative": _("who owns the company and who acts for it"),
    "verification": _("a document that proves who you are or what the company is"),
    "documents": _("a document that proves who you are or what the company is"),
    "proof_of_liveness": _("a picture of yourself"),
    "first_name": _("your name"),
    "last_name": _("your name"),
    "name": _("the company's name"),
    "structure": _("the company's legal form"),
    "registration": _("the company's registration number"),
    "tax_id": _("the company's registration number"),
    "vat_id": _("the company's VAT number"),
    "id_number": _("a number that proves who you are"),
    "ssn_last_4": _("a number that proves who you are"),
    "political_exposure": _("whether you hold a public office"),
    "nationality": _("your nationality"),
    "dob": _("your date of birth"),
    "address": _("an address"),
    "registered_address": _("an address"),
    "email": _("an e-mail address"),
    "phone": _("a telephone number"),
}
SOMETHING = _("something that Stripe's page names")
# Whose the thing is that Stripe asks for; where nothing of ASKED begins so, what follows counts.
WHOSE = frozenset(
    {"company", "individual", "representative", "owners", "directors", "executives", "person"}
)


@dataclass(frozen=True, slots=True)
class Payouts:
    """`needs` says in words what Stripe asks for; also where it pays, for it will stop one day."""

    state: State
    needs: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return str(LABELS[self.state])


def of(merchant: Merchant) -> Payouts:
    """How it stood when Stripe was last asked."""
    names = merchant.payout_problem.split()
    if not merchant.stripe_account_id:
        return Payouts("ready" if merchant.payable else "none")
    if any(name.startswith(CLOSED) for name in names):
        return Payouts("closed")
    needs = tuple(dict.fromkeys(words(name) for name in names if name not in CHECKING))
    if merchant.payable:
        return Payouts("ready", needs)
    if merchant.account_asked_at is None:
        return Payouts("due")
    return Payouts("due", needs) if needs else Payouts("checking")


def words(name: str) -> str:
    """What Stripe calls `name` in a requirement, as a person would say it."""
    whose, _dot, rest = name.partition(".")
    if rest and (whose in WHOSE or whose.startswith("person_")):
        name = rest
    found = (text for beginning, text in ASKED.items() if name.startswith(beginning))
    return str(next(found, SOMETHING))


def held_back(access: Access) -> QuerySet[Merchant]:
    """The open shops of a person that sell nothing because Stripe could not pay them, by name."""
    shops = Merchant.objects.filter(status=Merchant.Status.ACTIVE, sells=False)
    if not access.everything:
        shops = shops.filter(pk__in=access.merchants(Capability.VIEW))
    return shops.order_by("name")
