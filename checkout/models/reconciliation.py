"""What was compared with Stripe, and what of it differs."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from checkout.models.ledger import LedgerTransaction
from checkout.models.orders import Order
from checkout.models.payments import Payment, Refund
from checkout.models.transfers import Transfer


class ReconciliationRun(models.Model):
    """One comparison of our books with Stripe's."""

    class Outcome(models.TextChoices):
        REQUESTED = "requested", _("asked for")
        RUNNING = "running", _("under way")
        CLEAN = "clean", _("everything agrees")
        FINDINGS = "findings", _("there are findings")
        PARTIAL = "partial", _("goes on in the next run")
        FAILED = "failed", _("broke off")

    # The one table of a run's life; checkout.reconciliation consults it.
    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Outcome.REQUESTED: (Outcome.RUNNING,),
        Outcome.RUNNING: (Outcome.CLEAN, Outcome.FINDINGS, Outcome.PARTIAL, Outcome.FAILED),
        Outcome.CLEAN: (),
        Outcome.FINDINGS: (),
        Outcome.PARTIAL: (),
        Outcome.FAILED: (),
    }

    # Who asked for it; nobody did for a daily one.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # A running one that has given no sign of life until then is dead, and another may begin.
    alive_until = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    # The last good point: all before it was compared. It moves on while the run goes.
    until = models.DateTimeField(null=True, blank=True)
    # What was compared: kind → how many.
    compared = models.JSONField(default=dict, blank=True)
    # Currency → ledger, Stripe, and what lies between, in minor units.
    balances = models.JSONField(default=dict, blank=True)
    # Why it broke off.
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("reconciliation")
        constraints = [
            models.UniqueConstraint(
                fields=["outcome"],
                condition=Q(outcome="running"),
                name="reconciliation_one_running",
            ),
            models.UniqueConstraint(
                fields=["outcome"],
                condition=Q(outcome="requested"),
                name="reconciliation_one_requested",
            ),
        ]
        indexes = [models.Index(fields=["-until"], name="reconciliation_last_good")]

    def __str__(self) -> str:
        return f"{self.pk}"


class ReconciliationFinding(models.Model):
    """One thing that differs, or differed: a row for each kind and object, however often seen."""

    class Kind(models.TextChoices):
        INTENT_UNKNOWN = "intent_unknown", _("payment at Stripe of no order of ours")
        INTENT_DIFFERS = "intent_differs", _("payment is another at Stripe")
        INTENT_MISSED = "intent_missed", _("payment that we had not heard of")
        INTENT_DOUBLED = "intent_doubled", _("order paid twice")
        REFUND_MISSED = "refund_missed", _("refund that we had not heard of")
        REFUND_DIFFERS = "refund_differs", _("refund is another at Stripe")
        MOVEMENT_UNBOOKED = "movement_unbooked", _("movement at Stripe that is not in our books")
        MOVEMENT_DIFFERS = "movement_differs", _("movement is another in our books")
        LEDGER_UNKNOWN = "ledger_unknown", _("movement in our books that Stripe does not know")
        LEDGER_UNBALANCED = "ledger_unbalanced", _("entries of the ledger do not sum to zero")
        PAYMENT_BOOKS = "payment_books", _("payment is not what the ledger says")
        ORDER_UNPAID = "order_unpaid", _("paid order without a payment")
        ORDER_KEEPS = "order_keeps", _("cancelled order whose money stays here")
        STOCK_RESERVED = "stock_reserved", _("pieces reserved for no order")
        STOCK_ON_HAND = "stock_on_hand", _("stock is not the sum of its movements")
        BALANCE = "balance", _("Stripe’s balance is not that of our books")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        MENDED = "mended", _("mended")
        DISMISSED = "dismissed", _("dismissed")

    # The one table of a finding's life; checkout.reconciliation_findings consults it.
    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.OPEN: (Status.MENDED, Status.DISMISSED),
        Status.MENDED: (Status.OPEN,),
        Status.DISMISSED: (Status.OPEN, Status.MENDED),
    }

    # Empty where the nightly check of the stock found it: see checkout.stock_checks.
    run = models.ForeignKey(
        ReconciliationRun,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
    )
    kind = models.CharField(max_length=20, choices=Kind)
    # Stripe's id, or the reference of ours, that it is about.
    object_id = models.CharField(max_length=100)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refund = models.ForeignKey(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Minor units of `currency`; of pieces where it is empty.
    expected = models.BigIntegerField(null=True, blank=True)
    found = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    # Why a person dismissed it, or what mended it.
    reason = models.CharField(max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    # When the operator was mailed of it.
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("finding")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="finding_once_an_object")
        ]
        indexes = [models.Index(fields=["kind"], condition=Q(status="open"), name="finding_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.object_id}"


class BalanceTransaction(models.Model):
    """A movement of our balance as Stripe has it, and the one of our ledger that it is.

    https://docs.stripe.com/api/balance_transactions/object
    """

    stripe_id = models.CharField(max_length=64, unique=True)
    type = models.CharField(max_length=60)
    category = models.CharField(max_length=60)
    # The charge, refund, dispute, transfer, reversal or payout that moved it …
    source_id = models.CharField(max_length=64, blank=True)
    # … and the intent, or for a reversal the transfer, that this is of.
    of_id = models.CharField(max_length=64, blank=True)
    # Minor units; negative where they leave. The fee leaves besides.
    amount = models.BigIntegerField()
    fee = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # Stripe's time.
    created_at = models.DateTimeField()
    # Empty until one is found that says the same.
    movement = models.OneToOneField(
        LedgerTransaction, on_delete=models.PROTECT, null=True, blank=True, related_name="at_stripe"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(movement=None), name="balance_unmatched"
            )
        ]

    def __str__(self) -> str:
        return self.stripe_id
