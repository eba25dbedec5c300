"""Selling elsewhere: the sites that may show a shop's cards, and the partners who bring it sales."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from catalogue import agreements, embedding
from catalogue.models import HIGHEST_COMMISSION, EmbedOrigin, PartnerAgreement
from catalogue.roles import Capability
from shopping.admin_site import site
from shopping.own_rows import MerchantFilter, OwnRowsAdmin

HUNDREDTHS = 100


class EmbedOriginForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = EmbedOrigin
        fields = ["merchant", "origin"]

    def clean_origin(self) -> str:
        return embedding.tidy(self.cleaned_data["origin"])


@admin.register(EmbedOrigin, site=site)
class EmbedOriginAdmin(OwnRowsAdmin):
    """A site is added and taken off the list, and never made into another one."""

    merchant_path = "merchant"
    changing = Capability.MANAGE
    adds = True
    deletes = True
    refusals = (ValidationError,)
    form = EmbedOriginForm
    list_display = ["origin", "shop", "created_at"]
    list_filter = [MerchantFilter]
    search_fields = ["origin", "merchant__name"]
    list_select_related = ["merchant"]
    ordering = ["merchant", "id"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["merchant", "origin", "created_at"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}

    def save_model(self, request: HttpRequest, obj: EmbedOrigin, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change:
            embedding.allow(obj)

    def delete_model(self, request: HttpRequest, obj: EmbedOrigin) -> None:
        embedding.forbid(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[EmbedOrigin]) -> None:
        for each in queryset:
            embedding.forbid(each)

    @display(description=_("shop"))
    def shop(self, origin: EmbedOrigin) -> str:
        return origin.merchant.name


class PartnerAgreementForm(forms.ModelForm):  # type: ignore[type-arg]
    """A partner is named by their code: who they all are is not a shop's to see."""

    code = forms.CharField(
        label=_("Partner’s code"),
        max_length=40,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off", "autocapitalize": "none"}),
        help_text=_("They tell you; it stands in their links."),
    )
    per_cent = forms.DecimalField(
        label=_("Commission, per cent"),
        min_value=0,
        max_value=HIGHEST_COMMISSION // HUNDREDTHS,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text=_(
            "Of what is paid for your goods, without delivery. It is taken from what you are sent, "
            "and comes back with what you refund. Orders keep the rate of their day."
        ),
    )

    class Meta:
        model = PartnerAgreement
        fields = ["merchant", "code", "per_cent", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]  # An agreement is with one partner for good.
            self.initial["per_cent"] = f"{self.instance.commission_bps / HUNDREDTHS:g}"

    def clean_code(self) -> str:
        partner = agreements.partner_of(self.cleaned_data["code"])
        self.instance.partner = partner
        return partner.code

    def clean_per_cent(self) -> Decimal:
        per_cent: Decimal = self.cleaned_data["per_cent"]
        self.instance.commission_bps = int(per_cent * HUNDREDTHS)
        return per_cent

    def _get_validation_exclusions(self) -> set[str]:
        # Whether there is one with the partner already depends on them, and they are no fields here.
        unseen = set() if self.errors else {"partner", "commission_bps"}
        return super()._get_validation_exclusions() - unseen  # type: ignore[misc,no-any-return]


@admin.register(PartnerAgreement, site=site)
class PartnerAgreementAdmin(OwnRowsAdmin):
    """An agreement is put out of force and never deleted: it says what orders were counted by."""

    merchant_path = "merchant"
    changing = Capability.MANAGE
    adds = True
    refusals = (ValidationError,)
    form = PartnerAgreementForm
    list_display = ["partner", "shop", "rate", "active"]
    list_filter = ["active", MerchantFilter]
    search_fields = ["partner__name", "partner__code"]
    list_select_related = ["merchant", "partner"]
    ordering = ["merchant", "partner__name", "id"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return list(PartnerAgreementForm.Meta.fields)
        rate = "per_cent" if self.has_change_permission(request, obj) else "rate"
        return ["merchant", "who", rate, "active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["merchant", "who", "rate"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}

    def save_model(
        self,
        request: HttpRequest,
        obj: PartnerAgreement,
        form: Any,
        change: bool,  # noqa: FBT001 – Django's signature
    ) -> None:
        agreements.save(obj)

    @display(description=_("shop"))
    def shop(self, agreement: PartnerAgreement) -> str:
        return agreement.merchant.name

    @display(description=_("partner"))
    def who(self, agreement: PartnerAgreement) -> str:
        return f"{agreement.partner.name} ({agreement.partner.code})"

    @display(description=_("commission"), ordering="commission_bps")
    def rate(self, agreement: PartnerAgreement) -> str:
        return f"{agreement.commission_bps / HUNDREDTHS:g} %"
