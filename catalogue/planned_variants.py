"""Planning the variants of one product and their pieces; see catalogue.planning."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalogue import history, products, variants
from catalogue.models import Merchant, Product, Variant
from catalogue.parsed import ParsedProduct, ParsedVariant, RowError
from catalogue.plans import NEW, Plan, Refused, refusal
from catalogue.products import ProductError
from shopping.money import Money

VARIANT_FIELDS = (
    *("sku", "option_values", "price", "compare_at_price", "weight_grams", "barcode"),
    *("requires_shipping", "active"),
)


def plan_variants(made: Plan, merchant: Merchant) -> None:
    """Match, change, add and take off variants."""
    parsed, product = made.parsed, made.product
    existing = list(product.variants.all()) if product.pk else []
    made.matched = _matched(existing, parsed)
    places = {new.row: place for place, new in enumerate(parsed.variants)}
    for new in parsed.variants:
        variant = made.matched.get(new.row)
        if variant is None:
            made.added[new.row] = _added(made, new, merchant)
            made.added[new.row].position = places[new.row] + (0 if parsed.whole else len(existing))
        else:
            _alter(made, variant, new, places[new.row])
    if made.added:
        _check_number(parsed, len(existing) + len(made.added))
    lost = [each for each in existing if each not in made.matched.values()]
    if parsed.whole and parsed.variants:
        made.gone = [variant for variant in lost if variant.active]
        for variant in made.gone:
            variant.active, variant.retired_by_import = False, True
            made.noted.append((variant, {"active": [True, False]}))
            made.note(parsed.row, "active", True, False, of=_label(variant))
    claimed = {tuple(each.option_values) for each in [*made.altered, *made.added.values()]}
    made.renamed += [each.pk for each in lost if tuple(each.option_values) in claimed]
    on_sale = any(each.active for each in [*existing, *made.added.values()])
    if "active" in parsed.given and product.status == Product.Status.ACTIVE and not on_sale:
        message = _("A product on sale needs a variant that is on sale; or make it a draft.")
        raise refusal(parsed, "active", "", message)


def _check_number(parsed: ParsedProduct, variants: int) -> None:
    try:
        products.check_number(variants)
    except ProductError as error:
        raise refusal(parsed, "", "", error.message) from None


def _added(made: Plan, new: ParsedVariant, merchant: Merchant) -> Variant:
    parsed, product = made.parsed, made.product
    if new.price is None:
        raise refusal(parsed, "price", "", _("A variant needs a price."), row=new.row)
    if len(new.option_values) != len(product.option_names):
        message = _("Each variant needs one value for each option's name.")
        raise refusal(parsed, "option1_value", "", message, row=new.row)
    variant = Variant(product=product, merchant=merchant)
    _fill(variant, new, frozenset({*VARIANT_FIELDS, "option1_value"}))
    if made.fate != NEW:
        made.note(new.row, "sku", "", _label(variant), of=_label(variant))
        made.noted.append((variant, history.difference({}, history.values(variant, variants.NEW))))
    return variant


def _alter(made: Plan, variant: Variant, new: ParsedVariant, place: int) -> None:
    parsed = made.parsed
    before = {name: getattr(variant, name) for name in VARIANT_FIELDS}
    kept = history.values(variant, [*VARIANT_FIELDS, "position"])
    position, label = variant.position, _label(variant)
    _fill(variant, new, parsed.said_of(new))
    if variant.compare_at_price is not None and variant.compare_at_price <= variant.price:
        message = _("A struck price is higher than the price.")
        raise refusal(parsed, "compare_at_price", "", message, row=new.row)
    if len(variant.option_values) != len(made.product.option_names):
        message = _("Each variant needs one value for each option's name.")
        raise refusal(parsed, "option1_value", "", message, row=new.row)
    if "active" in parsed.said_of(new):
        if variant.active != before["active"]:
            variant.retired_by_import = False
    else:
        _return(made, variant, new)
    if parsed.whole:
        variant.position = place
    for name, value in before.items():
        now = getattr(variant, name)
        if now != value:
            texts = (_amount(made.product, name, each) for each in (value, now))
            column = "option1_value" if name == "option_values" else name
            made.note(new.row, column, *texts, of=label)
    moved = variant.position != position
    if moved or any(getattr(variant, name) != value for name, value in before.items()):
        made.altered.append(variant)
        now_kept = history.values(variant, [*VARIANT_FIELDS, "position"])
        made.noted.append((variant, history.difference(kept, now_kept)))
        if variant.option_values != before["option_values"]:
            made.renamed.append(variant.pk)


def _return(made: Plan, variant: Variant, new: ParsedVariant) -> None:
    """Put a variant that the file has again back on sale, if it was off for the file's sake alone."""
    if variant.active:
        return
    if variant.retired_by_import:
        # A row that stands for itself is no word on what its product consists of.
        variant.active = made.parsed.whole
        return
    message = _("This variant was switched off in the shop and stays off sale.")
    value = variant.sku or variant.options_text
    made.kept_off.append(RowError(new.row, made.parsed.handle, "", value, message))


def plan_counts(made: Plan) -> None:
    """Which variants' pieces are to be set: those that differ, and those that have no stock row."""
    for new in made.parsed.variants:
        variant = made.rows[new.row]
        item = getattr(variant, "stock", None) if variant.pk else None
        if item is None:
            made.counts.append(new)
        elif "on_hand" in made.parsed.said_of(new) and item.on_hand != new.on_hand:
            if new.on_hand < item.reserved:
                raise reserved(made.parsed, new)
            made.counts.append(new)
            made.note(new.row, "on_hand", item.on_hand, new.on_hand, of=_label(variant))


def reserved(parsed: ParsedProduct, new: ParsedVariant) -> Refused:
    """That fewer pieces were counted than are promised to shoppers."""
    message = _("More pieces are reserved by orders being paid. Import again later.")
    return refusal(parsed, "on_hand", str(new.on_hand), message, row=new.row)


def _matched(existing: list[Variant], parsed: ParsedProduct) -> dict[int, Variant]:
    """Which present variant each row means: by SKU first, then by options among the rest."""
    by_sku = {variant.sku: variant for variant in existing if variant.sku}
    matches = {new.row: by_sku[new.sku] for new in parsed.variants if new.sku in by_sku}
    taken = {variant.pk for variant in matches.values()}
    by_options = {
        tuple(variant.option_values): variant for variant in existing if variant.pk not in taken
    }
    for new in parsed.variants:
        if new.row not in matches and new.option_values in by_options:
            matches[new.row] = by_options[new.option_values]
    return matches


def _fill(variant: Variant, new: ParsedVariant, given: frozenset[str]) -> None:
    for name in VARIANT_FIELDS:
        if name in given:
            setattr(variant, name, getattr(new, name))
    if "option1_value" in given:
        variant.option_values = list(new.option_values)


def _label(variant: Variant) -> str:
    return variant.sku or variant.options_text


def _amount(product: Product, name: str, value: Any) -> Any:
    if name in {"price", "compare_at_price"} and value is not None:
        return Money(value, product.currency).decimal
    return value
