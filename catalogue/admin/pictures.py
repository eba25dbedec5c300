"""The pictures below a product."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from catalogue import pictures
from catalogue.admin.forms import PictureForm
from catalogue.models import Product, ProductImage, Variant
from catalogue.roles import Capability
from shopping.own_rows import OwnRowsInline


class PictureInline(OwnRowsInline):
    model = ProductImage
    form = PictureForm
    merchant_path = "product__merchant"
    changing = Capability.LISTINGS
    adds = True
    deletes = True
    verbose_name = _("picture")
    verbose_name_plural = _("pictures")
    max_num = pictures.MOST
    # Rows are dragged into their order by a script of unfold's, which writes the numbers here;
    # whoever has no script or no mouse writes them.
    ordering_field = "position"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["picture", *PictureForm.Meta.fields]

    readonly_fields = ["picture"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """A picture shows a variant of this product, not of another one."""
        formset = super().get_formset(request, obj, **kwargs)
        field = formset.form.base_fields.get("variant")
        if field is not None:
            related = ProductImage._meta.get_field("variant")
            field.widget.widget = VariantsOf(obj, related, self.admin_site)
            field.widget.can_add_related = field.widget.can_change_related = False
            field.queryset = Variant.objects.filter(product=obj).select_related("product")
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("fetch")

    @display(description=_("picture"))
    def picture(self, image: ProductImage) -> str:
        return thumbnail(image)


class VariantsOf(AutocompleteSelect):
    """Suggests the variants of one product."""

    def __init__(self, product: Product | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product

    def get_url(self) -> str:
        return f"{super().get_url()}?of_product={self.product.pk if self.product else 0}"


def thumbnail(image: ProductImage | None) -> str:
    """The picture, small; of one that an import named by its address, what became of that."""
    if image is None or not image.file:
        return _fetch_words(image) if image and image.pk else "–"
    return format_html('<img class="thumb" src="{}" alt="{}">', image.file.url, image.alt)


def _fetch_words(image: ProductImage) -> str:
    fetch = getattr(image, "fetch", None)
    if fetch is None:
        return "–"
    if fetch.next_at is None:
        return gettext("Could not be fetched: %(why)s") % {"why": fetch.error}
    return gettext("It is being fetched from its address.")
