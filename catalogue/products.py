"""Products: everything that changes what is offered, at which price, and whether it is seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nh3
from django.db import transaction
from django.db.models import Count, Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import history, stock
from catalogue.models import (
    HIGHEST_PRICE,
    Category,
    Merchant,
    Product,
    StockMovement,
    Variant,
)
from webhooks import events

# What a description may hold. No pictures: a page of ours asks no other host for anything.
TAGS = {
    *("p", "br", "hr", "strong", "b", "em", "i", "u", "s", "sub", "sup", "blockquote"),
    *("ul", "ol", "li", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
# Of one product; its page for shoppers reads them all.
MOST_VARIANTS = 500
# What `edit` changes.
EDITABLE = frozenset(
    {
        *{"title", "description", "category", "tax_kind", "tags", "external_id"},
        "agents_may_sell",
    }
)


class ProductError(Exception):
    """A change that the rules of the catalogue refuse; `message` says why to a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class NewVariant:
    """A form to buy: option values in the order of the product's option names, prices in minor
    units, pieces on the shelf."""

    price: int
    option_values: tuple[str, ...] = ()
    sku: str = ""
    compare_at_price: int | None = None
    weight_grams: int = 0
    barcode: str = ""
    requires_shipping: bool = True
    on_hand: int = 0


def sanitised(html: str) -> str:
    """`html` with only the tags and attributes that a description may hold."""
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"})


def slug_for(title: str) -> str:
    """The readable end of a product's address; never empty."""
    return slugify(title)[:200] or "product"


def create(
    merchant: Merchant,
    *,
    title: str,
    variants: Sequence[NewVariant],
    actor: User | None,
    description: str = "",
    category: Category | None = None,
    tax_kind: Product.TaxKind = Product.TaxKind.STANDARD,
    tags: Sequence[str] = (),
    option_names: Sequence[str] = (),
    currency: str = "",
    external_id: str = "",
    status: Product.Status = Product.Status.DRAFT,
) -> Product:
    """A new product with its variants and their stock, and its `product.created` event.

    `currency` (ISO 4217) is the merchant's where it is not given; `description` is HTML and is
    sanitised here. Raises ProductError if an amount or the options make no sense.
    """
    if not variants:
        raise ProductError(_("A product needs at least one variant."))
    for new in variants:
        check_variant(new, option_names=option_names)
    with transaction.atomic():
        product = Product.objects.create(
            merchant=merchant,
            external_id=external_id,
            title=title,
            slug=slug_for(title),
            description=sanitised(description),
            category=category,
            tax_kind=tax_kind,
            tags=list(tags),
            option_names=list(option_names),
            currency=currency or merchant.currency,
            status=status,
        )
        rows = add_variants(product, variants=variants)
        record(product, type="product.created", actor=actor, changes={"title": [None, title]})
        count_variants(rows, variants=variants, actor=actor)
    return product


def add_variants(product: Product, *, variants: Sequence[NewVariant]) -> list[Variant]:
    """Write new variants behind those there are, without their stock; inside the caller's transaction,
    no event.

    Raises ProductError where the product would have more than MOST_VARIANTS.
    """
    there = Variant.objects.filter(product=product).aggregate(
        count=Count("pk"), last=Max("position")
    )
    check_number(there["count"] + len(variants))
    first_position = 0 if there["last"] is None else there["last"] + 1
    return Variant.objects.bulk_create(
        [
            Variant(
                product=product,
                merchant_id=product.merchant_id,
                sku=new.sku,
                option_values=list(new.option_values),
                price=new.price,
                compare_at_price=new.compare_at_price,
                weight_grams=new.weight_grams,
                barcode=new.barcode,
                requires_shipping=new.requires_shipping,
                position=first_position + place,
            )
            for place, new in enumerate(variants)
        ]
    )


def count_variants(
    rows: Sequence[Variant], *, variants: Sequence[NewVariant], actor: User | None
) -> None:
    """Count the stock of what `add_variants` wrote; after its event, in the same transaction."""
    counts = {row.pk: new.on_hand for row, new in zip(rows, variants, strict=True)}
    stock.stocktake(counts, reason=StockMovement.Reason.ADJUSTMENT, actor=actor)


def edit(product: Product, *, actor: User | None, fields: Mapping[str, Any]) -> Product:
    """Change a product's words (title, description, category, kind of tax, tags, external id), and
    whether agents may sell it.

    Locks the product. Raises ProductError for a field that has a verb of its own.
    """
    if not set(fields) <= EDITABLE:
        raise ProductError(_("Status, prices and stock have their own actions."))
    with transaction.atomic():
        product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        before = history.values(product, fields)
        for name, value in fields.items():
            setattr(product, name, sanitised(value) if name == "description" else value)
        product.slug = slug_for(product.title)
        product.full_clean(exclude=["merchant"])
        product.save()
        changes = history.difference(before, history.values(product, fields))
        record(product, type="product.updated", actor=actor, changes=changes)
    return product


def publish(product: Product, *, actor: User | None) -> Product:
    """Show a product to shoppers. Raises ProductError if nothing of it can be bought."""
    if not product.variants.filter(active=True).exists():
        raise ProductError(_("A product needs at least one variant that can be bought."))
    return move(product, Product.Status.ACTIVE, actor=actor)


def withdraw(product: Product, *, actor: User | None) -> Product:
    """Take a product back to a draft: nobody sees or buys it, its merchant works on it."""
    return move(product, Product.Status.DRAFT, actor=actor)


def archive(product: Product, *, actor: User | None) -> Product:
    """Stop offering a product for good; orders keep their lines, posts keep a greyed card."""
    return move(product, Product.Status.ARCHIVED, actor=actor)


def move(product: Product, status: Product.Status, *, actor: User | None) -> Product:
    """Give a product another status, with its event. The same status again changes nothing.

    Locks the product. Raises ProductError where Product.TRANSITIONS has no such step.
    """
    with transaction.atomic():
        product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        before = product.status
        if not step(product, status):
            return product
        product.save(update_fields=["status", "updated_at"])
        changes = {"status": [before, status.value]}
        record(product, type="product.updated", actor=actor, changes=changes)
    return product


def step(product: Product, status: Product.Status) -> bool:
    """Give a locked product another status, unsaved; returns whether it is another.

    The one function that consults Product.TRANSITIONS. Raises ProductError for a step that it
    does not have.
    """
    before = Product.Status(product.status)
    if before == status:
        return False
    if status not in Product.TRANSITIONS[before]:
        raise ProductError(
            _("A product that is %(before)s cannot become %(after)s.")
            % {"before": before.label, "after": status.label}
        )
    product.status = status
    return True


def record(
    product: Product,
    *,
    type: str,
    actor: User | None,
    changes: history.Changes | None = None,
    variant: Variant | None = None,
    reference: str = "",
) -> None:
    """Append the event that tells the world of `product` as it is now, and its history; in the
    caller's transaction.

    `type` is product.created or product.updated; `changes` says what was before and is now, of
    `variant` where it is given. `reference` names the file of an import.
    """
    history.note(product, changes or {}, actor=actor, variant=variant, reference=reference)
    tell(product, type=type, actor=actor, changes=history.told(changes or {}, variant=variant))


def tell(product: Product, *, type: str, actor: User | None, changes: Mapping[str, Any]) -> None:
    """Append the event alone, for what has noted its history; in the caller's transaction."""
    events.record_all([fact(product, type=type, actor=actor, changes=changes)])


def fact(
    product: Product,
    *,
    type: str,
    actor: User | None,
    changes: Mapping[str, Any],
    variants: Sequence[Variant] | None = None,
) -> events.Record:
    """The event itself, for whoever appends those of many products; `variants` in their order, where
    they are read already."""
    payload = describe(product, product.variants.all() if variants is None else variants)
    if actor is not None:
        payload["actor"] = actor.handle
    if changes and type == "product.updated":
        payload["changes"] = dict(changes)
    return events.Record(
        type=type,
        subject=str(product.public_id),
        merchant_id=product.merchant_id,
        payload=payload,
    )


def describe(product: Product, variants: Iterable[Variant]) -> dict[str, Any]:
    """A product as events show it: its words and its variants, amounts in minor units."""
    return {
        "product": str(product.public_id),
        "external_id": product.external_id,
        "title": product.title,
        "status": product.status,
        "currency": product.currency,
        "on_sale_from": history.written(product.on_sale_from),
        "on_sale_until": history.written(product.on_sale_until),
        "variants": [
            {
                "variant": str(variant.public_id),
                "sku": variant.sku,
                "options": dict(zip(product.option_names, variant.option_values, strict=False)),
                "price": variant.price,
                "compare_at_price": variant.compare_at_price,
                "active": variant.active,
            }
            for variant in variants
        ],
    }


def check_variant(new: NewVariant, *, option_names: Sequence[str]) -> None:
    """Raises ProductError unless the amounts make sense and each option has its value."""
    check_price(new.price, new.compare_at_price)
    if len(new.option_values) != len(option_names):
        raise ProductError(_("Each variant needs a value for each option."))


def check_number(variants: int) -> None:
    """Raises ProductError for more `variants` of one product than its page reads."""
    if variants > MOST_VARIANTS:
        raise ProductError(_("A product has at most %(most)d variants.") % {"most": MOST_VARIANTS})


def check_price(price: int, struck: int | None) -> None:
    """Raises ProductError unless `price` and the struck one beside it (minor units) make sense."""
    if not 0 <= price <= HIGHEST_PRICE:
        raise ProductError(_("A price lies between nothing and 99,999,999 minor units."))
    if struck is not None and struck <= price:
        raise ProductError(_("A struck price is higher than the price."))
