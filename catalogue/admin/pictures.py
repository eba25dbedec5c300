"""The pictures below a product."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from catalogue.admin.forms import PictureForm
from catalogue.models import ProductImage, Variant
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

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["picture", *PictureForm.Meta.fields]

    readonly_fields = ["picture"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """A picture shows a variant of this product, not of another one."""
        formset = super().get_formset(request, obj, **kwargs)
        field = formset.form.base_fields.get("variant")
        if field is not None:
            field.queryset = Variant.objects.filter(product=obj).select_related("product")
            field.widget.can_add_related = field.widget.can_change_related = False
        return formset

    @display(description=_("picture"))
    def picture(self, image: ProductImage) -> str:
        return thumbnail(image)


def thumbnail(image: ProductImage | None) -> str:
    if image is None or not image.file:
        return "–"
    return format_html('<img class="thumb" src="{}" alt="{}">', image.file.url, image.alt)
