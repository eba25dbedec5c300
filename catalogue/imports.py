"""Importing a merchant's products from a file: each product wholly or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import products, shopify, stock
from catalogue.models import Category, Merchant, Product, ProductImage, StockMovement, Variant
from catalogue.parsed import ParsedProduct, ParsedVariant, RowError

# A report is read by a person; beyond this many errors only their number grows.
MOST_ERRORS = 1_000
VARIANT_FIELDS = (
    *("sku", "option_values", "price", "compare_at_price", "weight_grams", "barcode"),
    *("requires_shipping", "position", "active"),
)


@dataclass(slots=True)
class ImportReport:
    """How many products were created, updated, left as they were, or left out, and why."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)

    def fail(self, errors: Iterable[RowError]) -> None:
        """Count a product that was left out."""
        self.failed += 1
        self.errors += list(errors)[: MOST_ERRORS - len(self.errors)]


class Refused(Exception):
    """A product that reads well and cannot be written; carries the error to report."""

    def __init__(self, error: RowError) -> None:
        super().__init__(str(error))
        self.error = error


def import_products(
    merchant: Merchant,
    source: Path | BinaryIO,
    *,
    currency: str,
    dry_run: bool = False,
    actor: User | None = None,
    reference: str = "",
) -> ImportReport:
    """Create and update the products of `merchant` from a Shopify product CSV.

    `source` is a path or a seekable binary file, read as a stream; `currency` (ISO 4217) is what
    its prices are in. Products are found again by their handle, variants by SKU, else by options;
    variants that the file no longer has are taken off sale, products that it does not name stay.
    `reference` (the file's name) stands in the stock movements. `dry_run` writes nothing and
    reports what would happen.

    One transaction a product, so call it outside of any; each locks the merchant (imports of one
    merchant take turns), the product and its stock rows. Raises UnreadableFile if the file as a
    whole is no such export; a broken row only leaves its product out, with an error.
    """
    report = ImportReport()
    with _opened(source) as stream:
        reference = reference or Path(getattr(stream, "name", "") or "upload").name
        for parsed in shopify.read(stream, currency=currency):
            if parsed.errors:
                report.fail(parsed.errors)
                continue
            writer = _Writer(merchant, parsed, currency, actor, reference[:64])
            try:
                with transaction.atomic():
                    outcome = writer.write()
                    transaction.set_rollback(dry_run)
            except Refused as refused:
                report.fail([refused.error])
                continue
            setattr(report, outcome, getattr(report, outcome) + 1)
    return report


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    else:
        yield source


@dataclass(slots=True)
class _Writer:
    """One parsed product on its way into the database, inside one transaction."""

    merchant: Merchant
    parsed: ParsedProduct
    currency: str
    actor: User | None
    reference: str

    def write(self) -> str:
        """Returns which count of the report grows: created, updated or unchanged."""
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
        products.record(product, type="product.created", actor=self.actor)
        return "created"

    def _update(self, product: Product) -> str:
        if product.currency != self.currency:
            message = _("This product is sold in %(currency)s; a currency does not change.")
            raise self._refusal("", "", message % {"currency": product.currency})
        changed = self._words(product)
        # What the merchant has archived here, a file does not bring back.
        if product.status != Product.Status.ARCHIVED:
            changed |= products.step(product, Product.Status(self.parsed.status))
        if changed:
            product.save()
        rows, moved = self._variants(product)
        pictured = self._images(product, rows)
        if not (changed or moved or pictured):
            return "unchanged"
        products.record(product, type="product.updated", actor=self.actor)
        return "updated"

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
        for name in changed:
            setattr(product, name, values[name])
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
            before = [getattr(variant, name) for name in VARIANT_FIELDS]
            _fill(variant, new, position)
            if before != [getattr(variant, name) for name in VARIANT_FIELDS]:
                changed.append(variant)
                if variant.option_values != before[1]:
                    renamed.append(variant.pk)
        kept = {variant.pk for variant in matches.values()}
        gone = [variant.pk for variant in existing if variant.pk not in kept and variant.active]
        product.variants.filter(pk__in=gone).update(active=False)
        claimed = {new.option_values for new in self.parsed.variants}
        self._make_room(
            renamed
            + [
                variant.pk
                for variant in existing
                if variant.pk not in kept and tuple(variant.option_values) in claimed
            ]
        )
        Variant.objects.bulk_update(changed, VARIANT_FIELDS)
        counted = self._count(
            {matches[new.row].pk: new for new in self.parsed.variants if new.row in matches}
        )
        added = self._add(product, [new for new in self.parsed.variants if new.row not in matches])
        return {**matches, **added}, bool(changed or gone or counted or added)

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
        added = {each.row: row for each, row in zip(new, rows, strict=True)}
        self._count({row.pk: each for each, row in zip(new, rows, strict=True)})
        return added

    def _count(self, counted: dict[int, ParsedVariant]) -> bool:
        if not counted:
            return False
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
    variant.active = True
    return variant
