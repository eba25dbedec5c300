"""What a shop has of some products that a file tells of: read, or locked, all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Model, Prefetch, Q, QuerySet
from django.utils.text import slugify

from catalogue.models import Category, Merchant, Product, ProductImage, Variant
from catalogue.parsed import ParsedProduct
from shopping.ids import uuid_of

M = TypeVar("M", bound=Model)


@dataclass(slots=True)
class Shelf:
    """The products that a batch may mean, each with its variants and their stock and its pictures
    read; `owners` says of each SKU of the batch which product has it, `categories` goes by slug."""

    products: dict[int, Product] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)

    def find(self, parsed: ParsedProduct) -> Product | None:
        """The product that is meant: by our own id, else by the external id, else by a SKU."""
        if parsed.public_id:
            wanted = uuid_of(parsed.public_id)
            return next((each for each in self.products.values() if each.public_id == wanted), None)
        if parsed.external_id:
            name = parsed.external_id
            return next((each for each in self.products.values() if each.external_id == name), None)
        return self.products.get(self.owners.get(parsed.handle, 0))


def categories(batch: Sequence[ParsedProduct]) -> dict[str, Category]:
    """Those categories of a batch that there are, by their slugs."""
    return {each.slug: each for each in Category.objects.filter(slug__in=_named(batch))}


def planned_categories(batch: Sequence[ParsedProduct]) -> dict[str, Category]:
    """The same, and those that `made_categories` would make, unsaved."""
    missing = {slug: Category(name=name, slug=slug) for slug, name in _named(batch).items()}
    return missing | categories(batch)


def made_categories(batch: Sequence[ParsedProduct]) -> dict[str, Category]:
    """The same; those that are not there are made, in their order.

    Outside of a transaction that holds other locks: two files may make the same ones at once.
    """
    names, found = _named(batch), categories(batch)
    for slug in sorted(set(names) - set(found)):
        found[slug] = Category.objects.get_or_create(slug=slug, defaults={"name": names[slug]})[0]
    return found


def look(
    merchant: Merchant, batch: Sequence[ParsedProduct], *, found: dict[str, Category]
) -> Shelf:
    """What `merchant` has of a batch as things are now, for a dry run. As many statements for many
    products as for one, and no locks. `found` are the batch's categories."""
    shelf = _shelf(merchant, batch)
    shelf.categories = found
    products = Product.objects.filter(_meant(shelf, batch), merchant=merchant).order_by("pk")
    variants = Variant.objects.select_related("stock").order_by("position", "pk")
    present = products.select_related("category").prefetch_related(
        Prefetch("variants", variants), "images"
    )
    shelf.products = {product.pk: product for product in present}
    return shelf


def lock(
    merchant: Merchant, batch: Sequence[ParsedProduct], *, found: dict[str, Category]
) -> Shelf:
    """The same, locked until the end of the caller's transaction: the merchant, so that imports of
    one shop take turns, then the products and then their variants, each in key order. `found` are the
    batch's categories."""
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    shelf = _shelf(merchant, batch)
    shelf.categories = found
    products = list(
        Product.objects.select_for_update(no_key=True, of=("self",))
        .filter(_meant(shelf, batch), merchant=merchant)
        .select_related("category")
        .order_by("pk")
    )
    variants = list(
        Variant.objects.select_for_update(no_key=True, of=("self",))
        .filter(product__in=products)
        .select_related("stock")
        .order_by("pk")
    )
    images = ProductImage.objects.filter(product__in=products).order_by("position", "id")
    _hang(products, variants, images)
    shelf.products = {product.pk: product for product in products}
    return shelf


def _shelf(merchant: Merchant, batch: Sequence[ParsedProduct]) -> Shelf:
    skus = {variant.sku for parsed in batch for variant in parsed.variants if variant.sku}
    skus |= {parsed.handle for parsed in batch if _is_sku(parsed)}
    known = Variant.objects.filter(merchant=merchant, sku__in=skus)
    return Shelf(owners=dict(known.values_list("sku", "product_id")))


def _is_sku(parsed: ParsedProduct) -> bool:
    return not (parsed.public_id or parsed.external_id)


def _meant(shelf: Shelf, batch: Sequence[ParsedProduct]) -> Q:
    ids = [found for parsed in batch if (found := uuid_of(parsed.public_id))]
    names = [parsed.external_id for parsed in batch if parsed.external_id]
    owned = [shelf.owners.get(parsed.handle, 0) for parsed in batch if _is_sku(parsed)]
    return Q(public_id__in=ids) | Q(external_id__in=names) | Q(pk__in=owned)


def _hang(
    products: Sequence[Product], variants: Iterable[Variant], images: Iterable[ProductImage]
) -> None:
    """Put what was read for itself where `.all()` finds it, as a prefetch does."""
    hung: dict[int, tuple[list[Variant], list[ProductImage]]] = {
        product.pk: ([], []) for product in products
    }
    for variant in variants:
        hung[variant.product_id][0].append(variant)
    for image in images:
        hung[image.product_id][1].append(image)
    for product in products:
        own, pictures = hung[product.pk]
        cache = {"variants": _read(Variant, own), "images": _read(ProductImage, pictures)}
        product._prefetched_objects_cache = cache  # type: ignore[attr-defined]


def _read(model: type[M], found: list[M]) -> QuerySet[M]:
    """A query whose answer is there; nobody asks it further, so it has no conditions."""
    query: QuerySet[M] = QuerySet(model)
    query._result_cache = found
    query._prefetch_done = True  # type: ignore[attr-defined]
    return query


def _named(batch: Sequence[ParsedProduct]) -> dict[str, str]:
    return {slug: each.category for each in batch if (slug := category_slug(each.category))}


def category_slug(name: str) -> str:
    return slugify(name)[:80]
