from __future__ import annotations

from typing import ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.models import Agent
from shopping.ids import public_id
from shopping.names import plain_name


def known_zone(name: str) -> None:
    """Raises ValidationError unless `name` is a time zone of the IANA's list."""
    if name not in available_timezones():
        raise ValidationError(_("A time zone by its name, for example Europe/Paris."))


class Merchant(models.Model):
    """A seller: a shop profile with terms, a fee and a connected account at Stripe.

    `sells` is the one rule of who may sell; the database derives it. What stands about the account
    is what Stripe said of it when it was last asked: see checkout.payout_accounts.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        # A test space is nothing else, ever: whoever asks for shops that are active leaves it out.
        TEST = "test", _("test")

    class AgentSales(models.TextChoices):
        ALL = "all", _("all agents")
        LISTED = "listed", _("only those chosen below")
        NONE = "none", _("no agent")

    # Which status may follow which; catalogue.merchants.move consults it and nothing else assigns.
    TRANSITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.PENDING: (Status.ACTIVE, Status.SUSPENDED),
        Status.ACTIVE: (Status.SUSPENDED,),
        Status.SUSPENDED: (Status.ACTIVE,),
        Status.TEST: (),
    }

    public_id = models.UUIDField(default=public_id, unique=True, editable=False)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="merchant"
    )
    # Of a test space the shop that it is of; see catalogue.test_spaces.
    test_of = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="test_space",
    )
    name = models.CharField(_("name"), max_length=80, validators=[plain_name])
    email = models.EmailField(_("e-mail for orders"))
    country = models.CharField(_("country"), max_length=2)
    currency = models.CharField(_("currency"), max_length=3)
    stripe_account_id = models.CharField(
        _("account at Stripe"), max_length=64, blank=True, editable=False
    )
    connected_at = models.DateTimeField(null=True, editable=False)
    # Whether Stripe takes on what we transfer to the account, and pays it out.
    payable = models.BooleanField(_("can be paid"), default=False, db_default=False, editable=False)
    # Stripe's names of what it still asks for, or of why it pays nothing; by spaces.
    payout_problem = models.CharField(
        _("what Stripe asks for"),
        max_length=1000,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    # When the question was put that the two above are the answer to, and when to put it again.
    account_asked_at = models.DateTimeField(null=True, editable=False)
    account_check_at = models.DateTimeField(null=True, editable=False)
    fee_bps = models.PositiveIntegerField(_("fee in basis points"), default=500)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    sells = models.GeneratedField(
        expression=Q(status="active", payable=True),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    withdrawal_days = models.PositiveSmallIntegerField(_("days to change one's mind"), default=14)
    terms = models.TextField(_("terms of sale"), blank=True)
    # What is paid before this hour of a working day leaves the shop on that day.
    cut_off = models.PositiveSmallIntegerField(
        _("orders until this hour leave the same day"), default=14, db_default=14
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        default="Europe/Paris",
        db_default="Europe/Paris",
        validators=[known_zone],
    )
    # Of what has so few pieces left its members want to know, unless a variant says otherwise …
    low_stock_at = models.PositiveIntegerField(
        _("stock is low from"), default=5, db_default=5, help_text=_("Pieces that can be sold.")
    )
    # … and the last day, its own, on which they were told.
    low_stock_told_on = models.DateField(null=True, blank=True, editable=False)
    # Who may sell its products for people who ask a program to buy; see catalogue.agent_sales.
    agent_sales = models.CharField(
        _("which buying agents may sell"),
        max_length=6,
        choices=AgentSales,
        default=AgentSales.ALL,
        db_default="all",
    )
    agents = models.ManyToManyField(
        Agent, blank=True, related_name="shops", verbose_name=_("chosen agents")
    )
    # What the law wants on an invoice.
    legal_name = models.CharField(
        _("name of the company"), max_length=120, blank=True, default="", db_default=""
    )
    address = models.TextField(
        _("address of the company"), max_length=300, blank=True, default="", db_default=""
    )
    vat_number = models.CharField(
        _("VAT number"), max_length=20, blank=True, default="", db_default=""
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")
        constraints = [
            models.CheckConstraint(
                condition=Q(fee_bps__lte=10_000),
                name="merchant_fee_at_most_all",
                violation_error_message=_("A fee is at most 10,000 basis points."),
            ),
            models.CheckConstraint(
                condition=Q(cut_off__lte=24),
                name="merchant_cut_off_in_a_day",
                violation_error_message=_("A day has hours from 0 to 24."),
            ),
            models.UniqueConstraint(
                fields=["stripe_account_id"],
                condition=~Q(stripe_account_id=""),
                name="merchant_account_unique",
                violation_error_message=_("Another shop has this account at Stripe."),
            ),
            models.CheckConstraint(
                condition=Q(payable=False) | ~Q(stripe_account_id=""),
                name="merchant_payable_has_account",
            ),
            models.CheckConstraint(
                condition=Q(status="test", test_of__isnull=False)
                | (~Q(status="test") & Q(test_of=None)),
                name="merchant_test_iff_of_a_shop",
            ),
            # Money of a test space is Stripe's test money, and is paid out to nobody.
            models.CheckConstraint(
                condition=Q(test_of=None) | Q(stripe_account_id="", payable=False),
                name="merchant_test_is_paid_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_test(self) -> bool:
        """Whether it is a test space, whose rows no shopper meets."""
        return self.test_of_id is not None

    @property
    def is_suspended(self) -> bool:
        """Whether its members are let in nowhere; a test space is as long as its shop is."""
        shop = self.test_of or self
        return shop.status == self.Status.SUSPENDED

    @property
    def is_paused(self) -> bool:
        """Open, yet selling nothing, because Stripe could not pay out what comes in."""
        return self.status == self.Status.ACTIVE and not self.sells

    @property
    def on_paper(self) -> dict[str, str]:
        """Who the shop is on invoices and statements, which keep it as it is on the day."""
        return {
            "name": self.legal_name or self.name,
            "address": self.address,
            "country": self.country,
            "vat_number": self.vat_number,
        }


class MerchantEvent(models.Model):
    """A merchant's history, written in the transaction that moved its status; append-only."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="history")
    before = models.CharField(_("before"), max_length=10, choices=Merchant.Status)
    after = models.CharField(_("after"), max_length=10, choices=Merchant.Status)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(before=F("after")), name="merchant_event_moves")
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.before} → {self.after}"


class PayoutEvent(models.Model):
    """What Stripe said of a merchant's account, each time it was something else; append-only."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="payout_history")
    payable = models.BooleanField(_("can be paid"))
    problem = models.CharField(_("what Stripe asks for"), max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.payable} {self.problem}".strip()


class Membership(models.Model):
    """What a person may do for a merchant."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        EDITOR = "editor", _("editor")
        FULFILMENT = "fulfilment", _("fulfilment")
        READ_ONLY = "read_only", _("read only")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role, default=Role.READ_ONLY)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "merchant"], name="membership_unique")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.merchant} · {self.role}"
