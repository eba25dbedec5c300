"""The mail about a webhook that was switched off, in its readers' languages."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.mails import Mail
from accounts.models import User
from shopping.capabilities import Capability
from webhooks.models import Endpoint


def switched_off(endpoint: Endpoint) -> list[Mail]:
    """To each who may manage it: that nothing is sent any more, why, and what to do."""
    return [_letter(endpoint, user) for user in _keepers(endpoint.merchant_id) if user.email]


def what_to_do() -> str:
    """How a webhook that was switched off comes back; said in the mail and in the admin."""
    return _(
        "Repair what is behind the address, tick “Active” and save. “Send a test” shows whether it"
        " answers, and a replay from that time on sends what was missed."
    )


def _keepers(merchant_id: int | None) -> list[User]:
    """Who manages the shop; of the operator's own webhooks, the superusers."""
    if merchant_id is None:
        return list(User.objects.filter(is_superuser=True, is_active=True).order_by("pk"))
    holders = import_string(settings.CAPABILITY_HOLDERS)
    return list(holders(merchant_id, capability=Capability.MANAGE))


def _letter(endpoint: Endpoint, user: User) -> Mail:
    with translation.override(user.locale):
        path = reverse("admin:webhooks_endpoint_change", args=[endpoint.pk])
        if endpoint.off_reason == Endpoint.OffReason.GONE:
            why = _("It answered 410, which says that it wants nothing more.")
        else:
            why = _("Nothing that we sent was taken for days.")
        said = _("Your webhook %(url)s was switched off.") % {"url": endpoint.url}
        lost = _("What waited for it was given up, and nothing new is sent to it.")
        return Mail(
            kind="webhook_off",
            # Each time that it is switched off has a letter of its own.
            reference=f"{endpoint.pk}-{endpoint.off_at:%Y%m%dT%H%M%S%f}",
            to=str(user.email),
            subject=_("A webhook was switched off"),
            text="\n\n".join([said, f"{why} {lost}", what_to_do(), f"{settings.PUBLIC_URL}{path}"]),
        )
