"""Telling people that what they waited for is back."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import mails
from accounts.models import User
from catalogue.models import StockReminder, Variant
from catalogue.models.products import offered

BATCH = 100


@transaction.atomic
def ask(user: User, *, variant: Variant) -> None:
    """Write to `user` when `variant` is back; once is enough."""
    StockReminder.objects.get_or_create(user=user, variant=variant)


@transaction.atomic
def withdraw(user: User, *, variant: Variant) -> None:
    """Do not write after all; without a reminder, nothing."""
    StockReminder.objects.filter(user=user, variant=variant).delete()


@transaction.atomic
def tell() -> int:
    """Turn up to `BATCH` reminders whose variant can be bought again into mails.

    Those of a drop wait until it is open; once it has ended, nobody is told.

    Each reminder is locked and deleted in the transaction that writes its mail: two workers
    never tell the same person twice, and a crash forgets nobody. Returns how many were told.
    """
    back = StockReminder.objects.filter(
        offered("variant__product__"),
        variant__active=True,
        variant__stock__on_hand__gt=F("variant__stock__reserved"),
        variant__merchant__sells=True,
        user__is_active=True,
    )
    back = back.exclude(variant__product__drop__opens_at__gt=Now())
    back = back.exclude(variant__product__drop__ends_at__lte=Now())
    back = back.select_related("user", "variant__product__merchant").order_by("pk")
    told = list(back.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    mails.enqueue_all(_mail(reminder) for reminder in told)
    StockReminder.objects.filter(pk__in=[reminder.pk for reminder in told]).delete()
    return len(told)


def _mail(reminder: StockReminder) -> mails.Mail:
    product = reminder.variant.product
    address = reverse("catalogue:product", args=[product.public_id, product.slug])
    with translation.override(reminder.user.locale):
        return mails.Mail(
            kind="back_in_stock",
            reference=f"reminder:{reminder.pk}",
            to=reminder.user.email or "",
            subject=_("%(title)s is back") % {"title": product.title},
            text=render_to_string(
                "catalogue/back_in_stock.txt",
                {
                    "reminder": reminder,
                    "product": product,
                    "link": f"{settings.PUBLIC_URL}{address}?variant={reminder.variant.public_id}",
                },
            ),
        )
