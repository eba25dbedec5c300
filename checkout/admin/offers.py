"""Offers: merchants keep their own, staff those of all shops."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from catalogue.admin.forms import amount_field
from catalogue.models import Merchant
from catalogue.roles import Capability
from checkout import codes, offers
from checkout.models import Offer
from checkout.models.offers import NEEDS_A_MOST
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter, OwnRowsAdmin
from shopping.templatetags.money import money

HUNDREDTHS = 100


class OfferForm(forms.ModelForm):  # type: ignore[type-arg]
    """Amounts in major units of the shop's currency, or of the one that staff names."""

    per_cent = forms.DecimalField(
        label=_("Per cent"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(),
    )
    amount = amount_field(_("Amount"), required=False)
    minimum = amount_field(
        _("Goods for at least"), required=False, help_text=_("Empty where there is no minimum.")
    )
    most = amount_field(
        _("At most, for one order"),
        required=False,
        help_text=_(
            "The offer takes no more than this off one order. An offer for all shops needs it, unless "
            "it is an amount: you pay for it, and the shops set their prices. Where it names no "
            "currency, write euros: 50.00 is also 5000 yen and 5.000 dinars."
        ),
    )

    class Meta:
        model = Offer
        fields = [
            *["merchant", "name", "code", "kind", "currency", "per_cent", "amount", "minimum"],
            "most",
            *["starts_at", "ends_at", "total_limit", "person_limit", "combines", "active"],
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        basis_points = self.instance.basis_points
        if "per_cent" in self.fields and basis_points:
            self.initial["per_cent"] = f"{basis_points / HUNDREDTHS:g}"
        if self.instance.minimum == 0:
            self.initial["minimum"] = None
        self._count_in(self.instance.currency)

    def clean_merchant(self) -> Merchant | None:
        """A shop has one currency, which an offer of it is in."""
        merchant: Merchant | None = self.cleaned_data["merchant"]
        if merchant:
            self._count_in(merchant.currency)
        return merchant

    def clean_code(self) -> str | None:
        return codes.tidy(self.cleaned_data["code"] or "") or None

    def clean_currency(self) -> str:
        merchant = self.cleaned_data.get("merchant") or self.instance.merchant
        currency: str = merchant.currency if merchant else self.cleaned_data["currency"].upper()
        self._count_in(currency)
        return currency

    def clean_per_cent(self) -> Any:
        per_cent = self.cleaned_data["per_cent"]
        self.instance.basis_points = int(per_cent * HUNDREDTHS) if per_cent else None
        return per_cent

    def clean_minimum(self) -> int:
        return self.cleaned_data["minimum"] or 0

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        merchant = self.cleaned_data.get("merchant") or self.instance.merchant
        kind = self.cleaned_data.get("kind", Offer.Kind.AMOUNT)
        asked = "most" in self.cleaned_data and "merchant" not in self.errors
        if asked and not merchant and kind != Offer.Kind.AMOUNT and not self.cleaned_data["most"]:
            self.add_error("most", NEEDS_A_MOST)
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # What the offer is about depends on these, and they are no fields here.
        unseen = {"basis_points", "used", "currency"}
        return super()._get_validation_exclusions() - unseen  # type: ignore[misc,no-any-return]

    def _count_in(self, currency: str) -> None:
        for name in ("amount", "minimum", "most"):
            if currency and name in self.fields:
                self.fields[name].currency = currency  # type: ignore[attr-defined]


@admin.register(Offer, site=site)
class OfferAdmin(OwnRowsAdmin):
    """An offer is switched off and never deleted: orders hold it."""

    merchant_path = "merchant"
    changing = Capability.LISTINGS
    adds = True
    refusals = (ValidationError,)
    form = OfferForm
    list_display = ["name", "shown_code", "shop", "what", "starts_at", "ends_at", "uses", "state"]
    list_filter = ["active", MerchantFilter]
    search_fields = ["name", "code"]
    list_select_related = ["merchant"]
    ordering = ["-id"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None or self.has_change_permission(request, obj):
            return list(OfferForm.Meta.fields)
        return ["merchant", "name", "code", "what", "starts_at", "ends_at", "uses", "active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Whose it is stands in the books of the orders that hold it.
        return ["merchant", "what", "uses"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        return super().get_queryset(request).select_related("merchant")

    def save_model(self, request: HttpRequest, obj: Offer, form: Any, change: bool) -> None:  # noqa: FBT001
        offers.save(obj)

    @display(description=_("code"), ordering="code")
    def shown_code(self, offer: Offer) -> str:
        return offer.code or str(_("by itself"))

    @display(description=_("shop"))
    def shop(self, offer: Offer) -> str:
        return offer.merchant.name if offer.merchant else str(_("all shops"))

    @display(description=_("takes off"))
    def what(self, offer: Offer) -> str:
        if offer.basis_points:
            return f"{offer.basis_points / HUNDREDTHS:g} %"
        if offer.amount:
            return money(offer.amount, offer.currency)
        return str(_("delivery"))

    @display(description=_("uses"))
    def uses(self, offer: Offer) -> str:
        if not offer.is_limited:
            return "–"
        return f"{offer.used} / {offer.total_limit}" if offer.total_limit else str(offer.used)

    @display(description=_("active"), boolean=True, ordering="active")
    def state(self, offer: Offer) -> bool:
        return offer.active
