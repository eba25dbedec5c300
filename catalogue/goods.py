# ruff: noqa: S608 - the texts are made of names of our own models, never of input
"""A product with what one can pick of it, by statements that are made once: each sheet reads them,
and each press on Pay."""

from __future__ import annotations

from uuid import UUID

from catalogue.models import Drop, Merchant, Product, ProductImage, StockItem, Variant
from shopping import rows

# Long texts, which load when somebody asks for them.
LONG = ("description",)
TERMS = ("terms",)
PRODUCT = f"""
SELECT {rows.columns(Product, "p", LONG)}, {rows.columns(Merchant, "m", TERMS)},
       {rows.columns(Drop, "d")}
FROM catalogue_product p JOIN catalogue_merchant m ON m.id = p.merchant_id
LEFT JOIN catalogue_drop d ON d.product_id = p.id
WHERE p.public_id = %s AND m.test_of_id IS NULL
"""
VARIANTS = f"""
SELECT {rows.columns(Variant, "v")}, {rows.columns(StockItem, "s")}
FROM catalogue_variant v LEFT JOIN catalogue_stockitem s ON s.variant_id = v.id
WHERE v.product_id = %s AND v.active ORDER BY v.position, v.id
"""


def product_of(public_id: UUID) -> Product | None:
    """The product, on sale or not, with its merchant and the drop that it may be; one statement. None
    for what is of a test space: no shopper meets it."""
    found = rows.run(PRODUCT, [public_id])
    if not found:
        return None
    product_end = rows.width(Product, LONG)
    merchant_end = product_end + rows.width(Merchant, TERMS)
    product = rows.build(Product, found[0][:product_end], LONG)
    merchant, drop = found[0][product_end:merchant_end], found[0][merchant_end:]
    rows.join(product, "merchant", rows.build(Merchant, merchant, TERMS))
    rows.join(product, "drop", None if drop[0] is None else rows.build(Drop, drop))
    return product


def variants_of(product: Product) -> list[Variant]:
    """The active variants with their stock, in the shop's order; one statement."""
    end = rows.width(Variant)
    variants = []
    for row in rows.run(VARIANTS, [product.pk]):
        variant, stock = rows.build(Variant, row[:end]), row[end:]
        rows.join(variant, "product", product)
        rows.join(variant, "stock", None if stock[0] is None else rows.build(StockItem, stock))
        variants.append(variant)
    return variants


def images_of(product: Product) -> list[ProductImage]:
    """Its pictures that are there, in the shop's order; one statement."""
    where = "WHERE t.product_id = %s AND t.file <> '' ORDER BY t.position, t.id"
    return rows.fetch(ProductImage, where, [product.pk])
