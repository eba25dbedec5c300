"""What a shop has of some products that a file tells of: read, or locked, all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.text import slugify

from catalogue.models import Category, Merchant, Product, ProductImage, Variant
from catalogue.parsed import ParsedProduct


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
            wanted = _uuid(parsed.public_id)
            return next((each for each in self.products.values() if each.public_id == wanted), None)
        if parsed.external_id:
            name = parsed.external_id
            return next((each for each in self.products.values() if each.external_id == name), None)
        return self.products.get(self.owners.get(parsed.handle, 0))


def known(batch: Sequence[ParsedProduct]) -> dict[str, Category]:
    """The categories of a batch that are there, by their slugs."""
    return {each.slug: each for each in Category.objects.filter(slug__in=_named(batch))}


def planned(batch: Sequence[ParsedProduct]) -> dict[str, Category]:
    """What `made` would come to; those that are not there are in memory alone."""
    names = _named(batch)
    return {slug: Category(name=name, slug=slug) for slug, name in names.items()} | known(batch)


def made(batch: Sequence[ParsedProduct]) -> dict[str, Category]:
    """The categories of a batch by their slugs; those that are not there are made, in their order.

    Outside of a transaction that holds other locks: two shops may make the same ones at once.
    """
    names, found = _named(batch), known(batch)
    for slug in sorted(set(names) - set(found)):
        found[slug] = Category.objects.get_or_create(slug=slug, defaults={"name": names[slug]})[0]
    return found


def look(
    merchant: Merchant, batch: Sequence[ParsedProduct], *, categories: dict[str, Category]
) -> Shelf:
    """What `merchant` has of a batch as things are now, for a dry run. As many statements for many
    products as for one, and no locks. `categories` are those of the batch."""
    shelf = _shelf(merchant, batch)
    shelf.categories = categories
    products = Product.objects.filter(_meant(shelf, batch), merchant=merchant).order_by("pk")
    variants = Variant.objects.select_related("stock").order_by("position", "pk")
    found = products.select_related("category").prefetch_related(
        Prefetch("variants", variants), "images"
    )
    shelf.products = {product.pk: product for product in found}
    return shelf


def lock(
    merchant: Merchant, batch: Sequence[ParsedProduct], *, categories: dict[str, Category]
) -> Shelf:
    """The same, locked until the end of the caller's transaction: the merchant, so that imports of
    one shop take turns, then the products and then their variants, each in key order."""
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    shelf = _shelf(merchant, batch)
    shelf.categories = categories
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
    ids = [found for parsed in batch if (found := _uuid(parsed.public_id))]
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
        cache: dict[str, object] = {}
        for name, found in zip(("variants", "images"), hung[product.pk], strict=True):
            rows = getattr(product, name).all()
            rows._result_cache = found
            rows._prefetch_done = True
            cache[name] = rows
        product._prefetched_objects_cache = cache  # type: ignore[attr-defined]


def _named(batch: Sequence[ParsedProduct]) -> dict[str, str]:
    return {slug: each.category for each in batch if (slug := category_slug(each.category))}


def category_slug(name: str) -> str:
    return slugify(name)[:80]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
