"""One product of a file on its way into the database: matched, changed, added, told and counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import history, products, stock, variants
from catalogue.models import Category, Merchant, Product, ProductImage, StockMovement, Variant
from catalogue.parsed import ParsedProduct, ParsedVariant, RowError

VARIANT_FIELDS = (
    *("sku", "option_values", "price", "compare_at_price", "weight_grams", "barcode"),
    *("requires_shipping", "position", "active"),
)


class Refused(Exception):
    """A product that reads well and cannot be written; carries the error to report."""

    def __init__(self, error: RowError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(slots=True)
class ProductWriter:
    """Writes one parsed product inside the caller's transaction; `kept_off` are notes on variants
    that stay off sale, though the file has them."""

    merchant: Merchant
    parsed: ParsedProduct
    currency: str
    actor: User | None
    reference: str
    kept_off: list[RowError] = field(default_factory=list)
    noted: list[tuple[Variant | None, history.Changes]] = field(default_factory=list)

    def write(self) -> str:
        """Returns which count of the report grows: created, updated or unchanged.

        Locks the merchant, the product and its stock rows. Raises Refused, with the error to report.
        """
        Merchant.objects.select_for_update(no_key=True).get(pk=self.merchant.pk)
        product = (
            Product.objects.select_for_update(no_key=True)
            .filter(merchant=self.merchant, external_id=self.parsed.handle)
            .first()
        )
        try:
            return self._update(product) if product else self._create()
        except IntegrityError as error:
            raise self._refused(error) from error

    def _create(self) -> str:
        product = Product(
            merchant=self.merchant, external_id=self.parsed.handle, status=self.parsed.status
        )
        self._words(product)
        product.save()
        rows = self._add(product, self.parsed.variants)
        self._images(product, rows)
        self.noted = [(None, {"title": [None, product.title]})]
        self._tell(product, type="product.created")
        self._count(rows)
        return "created"

    def _update(self, product: Product) -> str:
        if product.currency != self.currency:
            message = _("This product is sold in %(currency)s; a currency does not change.")
            raise self._refusal("", "", message % {"currency": product.currency})
        changed = self._words(product)
        # What the merchant has archived here, a file does not bring back.
        if product.status != Product.Status.ARCHIVED:
            before = product.status
            changed |= products.step(product, Product.Status(self.parsed.status))
            self._note(product, {"status": before}, {"status": str(product.status)})
        if changed:
            product.save()
        rows, moved = self._variants(product)
        changed |= moved | self._images(product, rows)
        if changed:
            self._tell(product, type="product.updated")
        # The last step, so that whoever hears of pieces has heard of their variant.
        counted = self._count(rows)
        return "updated" if changed or counted else "unchanged"

    def _note(self, row: Product | Variant, before: dict[str, Any], after: dict[str, Any]) -> None:
        changes = history.difference(before, after)
        self.noted.append((row if isinstance(row, Variant) else None, changes))

    def _tell(self, product: Product, *, type: str) -> None:
        """The event, and the history of all that was noted."""
        history.note_all(product, self.noted, actor=self.actor, reference=self.reference)
        products.tell(product, type=type, actor=self.actor, changes={})

    def _words(self, product: Product) -> bool:
        """Put the file's words into `product`, unsaved; returns whether any differs."""
        values = {
            "title": self.parsed.title,
            "slug": products.slug_for(self.parsed.title),
            "description": products.sanitised(self.parsed.description),
            "category": _category(self.parsed.category),
            "tags": self.parsed.tags,
            "option_names": list(self.parsed.option_names),
            "currency": self.currency,
        }
        changed = [name for name, value in values.items() if getattr(product, name) != value]
        before = history.values(product, changed)
        for name in changed:
            setattr(product, name, values[name])
        self._note(product, before, history.values(product, changed))
        return bool(changed)

    def _variants(self, product: Product) -> tuple[dict[int, Variant], bool]:
        """Match, change, add and take off variants; returns them by row and whether any moved."""
        existing = list(product.variants.select_for_update(no_key=True).order_by("pk"))
        matches = _matched(existing, self.parsed.variants)
        changed, renamed = [], []
        for position, new in enumerate(self.parsed.variants):
            variant = matches.get(new.row)
            if variant is None:
                continue
            before = history.values(variant, VARIANT_FIELDS)
            _fill(variant, new, position)
            self._return(variant, new)
            after = history.values(variant, VARIANT_FIELDS)
            if before != after:
                changed.append(variant)
                self._note(variant, before, after)
                if variant.option_values != before["option_values"]:
                    renamed.append(variant.pk)
        kept = {variant.pk for variant in matches.values()}
        lost = [variant for variant in existing if variant.pk not in kept]
        gone = [variant.pk for variant in lost if variant.active]
        self.noted += [(each, {"active": [True, False]}) for each in lost if each.active]
        product.variants.filter(pk__in=gone).update(active=False, retired_by_import=True)
        claimed = {new.option_values for new in self.parsed.variants}
        in_the_way = [each.pk for each in lost if tuple(each.option_values) in claimed]
        self._make_room(renamed + in_the_way)
        Variant.objects.bulk_update(changed, VARIANT_FIELDS)
        added = self._add(product, [new for new in self.parsed.variants if new.row not in matches])
        for variant in added.values():
            self._note(variant, {}, history.values(variant, variants.NEW))
        return {**matches, **added}, bool(changed or gone or added)

    def _return(self, variant: Variant, new: ParsedVariant) -> None:
        """Put a variant that the file has again back on sale, unsaved, if it was off for the file's
        sake alone."""
        if variant.active:
            return
        if variant.retired_by_import:
            variant.active = True
            return
        message = _("This variant was switched off in the shop and stays off sale.")
        value = variant.sku or variant.options_text
        self.kept_off.append(RowError(new.row, self.parsed.handle, "", value, message))

    def _make_room(self, renamed: list[int]) -> None:
        """Variants may swap options, or one may take those of another that is gone, and the
        constraint looks at each row on its own: first let go of the old ones."""
        for variant_id in renamed:
            Variant.objects.filter(pk=variant_id).update(option_values=[f"({variant_id})"])

    def _add(self, product: Product, new: list[ParsedVariant]) -> dict[int, Variant]:
        places = {each.row: place for place, each in enumerate(self.parsed.variants)}
        rows = [_fill(Variant(product=product), each, places[each.row]) for each in new]
        for row in rows:
            row.merchant = self.merchant
        Variant.objects.bulk_create(rows)
        return {each.row: row for each, row in zip(new, rows, strict=True)}

    def _count(self, rows: dict[int, Variant]) -> bool:
        """Set the stock of the file's variants, by row; returns whether any count changed."""
        counted = {rows[new.row].pk: new for new in self.parsed.variants}
        try:
            changed = stock.stocktake(
                {variant_id: new.on_hand for variant_id, new in counted.items()},
                reason=StockMovement.Reason.IMPORT,
                actor=self.actor,
                reference=self.reference,
            )
        except stock.OutOfStock as short:
            new = counted[min(short.shortages)]
            message = _("More pieces are reserved by orders being paid. Import again later.")
            column = "Variant Inventory Qty"
            raise self._refusal(column, str(new.on_hand), message, row=new.row) from short
        return bool(changed)

    def _images(self, product: Product, rows: dict[int, Variant]) -> bool:
        """Note where the file's pictures are; returns whether that differs from before.

        A picture that the merchant added here, which has no source, stays.
        """
        owners = {new.image_url: rows[new.row] for new in self.parsed.variants if new.image_url}
        wanted = {
            image.url: (image.alt, image.position, getattr(owners.get(image.url), "pk", None))
            for image in self.parsed.images
        }
        for url, owner in owners.items():
            wanted.setdefault(url, ("", len(wanted) + 1, owner.pk))
        present = {image.source_url: image for image in product.images.exclude(source_url="")}
        gone = [image.pk for url, image in present.items() if url not in wanted]
        fresh = [url for url in wanted if url not in present]
        differing = []
        for url, image in present.items():
            if url in wanted and (image.alt, image.position, image.variant_id) != wanted[url]:
                image.alt, image.position, image.variant_id = wanted[url]
                differing.append(image)
        if gone or fresh or differing:
            self._note(product, {"pictures": list(present)}, {"pictures": list(wanted)})
        ProductImage.objects.filter(pk__in=gone).delete()
        ProductImage.objects.bulk_update(differing, ["alt", "position", "variant"])
        ProductImage.objects.bulk_create(
            ProductImage(
                product=product,
                source_url=url,
                alt=wanted[url][0],
                position=wanted[url][1],
                variant_id=wanted[url][2],
            )
            for url in fresh
        )
        return bool(gone or fresh or differing)

    def _refused(self, error: IntegrityError) -> Refused:
        """Which row a database constraint means: a SKU of another product, mostly."""
        skus = [new.sku for new in self.parsed.variants if new.sku]
        if "variant_sku_unique" in str(error):
            message = _("Another product of this shop has one of these SKUs: %(skus)s.")
            return self._refusal("Variant SKU", "", message % {"skus": ", ".join(skus)[:300]})
        return self._refusal("", "", _("The shop's data changed meanwhile. Import again."))

    def _refusal(self, column: str, value: str, message: str, *, row: int = 0) -> Refused:
        return Refused(RowError(row or self.parsed.row, self.parsed.handle, column, value, message))


def _category(name: str) -> Category | None:
    slug = slugify(name)[:80]
    if not slug:
        return None
    return Category.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def _matched(existing: list[Variant], parsed: list[ParsedVariant]) -> dict[int, Variant]:
    """Which present variant each row means: by SKU first, then by options among the rest."""
    by_sku = {variant.sku: variant for variant in existing if variant.sku}
    matches = {new.row: by_sku[new.sku] for new in parsed if new.sku in by_sku}
    taken = {variant.pk for variant in matches.values()}
    by_options = {
        tuple(variant.option_values): variant for variant in existing if variant.pk not in taken
    }
    for new in parsed:
        if new.row not in matches and new.option_values in by_options:
            matches[new.row] = by_options[new.option_values]
    return matches


def _fill(variant: Variant, new: ParsedVariant, position: int) -> Variant:
    variant.sku = new.sku
    variant.option_values = list(new.option_values)
    variant.price = new.price
    variant.compare_at_price = new.compare_at_price
    variant.weight_grams = new.weight_grams
    variant.barcode = new.barcode
    variant.requires_shipping = new.requires_shipping
    variant.position = position
    return variant
