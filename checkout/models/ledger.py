from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Merchant
from checkout.models.orders import Order
from partners.models import Partner


class LedgerTransaction(models.Model):
    """One movement of money; `reference` makes a repeat impossible."""

    kind = models.CharField(max_length=20)
    reference = models.CharField(max_length=64)
    # Of none where money moves for no order, as to our own bank.
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="ledger_reference_unique")
        ]
        indexes = [models.Index(fields=["created_at"], name="ledger_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class LedgerEntry(models.Model):
    """Append-only; debits are positive, credits negative, and a transaction sums to zero."""

    class Account(models.TextChoices):
        STRIPE = "stripe", _("Stripe balance")
        # What test orders move; whoever compares with Stripe's balance asks for the one above.
        TEST = "test", _("Stripe’s test money")
        MERCHANT = "merchant", _("owed to merchant")
        FEES = "fees", _("our fees")
        PARTNERS = "partners", _("owed to partners")
        REFUNDS = "refunds", _("refunds to make")
        TRANSFERS = "transfers", _("transfers under way")
        COSTS = "costs", _("Stripe’s fees")
        BANK = "bank", _("our bank account")
        EXCHANGE = "exchange", _("changed into another currency")

    transaction = models.ForeignKey(
        LedgerTransaction, on_delete=models.PROTECT, related_name="entries"
    )
    account = models.CharField(max_length=10, choices=Account)
    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_entries"
    )
    # To whom it is owed, on the partners' account alone; there `merchant` is who bears it.
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="ledger_entries",
    )
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(account="partners", partner__isnull=False)
                | (~Q(account="partners") & Q(partner=None)),
                name="ledger_entry_partners_are_owed",
            )
        ]
        indexes = [
            # A merchant's statements are read from it alone.
            models.Index(
                fields=["merchant", "transaction"],
                include=["account", "amount", "currency"],
                condition=Q(merchant__isnull=False),
                name="ledger_entry_of_merchant",
            ),
            models.Index(
                fields=["partner"],
                condition=Q(partner__isnull=False),
                name="ledger_entry_of_partner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount} {self.currency}"
