"""A merchant's listings: products, with what their variants' and pictures' tables change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from accounts.requests import actor
from catalogue import listings, payouts, products, schedules
from catalogue.admin.bulk import BulkEditing
from catalogue.admin.forms import ProductAddForm, ProductForm
from catalogue.admin.listing import ProductChangeList, ScheduleFilter, looked_through
from catalogue.admin.pictures import PictureInline, thumbnail
from catalogue.admin.product_pages import ProductPages
from catalogue.admin.saving import save_rows
from catalogue.admin.variants import VariantInline
from catalogue.models import Product, ProductImage
from catalogue.products import NewVariant, ProductError
from catalogue.roles import Capability
from shopping.admin_site import site
from shopping.money import Money
from shopping.own_rows import MerchantFilter, access
from shopping.templatetags.money import money
from shopping.ways_back import TO_CHECKLIST

# Of how many shops a list says that they sell nothing.
SHOPS = 5
# What a form of a thousand fields has room for, pictures and all; more have pages of their own.
VARIANTS_BELOW = 30


@admin.register(Product, site=site)
class ProductAdmin(ProductPages, BulkEditing):
    merchant_path = "merchant"
    changing = Capability.LISTINGS
    adds = True
    refusals = (ProductError, ValidationError)
    form = ProductForm
    inlines = [VariantInline, PictureInline]
    suggested = True
    list_display = ["picture", "title", "shop", "price", "available", "state"]
    list_display_links = ["title"]
    list_filter = ["status", ScheduleFilter, MerchantFilter]
    # Shown in the box; `get_search_results` says how they are looked through.
    search_fields = ["title", "external_id", "variants__sku"]
    search_help_text = _("Title, SKU or external id")
    ordering = ["-id"]
    sortable_by = ()
    actions = ["publish", "withdraw", "archive", "edit_many"]
    readonly_fields = ["merchant", "status", "currency", "options", "external_id"]
    fieldsets = [
        (None, {"fields": ["title", "description", "category", "tax_kind", "tags"]}),
        (
            _("Offer"),
            {
                "fields": [
                    *["status", "merchant", "currency", "options", "external_id"],
                    "agents_may_sell",
                ]
            },
        ),
        (
            _("Schedule"),
            {
                "fields": [*schedules.FIELDS],
                "description": _(
                    "Once published, it is shown and sold from the one time until the other, to "
                    "the second. Empty: from now on, and until you take it down."
                ),
            },
        ),
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
        return super().get_queryset(request).select_related("merchant")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        held = looked_through(request)
        return listings.products_found(queryset, search_term, merchants=held), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ProductChangeList]:
        return ProductChangeList

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
        return [*self.readonly_fields, "kept_in"] if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Who changes nothing here reads the category's name: its own page is staff's."""
        found: list[Any] = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return found
        (title, first), *others = found
        fields = ["kept_in" if each == "category" else each for each in first["fields"]]
        return [(title, first | {"fields": fields}), *others]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        if obj is None:
            return []
        is_long = len(obj.variants.values("pk")[: VARIANTS_BELOW + 1]) > VARIANTS_BELOW
        return [PictureInline] if is_long else list(self.inlines)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"merchant": self.only_merchant(request)}

    def view_on_site(self, product: Product) -> str:
        return reverse("catalogue:product", args=[product.public_id, product.slug])

    # Where products are shown that nobody can buy, the merchant is told so.
    list_before_template = "admin/catalogue/product/above_list.html"
    change_form_outer_before_template = "admin/catalogue/product/above_form.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {
            "held_back": payouts.held_back(access(request))[:SHOPS],
            "bulk_address": self.bulk_address(request),
        }
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
        known = _figures(product)
        return thumbnail(ProductImage(file=known.image, alt=known.alt))

    @display(description=_("category"))
    def kept_in(self, product: Product) -> str:
        return str(product.category or "–")

    @display(description=_("shop"))
    def shop(self, product: Product) -> str:
        return product.merchant.name

    @display(description=_("price"))
    def price(self, product: Product) -> str:
        known = _figures(product)
        if known.lowest is None:
            return "–"
        lowest = money(Money(known.lowest, product.currency))
        if known.lowest == known.highest:
            return lowest
        return _("from %(price)s") % {"price": lowest}

    @display(description=_("available"))
    def available(self, product: Product) -> int:
        return _figures(product).available

    @display(
        description=_("status"),
        label={
            "active": "success",
            "draft": "warning",
            "archived": "info",
            "waiting": "warning",
            "over": "info",
        },
    )
    def state(self, product: Product) -> tuple[str, Any]:
        if product.status == Product.Status.ACTIVE and product.is_waiting:
            return "waiting", _("not on sale yet")
        if product.status == Product.Status.ACTIVE and product.is_over:
            return "over", _("off sale again")
        return product.status, product.get_status_display()

    @display(description=_("options"))
    def options(self, product: Product) -> str:
        return ", ".join(product.option_names) or "–"

    # What a form does --------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:  # noqa: FBT001
        said, who = form.cleaned_data, actor(request)
        if change:
            changed = set(form.changed_data)
            fields = {name: said[name] for name in form.changed_data if name in products.EDITABLE}
            if fields:
                products.edit(obj, actor=who, fields=fields)
            if changed & set(schedules.FIELDS):
                schedules.schedule(
                    obj, actor=who, **{name: said[name] for name in schedules.FIELDS}
                )
            return
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
            actor=who,
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
        save_rows(formset, actor=actor(request))

    def response_add(
        self, request: HttpRequest, obj: Product, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(
            request, _("“%(title)s” is a draft. Add pictures, then publish it.") % {"title": obj}
        )
        page = reverse("admin:catalogue_product_change", args=[obj.pk])
        way_back = TO_CHECKLIST if self.to_checklist(request) else ""
        return HttpResponseRedirect(page + way_back)

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


def _figures(product: Product) -> listings.Figures:
    """What ProductChangeList found of it."""
    known: listings.Figures = product.figures  # type: ignore[attr-defined]
    return known
