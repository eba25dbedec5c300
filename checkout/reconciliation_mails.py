"""What the operator is mailed of: findings that are new, once."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import mails
from accounts.operators import operators
from checkout.models import ReconciliationFinding
from checkout.reconciliation_findings import STOCK, Kind, Report, Status
from checkout.reconciliation_words import in_words

# So many are named; the admin lists the rest.
NAMED = 20


def tell(report: Report) -> None:
    """Mail what a run found, and nobody was told of yet; see `tell_open`."""
    if report.run is None:
        return
    tell_open(
        [kind for kind in Kind if kind not in STOCK],
        reference=str(report.run.pk),
        said=_("The comparison of our books with Stripe’s found what a person has to look at:"),
    )


def tell_open(kinds: Collection[Kind], *, reference: str, said: str) -> None:
    """Mail the open findings of `kinds` that nobody was told of yet to whoever runs the site.

    One transaction: each finding is marked with the mail that tells of it. `said` begins the mail,
    `reference` names it.
    """
    with transaction.atomic():
        fresh = list(
            ReconciliationFinding.objects.select_for_update(of=("self",))
            .filter(status=Status.OPEN, told_at=None)
            .filter(kind__in=kinds)
            .order_by("pk")
        )
        if not fresh:
            return
        ReconciliationFinding.objects.filter(pk__in=[each.pk for each in fresh]).update(
            told_at=timezone.now()
        )
        count = len(fresh)
        subject = ngettext(
            "%(count)d finding in the books", "%(count)d findings in the books", count
        ) % {"count": count}
        lines = [in_words(each) for each in fresh[:NAMED]]
        url = settings.PUBLIC_URL + reverse("admin:checkout_reconciliationfinding_changelist")
        for to in operators():
            mails.enqueue(
                kind="reconciliation.findings",
                reference=reference,
                to=to,
                subject=subject,
                text="\n\n".join([said, "\n".join(lines), url]),
            )
