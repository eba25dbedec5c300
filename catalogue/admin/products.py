"""A merchant's listings: products, with what their variants' and pictures' tables change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from accounts.requests import actor
from catalogue import payouts, pictures, products, variants
from catalogue.admin.forms import ProductAddForm, ProductForm
from catalogue.admin.pictures import PictureInline, thumbnail
from catalogue.admin.variants import VariantInline
from catalogue.models import Product, ProductImage, Variant
from catalogue.products import NewVariant, ProductError
from catalogue.roles import Capability
from shopping.admin_site import site
from shopping.money import Money
from shopping.own_rows import MerchantFilter, OwnRowsAdmin, access
from shopping.templatetags.money import money

# Of how many shops a list says that they sell nothing.
SHOPS = 5


@admin.register(Product, site=site)
class ProductAdmin(OwnRowsAdmin):
    merchant_path = "merchant"
    changing = Capability.LISTINGS
    adds = True
    refusals = (ProductError, ValidationError)
    form = ProductForm
    inlines = [VariantInline, PictureInline]
    list_display = ["picture", "title", "shop", "price", "available", "state"]
    list_display_links = ["title"]
    list_filter = ["status", MerchantFilter]
    search_fields = ["title", "external_id", "variants__sku", "merchant__name"]
    ordering = ["-id"]
    actions = ["publish", "withdraw", "archive"]
    readonly_fields = ["merchant", "status", "currency", "options", "external_id"]
    fieldsets = [
        (None, {"fields": ["title", "description", "category", "tax_kind", "tags"]}),
        (_("Offer"), {"fields": ["status", "merchant", "currency", "options", "external_id"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["merchant", "title", "description", "category", "tax_kind", "tags"]}),
        (
            _("What one buys"),
            {
                "fields": [
                    *["option_names", "option_values", "price", "compare_at_price"],
                    *["sku", "on_hand"],
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        rows = super().get_queryset(request).select_related("merchant")
        return rows.prefetch_related(
            "images", Prefetch("variants", Variant.objects.select_related("stock"))
        )

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002 – Django's signature
        **kwargs: Any,
    ) -> Any:
        if obj is None:
            kwargs["form"] = ProductAddForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self.readonly_fields) if obj else []

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return list(self.inlines) if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}

    def view_on_site(self, product: Product) -> str:
        return reverse("catalogue:product", args=[product.public_id, product.slug])

    # Where products are shown that nobody can buy, the merchant is told so.
    list_before_template = "admin/_held_back.html"
    change_form_outer_before_template = "admin/_held_back.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {"held_back": payouts.held_back(access(request))[:SHOPS]}
        answer: HttpResponse = super().changelist_view(request, (extra_context or {}) | shown)
        return answer

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        product: Product | None = kwargs.get("obj")
        if product is not None and product.merchant.is_paused:
            context["held_back"] = [product.merchant]
        return super().render_change_form(request, context, *args, **kwargs)

    # What a list shows -------------------------------------------------------------------------

    @display(description="")
    def picture(self, product: Product) -> str:
        return thumbnail(next(iter(product.images.all()), None))

    @display(description=_("shop"))
    def shop(self, product: Product) -> str:
        return product.merchant.name

    @display(description=_("price"))
    def price(self, product: Product) -> str:
        prices = [variant.price for variant in product.variants.all() if variant.active]
        if not prices:
            return "–"
        lowest = money(Money(min(prices), product.currency))
        if min(prices) == max(prices):
            return lowest
        return _("from %(price)s") % {"price": lowest}

    @display(description=_("available"))
    def available(self, product: Product) -> int:
        rows = [variant for variant in product.variants.all() if hasattr(variant, "stock")]
        return sum(variant.stock.available for variant in rows)

    @display(
        description=_("status"),
        label={"active": "success", "draft": "warning", "archived": "info"},
        ordering="status",
    )
    def state(self, product: Product) -> tuple[str, str]:
        return product.status, product.get_status_display()

    @display(description=_("options"))
    def options(self, product: Product) -> str:
        return ", ".join(product.option_names) or "–"

    # What a form does --------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:  # noqa: FBT001
        if change:
            fields = {name: form.cleaned_data[name] for name in form.changed_data}
            if fields:
                products.edit(obj, actor=actor(request), fields=fields)
            return
        said = form.cleaned_data
        first = NewVariant(
            price=said["price"],
            compare_at_price=said["compare_at_price"],
            option_values=tuple(said["option_values"] or ()),
            sku=said["sku"],
            on_hand=said["on_hand"],
        )
        created = products.create(
            said["merchant"],
            title=said["title"],
            description=said["description"],
            category=said["category"],
            tax_kind=said["tax_kind"],
            tags=said["tags"] or (),
            option_names=said["option_names"] or (),
            variants=[first],
            actor=actor(request),
        )
        # Django goes on with `obj`: for its history and to know where to go.
        obj.pk = created.pk
        obj.refresh_from_db()

    def save_formset(
        self,
        request: HttpRequest,
        form: ModelForm[Product],
        formset: BaseInlineFormSet[Any, Any, Any],
        change: bool,  # noqa: FBT001 – Django's signature
    ) -> None:
        formset.save(commit=False)
        # Verbs write; the form set only says what was changed.
        for inline_form in formset.extra_forms + formset.initial_forms:
            if inline_form in formset.deleted_forms:
                pictures.remove(inline_form.instance)
            elif inline_form.has_changed():
                self._save_row(request, formset.instance, inline_form)

    def _save_row(self, request: HttpRequest, product: Product, form: ModelForm[Any]) -> None:
        row: Model = form.instance
        said = form.cleaned_data
        if isinstance(row, ProductImage):
            words = {"alt": said["alt"], "variant": said["variant"]}
            if row.pk is None or "file" in form.changed_data:
                pictures.add(product, content=said["file"], **words)
            else:
                pictures.edit(row, position=said["position"], **words)
        elif row.pk is None:
            new = NewVariant(
                price=said["price"],
                compare_at_price=said["compare_at_price"],
                option_values=tuple(said["option_values"] or ()),
                sku=said["sku"],
                weight_grams=said["weight_grams"],
            )
            variants.add(product, new, actor=actor(request))
        else:
            self._edit_variant(request, product, form)

    def _edit_variant(self, request: HttpRequest, product: Product, form: ModelForm[Any]) -> None:
        variant, said, changed = form.instance, form.cleaned_data, set(form.changed_data)
        who = actor(request)
        fields = {name: said[name] for name in changed & variants.EDITABLE}
        if fields:
            variants.edit(variant, actor=who, fields=fields)
        if changed & {"price", "compare_at_price"}:
            struck = said["compare_at_price"]
            products.change_price(
                variant,
                price=Money(said["price"], product.currency),
                compare_at_price=None if struck is None else Money(struck, product.currency),
                actor=who,
            )
        if "active" in changed:
            variants.set_active(variant, active=said["active"], actor=who)

    def response_add(
        self, request: HttpRequest, obj: Product, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(
            request, _("“%(title)s” is a draft. Add pictures, then publish it.") % {"title": obj}
        )
        return HttpResponseRedirect(reverse("admin:catalogue_product_change", args=[obj.pk]))

    # Actions -----------------------------------------------------------------------------------

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        who = actor(request)
        done = self.run(request, queryset, lambda product: products.publish(product, actor=who))
        self._say(request, len(done))

    @admin.action(description=_("Take back to draft"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        who = actor(request)
        done = self.run(request, queryset, lambda product: products.withdraw(product, actor=who))
        self._say(request, len(done))

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        who = actor(request)
        done = self.run(request, queryset, lambda product: products.archive(product, actor=who))
        self._say(request, len(done))

    def _say(self, request: HttpRequest, count: int) -> None:
        if count:
            said = ngettext("%(count)d product changed.", "%(count)d products changed.", count)
            messages.success(request, said % {"count": count})
