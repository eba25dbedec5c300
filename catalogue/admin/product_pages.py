"""Pages about one product: who changed what, how it will look, and many variants at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import actor
from catalogue import embedding, offers, snippets, variants
from catalogue.admin import changes
from catalogue.admin.variant_forms import CombinationsForm
from catalogue.models import Product
from catalogue.products import NewVariant, ProductError
from catalogue.snippets import Snippets
from shopping.own_rows import OwnRowsAdmin
from shopping.preferences import country_of

NOBODY = SimpleNamespace(handle="", row=0, public_id=UUID(int=0))


class ProductPages(OwnRowsAdmin):
    """Adds them to the admin of products."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path(
                "<int:object_id>/preview/",
                view(self.preview),
                name="catalogue_product_preview",
            ),
            path(
                "<int:object_id>/embed/",
                view(self.embed),
                name="catalogue_product_embed",
            ),
            path(
                "<int:object_id>/variants/",
                view(self.add_variants),
                name="catalogue_product_variants",
            ),
            *super().get_urls(),
        ]

    def _product(self, request: HttpRequest, object_id: Any) -> Product:
        product = self.get_object(request, str(object_id))
        if not isinstance(product, Product):
            raise Http404
        return product

    def _frame(self, request: HttpRequest, product: Product, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            # Where the page stands in the line of links above it.
            "object": product,
            "product": product,
            "title": title,
            "back": reverse("admin:catalogue_product_change", args=[product.pk]),
        }

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed what, the newest first."""
        return changes.page(self, request, self._product(request, object_id))

    def preview(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The very card that posts carry, before anybody sees it."""
        product = self._product(request, object_id)
        offer = offers.preview(product.pk, country=country_of(request), now=timezone.now())
        page = reverse("catalogue:product", args=[product.public_id, product.slug])
        context = {
            **self._frame(request, product, _("Preview of %(title)s") % {"title": product}),
            "offer": offer,
            "post": NOBODY,
            "page": f"{page}?preview",
            "country": country_of(request),
        }
        return TemplateResponse(request, "admin/catalogue/product/preview.html", context)

    def embed(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What to copy to sell it on other sites."""
        product = self._product(request, object_id)
        agreed = product.merchant.partner_agreements.filter(active=True, partner__active=True)
        found = list(agreed.select_related("partner").order_by("partner__name"))
        codes = {each.partner.code for each in found}
        partner = request.GET.get("partner", "")
        made = snippets.of(product, partner=partner if partner in codes else "")
        context = {
            **self._frame(request, product, _("Sell %(title)s elsewhere") % {"title": product}),
            "agreements": found,
            "partner": partner,
            "origins": embedding.origins_of(product.merchant_id),
            "parts": _parts(made),
        }
        return TemplateResponse(request, "admin/catalogue/product/embed.html", context)

    def add_variants(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Every combination of the options' values that is not there yet."""
        product = self._product(request, object_id)
        if not self.has_change_permission(request, product):
            raise PermissionDenied
        why = self.why_first(request)
        if why:
            return why
        form = CombinationsForm(request.POST or None, product=product)
        if request.method == "POST" and form.is_valid():
            try:
                return self._added(request, product, form)
            except ProductError as refusal:
                form.add_error(None, refusal.message)
            except IntegrityError:
                form.add_error(None, _("Somebody changed the same just now. Look again."))
        context = {
            **self._frame(request, product, _("Add variants of %(title)s") % {"title": product}),
            "form": form,
            "present": form.present,
        }
        return TemplateResponse(request, "admin/catalogue/product/variants.html", context)

    def _added(
        self, request: HttpRequest, product: Product, form: CombinationsForm
    ) -> HttpResponse:
        said = form.cleaned_data
        like = NewVariant(
            price=said["price"],
            compare_at_price=said["compare_at_price"],
            sku=said["sku"],
            weight_grams=said["weight_grams"] or 0,
        )
        made = self.do(
            request,
            product,
            lambda row: variants.combine(row, form.values, like=like, actor=actor(request)),
            what=_("Add variants"),
        )
        text = ngettext("%(count)d variant added.", "%(count)d variants added.", len(made))
        messages.success(request, text % {"count": len(made)})
        address = reverse("admin:catalogue_variant_changelist")
        return HttpResponseRedirect(f"{address}?product={product.pk}")


def _parts(made: Snippets) -> list[dict[str, Any]]:
    """The kinds of snippet with what each is good for."""
    return [
        {
            "name": _("Tag"),
            "why": _(
                "A card that is as high as it needs to be, with a link where it cannot be shown."
            ),
            "text": made.tag,
            "rows": 5,
        },
        {
            "name": _("Frame"),
            "why": _("The same card for pages that run no scripts of others."),
            "text": made.frame,
            "rows": 4,
        },
        {
            "name": _("Link"),
            "why": _("For mails, posts and wherever nothing else goes."),
            "text": made.link,
            "rows": 3,
        },
    ]
