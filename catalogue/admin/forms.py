"""Forms of products, variants, pictures, shops and shipping rates: amounts in major units."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from catalogue import pictures, schedules
from catalogue.admin.clocks import ShopTimes
from catalogue.models import Merchant, Product, ProductImage, TaxRate, Variant
from catalogue.products import ProductError, check_price
from shopping.amounts import MoneyFormField

# What the names of time zones begin with; the others are older names of the same.
CONTINENTS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia"}
    | {"Europe", "Indian", "Pacific"}
)
COUNTRY = RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, as in FR."))


def amount_field(label: Any, *, required: bool = True, help_text: Any = "") -> MoneyFormField:
    return MoneyFormField(
        label=label,
        required=required,
        help_text=help_text,
        widget=UnfoldAdminTextInputWidget({"inputmode": "decimal", "autocomplete": "off"}),
    )


class KindForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form with a kind of goods for tax, the standard one where nothing is said."""

    kind_field: ClassVar[str] = "kind"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.kind_field in self.fields:
            self.fields[self.kind_field].required = False

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.cleaned_data.get(self.kind_field):
            self.cleaned_data[self.kind_field] = Product.TaxKind.STANDARD
        return cleaned


class TaxRateForm(KindForm):
    class Meta:
        model = TaxRate
        fields = ["country", "kind", "category", "basis_points", "inclusive"]


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Those time zones of the IANA's that are named for a place, and UTC."""
    places = {name for name in available_timezones() if name.partition("/")[0] in CONTINENTS}
    return frozenset({"UTC", *places})


def words(label: Any, *, base: forms.Field, help_text: Any = "") -> SimpleArrayField:
    return SimpleArrayField(
        base, label=label, required=False, help_text=help_text, widget=UnfoldAdminTextInputWidget()
    )


def check_prices(form: forms.BaseForm) -> None:
    price, struck = form.cleaned_data.get("price"), form.cleaned_data.get("compare_at_price")
    if price is None:
        return
    try:
        check_price(price, struck)
    except ProductError as refusal:
        form.add_error("compare_at_price" if struck is not None else "price", refusal.message)


class ProductForm(ShopTimes, KindForm):
    kind_field = "tax_kind"
    times = schedules.FIELDS
    tags = words(_("Tags"), base=forms.CharField(max_length=60), help_text=_("By commas."))

    class Meta:
        model = Product
        fields = [
            *["title", "description", "category", "tax_kind", "tags", "agents_may_sell"],
            *schedules.FIELDS,
        ]
        help_texts: ClassVar = {
            "agents_may_sell": _(
                "Assistants and other programs that people ask to buy for them. Your shop’s page says"
                " which of them sell for you."
            ),
            "description": _(
                "Words, or HTML: paragraphs, lists, links, bold. The rest is taken out."
            ),
        }

    def shop(self) -> Merchant | None:
        return self.instance.merchant if self.instance.pk else None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        begin, end = (self.cleaned_data.get(name) for name in schedules.FIELDS)
        if begin and end and end <= begin:
            self.add_error("on_sale_until", _("A product goes off sale after it goes on sale."))
        return cleaned


class ProductAddForm(ProductForm):
    """A product and the first form of it to buy; more are added on its page."""

    option_names = words(
        _("Options"),
        base=forms.CharField(max_length=60),
        help_text=_("What one chooses, by commas: Size, Colour. Empty where there is one kind."),
    )
    option_values = words(
        _("First variant"),
        base=forms.CharField(max_length=100),
        help_text=_("Its value for each option, by commas: 41, Coral."),
    )
    price = amount_field(_("Price"))
    compare_at_price = amount_field(
        _("Struck price"),
        required=False,
        help_text=_("For a price that you cut: the lowest of the thirty days before. Else empty."),
    )
    sku = forms.CharField(
        label=_("SKU"), max_length=100, required=False, widget=UnfoldAdminTextInputWidget()
    )
    on_hand = forms.IntegerField(
        label=_("Pieces in stock"),
        min_value=0,
        max_value=1_000_000,
        initial=0,
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    class Meta(ProductForm.Meta):
        fields = ["merchant", "title", "description", "category", "tax_kind", "tags"]

    def clean_merchant(self) -> Merchant:
        """Amounts are in the shop's currency; its field is cleaned before theirs."""
        merchant: Merchant = self.cleaned_data["merchant"]
        for name in ("price", "compare_at_price"):
            self.fields[name].currency = merchant.currency  # type: ignore[attr-defined]
        return merchant

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        check_prices(self)
        names = self.cleaned_data.get("option_names") or []
        values = self.cleaned_data.get("option_values") or []
        if len(names) > 3:
            self.add_error("option_names", _("At most three options."))
        elif len(names) != len(values):
            self.add_error("option_values", _("One value for each option."))
        merchant, sku = self.cleaned_data.get("merchant"), self.cleaned_data.get("sku")
        if merchant and sku and Variant.objects.filter(merchant=merchant, sku=sku).exists():
            self.add_error("sku", _("Another variant of this shop has this SKU."))
        return cleaned


class VariantForm(forms.ModelForm):  # type: ignore[type-arg]
    """A variant of a product that the form's instance knows."""

    option_values = words(_("Options"), base=forms.CharField(max_length=100))
    price = amount_field(_("Price"))
    compare_at_price = amount_field(_("Struck price"), required=False)

    class Meta:
        model = Variant
        fields = ["option_values", "sku", "price", "compare_at_price", "weight_grams", "active"]

    def set_currency(self, currency: str) -> None:
        for name in ("price", "compare_at_price"):
            if name in self.fields:
                self.fields[name].currency = currency  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        check_prices(self)
        values = self.cleaned_data.get("option_values") or []
        if len(values) != len(self.instance.product.option_names):
            names = ", ".join(self.instance.product.option_names) or "–"
            self.add_error(
                "option_values",
                ValidationError(_("One value for each of: %(names)s."), params={"names": names}),
            )
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # The shop is no field here, yet a SKU is unique within it.
        return super()._get_validation_exclusions() - {"merchant"}  # type: ignore[misc,no-any-return]


class VariantFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.instance.product = self.instance
        form.instance.merchant_id = self.instance.merchant_id
        form.set_currency(self.instance.currency)

    def clean(self) -> None:
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            sku = getattr(form, "cleaned_data", {}).get("sku")
            if sku and sku in seen:
                form.add_error("sku", _("Another variant of this shop has this SKU."))
            seen.add(sku or "")


class VariantPageForm(VariantForm):
    """The same on a page of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_currency(self.instance.product.currency)


class PictureForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ProductImage
        fields = ["file", "alt", "variant", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].required = True
            # A picture is exchanged or deleted with its row; a row without one is none.
            self.fields["file"].widget.is_required = True

    def clean_file(self) -> Any:
        upload = self.cleaned_data.get("file")
        if upload and "file" in self.changed_data:
            pictures.measure(upload)
        return upload


class MerchantForm(forms.ModelForm):  # type: ignore[type-arg]
    """A shop's words and terms, and the next step of its status.

    A step names where it begins, so that a page which was opened before somebody else made one
    neither repeats nor undoes it.
    """

    step = forms.ChoiceField(
        label=_("Change of status"), required=False, widget=UnfoldAdminSelectWidget()
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Kept in the history; a suspension needs one."),
    )

    class Meta:
        model = Merchant
        fields = [
            *["name", "email", "withdrawal_days", "cut_off", "time_zone", "terms", "country"],
            *["fee_bps", "agent_sales", "agents"],
        ]
        widgets: ClassVar = {"agents": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = self.instance.status
        following = Merchant.TRANSITIONS[present]
        steps = [(f"{present}-{to}", Merchant.Status(to).label) for to in following]
        self.fields["step"].choices = [("", _("leave as it is")), *steps]  # type: ignore[attr-defined]
        if "time_zone" in self.fields:
            names = sorted({*zones(), self.instance.time_zone})
            self.fields["time_zone"].widget = UnfoldAdminSelectWidget(
                choices=[(name, name.replace("_", " ")) for name in names]
            )

    def clean_step(self) -> Merchant.Status | None:
        """Where the step leads."""
        _from, _dash, to = self.cleaned_data["step"].partition("-")
        return Merchant.Status(to) if to else None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        suspended = self.cleaned_data.get("step") == Merchant.Status.SUSPENDED
        if suspended and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Say why: the shop's owner will ask."))
        return cleaned
