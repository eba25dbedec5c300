"""Merchants: how a shop is opened, what it says of itself, and the one function that moves its status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import acts
from catalogue.models import Membership, Merchant, MerchantEvent

Status = Merchant.Status
EDITABLE = frozenset(
    {
        *{"name", "email", "withdrawal_days", "cut_off", "time_zone", "terms"},
        *{"low_stock_at", "legal_name", "address", "vat_number"},
        *{"country", "fee_bps"},
    }
)


class MerchantError(Exception):
    """A change that the rules of merchants refuse; `message` says why to a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def open_for(
    owner: User, *, name: str, handle: str, email: str, country: str, currency: str
) -> Merchant:
    """Open a shop that waits to be let in, with the profile that it posts under; `owner` owns it, and
    is in its log as the first who joined.

    One transaction. Raises django.core.exceptions.ValidationError, by field, for what will not do: also
    where somebody else took the handle in the same moment.
    """
    with transaction.atomic():
        merchant = Merchant(
            account=_profile(name, handle, locale=owner.locale),
            name=name,
            email=email,
            country=country,
            currency=currency,
        )
        merchant.full_clean(exclude=["account"])
        merchant.save()
        role = Membership.Role.OWNER
        Membership.objects.create(user=owner, merchant=merchant, role=role)
        subject = f"{owner} · {role.label}"
        reason = _("Opened the shop.")
        acts.note(merchant.pk, acts.Kind.JOINED, subject, actor=owner, reason=reason)
    return merchant


def _profile(name: str, handle: str, *, locale: str) -> User:
    """The profile that the shop posts under. Raises ValidationError, by field."""
    profile = {"handle": handle, "display_name": name, "locale": locale}
    try:
        User(kind=User.Kind.SHOP, **profile).full_clean(exclude=["password"])
        with transaction.atomic():
            return User.objects.create_shop(**profile)
    except ValidationError as refusal:
        said = refusal.message_dict
        # The whole row's say that the handle is taken.
        wrong = {"handle": said.get("handle", []) + said.get("__all__", [])}
        wrong["name"] = said.get("display_name", [])
        raise ValidationError({field: words for field, words in wrong.items() if words}) from None
    except IntegrityError:
        raise ValidationError({"handle": [_("This handle is taken.")]}) from None


def edit(merchant: Merchant, *, fields: Mapping[str, Any]) -> Merchant:
    """Change what `EDITABLE` names: a shop's words, and its terms with us.

    Locks the merchant. Raises MerchantError for a field that has a verb of its own, or for another
    country where Stripe has an account of this one;
    django.core.exceptions.ValidationError for a value that will not do.
    """
    if not set(fields) <= EDITABLE:
        raise MerchantError(_("A shop's status has its own action."))
    with transaction.atomic():
        merchant = _locked(merchant)
        moves = fields.get("country", merchant.country) != merchant.country
        if moves and merchant.stripe_account_id:
            raise MerchantError(
                _(
                    "This shop's account at Stripe is one of %(country)s, and stays so. For another"
                    " country, open another shop."
                )
                % {"country": merchant.country}
            )
        for name, value in fields.items():
            setattr(merchant, name, value)
        merchant.full_clean(exclude=["account"])
        merchant.save(update_fields=list(fields))
    return merchant


def activate(merchant: Merchant, *, actor: User | None, reason: str = "") -> Merchant:
    """Let a shop sell, for the first time or again; see `move`."""
    return move(merchant, Status.ACTIVE, actor=actor, reason=reason)


def suspend(merchant: Merchant, *, actor: User | None, reason: str) -> Merchant:
    """Take a shop off sale and lock its members out; orders that are paid stay. See `move`.

    Raises MerchantError without a reason: its owner will ask for it.
    """
    return move(merchant, Status.SUSPENDED, actor=actor, reason=reason)


def move(merchant: Merchant, status: Status, *, actor: User | None, reason: str = "") -> Merchant:
    """Give a merchant another status, with its history row. The same again changes nothing.

    Locks the merchant: of two people who press at once the second one sees what the first did.
    Raises MerchantError where Merchant.TRANSITIONS has no such step, a suspension no reason, or where
    a shop would sell whose profile is suspended: what its account says is read under the lock.
    """
    with transaction.atomic():
        merchant = _locked(merchant)
        before = Status(merchant.status)
        if before == status:
            return merchant
        if status not in Merchant.TRANSITIONS[before]:
            raise MerchantError(
                _("A shop that is %(before)s cannot become %(after)s.")
                % {"before": before.label, "after": Status(status).label}
            )
        if status == Status.SUSPENDED and not reason.strip():
            raise MerchantError(_("Say why: the shop's owner will ask."))
        if status == Status.ACTIVE and not merchant.account.is_active:
            raise MerchantError(
                _("This shop's profile is suspended. Lift the suspension in its case.")
            )
        merchant.status = status
        merchant.save(update_fields=["status"])
        MerchantEvent.objects.create(
            merchant=merchant, before=before, after=status, reason=reason.strip(), actor=actor
        )
    return merchant


def _locked(merchant: Merchant) -> Merchant:
    return Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
