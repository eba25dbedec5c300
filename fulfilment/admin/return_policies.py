"""A shop's rules for returns in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from catalogue.models import Merchant
from catalogue.roles import Capability
from fulfilment.models import ReturnPolicy
from shopping.admin_site import site
from shopping.amounts import MoneyFormField
from shopping.own_rows import MerchantFilter, OwnRowsAdmin


class ReturnPolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    approve_up_to = MoneyFormField(
        label=_("approve changes of mind by rule, up to"),
        required=False,
        widget=UnfoldAdminTextInputWidget({"inputmode": "decimal"}),
        help_text=_(
            "In your shop’s currency. What was not to the shopper’s taste or did not fit is then "
            "approved at once; empty, you look at each yourself."
        ),
    )

    class Meta:
        model = ReturnPolicy
        fields = ["merchant", "address", "instructions", "postage", "days_to_send", "approve_up_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self._count_in(self.instance.merchant)

    def clean_merchant(self) -> Merchant:
        merchant: Merchant = self.cleaned_data["merchant"]
        self._count_in(merchant)
        return merchant

    def _count_in(self, merchant: Merchant) -> None:
        field = self.fields["approve_up_to"]
        assert isinstance(field, MoneyFormField)  # noqa: S101 – for the type checker
        field.currency = merchant.currency


@admin.register(ReturnPolicy, site=site)
class ReturnPolicyAdmin(OwnRowsAdmin):
    """One row a shop; its owner's to write."""

    merchant_path = "merchant"
    changing = Capability.MANAGE
    adds = True
    form = ReturnPolicyForm
    list_display = ["merchant", "days_to_send", "postage"]
    list_filter = [MerchantFilter]
    search_fields = ["merchant__name"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnPolicy]:
        return super().get_queryset(request).select_related("merchant")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["merchant"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}
