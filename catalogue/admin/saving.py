"""What the rows of a form say of a product's variants and pictures, told to the verbs."""

from __future__ import annotations

from typing import Any

from django.forms import BaseInlineFormSet, ModelForm

from accounts.models import User
from catalogue import pictures, prices, variants
from catalogue.models import Product, ProductImage
from catalogue.products import NewVariant
from shopping.money import Money


def save_rows(formset: BaseInlineFormSet[Any, Any, Any], *, actor: User) -> None:
    """Write what a form set of variants or pictures says was changed. Raises what the verbs do."""
    formset.save(commit=False)
    for form in formset.extra_forms + formset.initial_forms:
        if form in formset.deleted_forms:
            pictures.remove(form.instance, actor=actor)
        elif form.has_changed() and isinstance(form.instance, ProductImage):
            _save_picture(formset.instance, form, actor=actor)
        elif form.has_changed():
            save_variant(formset.instance, form, actor=actor)


def _save_picture(product: Product, form: ModelForm[Any], *, actor: User) -> None:
    said, row = form.cleaned_data, form.instance
    words = {"alt": said["alt"], "variant": said["variant"], "actor": actor}
    if row.pk is None or "file" in form.changed_data:
        pictures.add(product, content=said["file"], **words)
    else:
        pictures.edit(row, position=said["position"], **words)


def save_variant(product: Product, form: ModelForm[Any], *, actor: User) -> None:
    """Write a new variant of `product`, or what was changed of one."""
    variant, said, changed = form.instance, form.cleaned_data, set(form.changed_data)
    if variant.pk is None:
        new = NewVariant(
            price=said["price"],
            compare_at_price=said["compare_at_price"],
            option_values=tuple(said["option_values"] or ()),
            sku=said["sku"],
            weight_grams=said["weight_grams"],
        )
        variants.add(product, new, actor=actor)
        return
    fields = {name: said[name] for name in changed & variants.EDITABLE}
    if fields:
        variants.edit(variant, actor=actor, fields=fields)
    if changed & {"price", "compare_at_price"}:
        struck = said["compare_at_price"]
        prices.change_price(
            variant,
            price=Money(said["price"], product.currency),
            compare_at_price=None if struck is None else Money(struck, product.currency),
            actor=actor,
        )
    if "active" in changed:
        variants.set_active(variant, active=said["active"], actor=actor)
