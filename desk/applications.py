"""Opening a shop: a person applies, prepares it while it waits, and is told what became of it."""

from __future__ import annotations

from babel.numbers import get_territory_currencies
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import mails
from accounts.confirmed import is_confirmed
from accounts.models import User
from accounts.operators import operators
from catalogue import merchants
from catalogue.models import Membership, Merchant, MerchantEvent
from desk.models import Application

# Shops that one person may own; whoever needs more is known to us.
MOST = 5
# Applications of which one sweep tells.
BATCH = 100


class ApplicationRefused(Exception):
    """No shop was opened; `message` says why to the person who asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotConfirmed(ApplicationRefused):
    """Nobody has shown yet that the person's e-mail address is theirs."""


def waiting_of(user: User) -> Application | None:
    """The application of `user` that is still to be decided."""
    pending = Application.objects.filter(applicant=user, merchant__status=Merchant.Status.PENDING)
    return pending.select_related("merchant").order_by("pk").first()


def apply(
    user: User, *, name: str, handle: str, country: str, email: str, about: str, currency: str = ""
) -> Merchant:
    """Open a shop for `user`, who owns it and may prepare it; it sells nothing until we say so.

    `currency` is the country's where none is given, and stays. The operator and the applicant are
    mailed. One transaction, which locks the person: of two presses one opens a shop. Raises
    NotConfirmed, ApplicationRefused, and ValidationError by field for what will not do.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _check(user)
        merchant = merchants.open_for(
            user,
            name=name,
            handle=handle,
            email=email,
            country=country,
            currency=currency or currency_of(country),
        )
        application = Application(merchant=merchant, applicant=user, about=about.strip())
        application.full_clean(exclude=["merchant", "applicant"])
        application.save()
        _mail_operators(application)
        _mail(
            application,
            "shop.applied",
            subject=_("%(shop)s is being looked at"),
            text=_(
                "We have your application and answer within two working days. Meanwhile you can"
                " prepare your shop: this page says what is missing."
            ),
        )
    return merchant


def currency_of(country: str) -> str:
    """What people pay with in `country` today: "EUR" for "FR"."""
    found: list[str] = get_territory_currencies(country)
    return found[0] if found else "EUR"


def tell_decided() -> int:
    """Mail the applicants of shops that were let in, or were not; how many were told.

    Each is locked and marked in the transaction that writes its mail.
    """
    with transaction.atomic():
        decided = (
            Application.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(told_at=None)
            .exclude(merchant__status=Merchant.Status.PENDING)
            .select_related("merchant", "applicant")
            .order_by("pk")[:BATCH]
        )
        for application in decided:
            _tell(application)
        found = [each.pk for each in decided]
        Application.objects.filter(pk__in=found).update(told_at=timezone.now())
    return len(found)


def _check(user: User) -> None:
    if not is_confirmed(user):
        raise NotConfirmed(
            _("Confirm your e-mail address first: buyers’ orders will be sent to it.")
        )
    if waiting_of(user) is not None:
        raise ApplicationRefused(_("Your last application is still being looked at."))
    owned = user.memberships.filter(role=Membership.Role.OWNER).count()
    if owned >= MOST:
        raise ApplicationRefused(
            _("You own %(count)d shops. Write to us if you need another one.") % {"count": owned}
        )


def _mail_operators(application: Application) -> None:
    merchant = application.merchant
    link = settings.PUBLIC_URL + reverse("admin:desk_application_change", args=[application.pk])
    lines = [f"{merchant.name} (@{merchant.account.handle}), {merchant.country}", application.about]
    # The applicant's language is none of theirs.
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("%(shop)s wants to sell") % {"shop": merchant.name}
    for to in operators():
        mails.enqueue(
            kind="shop.application",
            reference=str(merchant.public_id),
            to=to,
            subject=subject,
            text="\n\n".join([*lines, link]),
        )


def _tell(application: Application) -> None:
    merchant = application.merchant
    with translation.override(application.applicant.locale):
        if merchant.status == Merchant.Status.ACTIVE:
            subject = _("%(shop)s is open")
            text = _("Your shop may sell. If something is still missing, this page says what.")
        else:
            subject = _("%(shop)s was not accepted")
            text = _("We could not let your shop in. The reason: %(reason)s") % {
                "reason": _reason(merchant)
            }
        _mail(application, "shop.decided", subject=subject, text=text)


def _reason(merchant: Merchant) -> str:
    last = MerchantEvent.objects.filter(merchant=merchant).order_by("-pk").first()
    return last.reason if last else ""


def _mail(application: Application, kind: str, *, subject: str, text: str) -> None:
    """In the applicant's language, which the caller has chosen."""
    merchant = application.merchant
    open_to_members = merchant.status != Merchant.Status.SUSPENDED
    link = [settings.PUBLIC_URL + reverse("admin:index")] if open_to_members else []
    mails.enqueue(
        kind=kind,
        reference=str(merchant.public_id),
        to=str(application.applicant.email),
        subject=subject % {"shop": merchant.name},
        text="\n\n".join([text, *link]),
    )
