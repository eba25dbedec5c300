"""Planning one product: compared with what the shop has of it, and nothing written."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalogue import history, products
from catalogue.models import Merchant, Product, ProductImage
from catalogue.parsed import ParsedImage, ParsedProduct, RowError
from catalogue.planned_variants import plan_counts, plan_variants
from catalogue.plans import CHANGED, NEW, Plan, refusal
from catalogue.products import ProductError
from catalogue.shelves import Shelf, category_slug


def plan(parsed: ParsedProduct, shelf: Shelf, merchant: Merchant) -> Plan:
    """What writing `parsed` would come to, by what `shelf` has. Raises Refused."""
    product = shelf.find(parsed)
    if product is None:
        made = Plan(parsed, _new(parsed, merchant), fate=NEW)
    else:
        made = Plan(parsed, product)
        _check_currency(made)
    _check_skus(made, shelf)
    _words(made, shelf)
    plan_variants(made, merchant)
    if "image_url" in parsed.given or "variant_image" in parsed.given:
        _images(made)
    plan_counts(made)
    if made.fate != NEW and (made.is_told or made.counts):
        made.fate = CHANGED
    return made


def _new(parsed: ParsedProduct, merchant: Merchant) -> Product:
    if parsed.public_id:
        message = _("No product of this shop has this id. Empty the cell to make a new product.")
        raise refusal(parsed, "id", parsed.public_id, message)
    if not parsed.title:
        message = _("No product of this shop has this id or SKU, and a new one needs a title.")
        raise refusal(parsed, "title", "", message)
    if not parsed.variants:
        raise refusal(parsed, "price", "", _("A product needs at least one variant."))
    return Product(
        merchant=merchant,
        external_id=parsed.external_id,
        status=parsed.status,
        currency=parsed.currency,
        option_names=list(parsed.option_names),
    )


def _check_currency(made: Plan) -> None:
    parsed, currency = made.parsed, made.product.currency
    prices = {"price", "compare_at_price", "currency"} & parsed.given
    if prices and currency != parsed.currency:
        message = _("This product is sold in %(currency)s; a currency does not change.")
        column = "currency" if "currency" in parsed.given else ""
        raise refusal(parsed, column, "", message % {"currency": currency})


def _check_skus(made: Plan, shelf: Shelf) -> None:
    for new in made.parsed.variants:
        if shelf.owners.get(new.sku, made.product.pk) != made.product.pk:
            message = _("Another product of this shop has this SKU.")
            raise refusal(made.parsed, "sku", new.sku, message, row=new.row)


def _words(made: Plan, shelf: Shelf) -> None:
    """Put the file's words into the product, and note which differ."""
    product, changes = made.product, {}
    for name, value in _said(made, shelf).items():
        before = getattr(product, name)
        if before == value:
            continue
        setattr(product, name, value)
        made.words.append(name)
        changes[name] = [history.written(before), history.written(value)]
        if name != "slug" and made.fate != NEW:
            column = "option1_name" if name == "option_names" else name
            made.note(made.parsed.row, column, before, value)
    made.noted = [(None, {"title": [None, product.title]} if made.fate == NEW else changes)]
    if made.fate != NEW and {"status", "published"} & made.parsed.given:
        _status(made)


def _said(made: Plan, shelf: Shelf) -> dict[str, Any]:
    """What the file says of the product itself, by the product's attributes."""
    parsed, given = made.parsed, made.parsed.given
    values: dict[str, Any] = {name: getattr(parsed, name) for name in given & {"tax_kind", "tags"}}
    if "title" in given:
        values |= {"title": parsed.title, "slug": products.slug_for(parsed.title)}
    if "description" in given:
        values["description"] = products.sanitised(parsed.description)
    if "category" in given:
        # It may be in one of several that are called the same.
        present = made.product.category
        if present is None or present.name != parsed.category:
            found = shelf.categories.get(category_slug(parsed.category))
            if found is None and parsed.category:
                _no_category(made)
            else:
                values["category"] = found
    if "option1_name" in given:
        values["option_names"] = list(parsed.option_names)
    if parsed.external_id:
        values["external_id"] = parsed.external_id
    return values


def _no_category(made: Plan) -> None:
    """The product is taken all the same: categories are the operator's, and not its shop's to make."""
    parsed = made.parsed
    if made.fate == NEW:
        message = _("There is no such category; the product is taken without one.")
    else:
        message = _("There is no such category; the product’s own is left as it is.")
    made.kept_off.append(RowError(parsed.row, parsed.handle, "category", parsed.category, message))


def _status(made: Plan) -> None:
    """What the merchant has archived here, a file does not bring back."""
    product, before = made.product, Product.Status(made.product.status)
    if before == Product.Status.ARCHIVED:
        return
    try:
        moved = products.step(product, Product.Status(made.parsed.status))
    except ProductError as error:
        raise refusal(made.parsed, "status", made.parsed.status, error.message) from error
    if moved:
        made.words.append("status")
        made.noted.append((None, {"status": [str(before), str(product.status)]}))
        made.note(made.parsed.row, "status", before.label, Product.Status(product.status).label)


def _images(made: Plan) -> None:
    """Note where the file's pictures are; nothing fetches them.

    A picture that the merchant added here, which has no source, stays.
    """
    parsed, product = made.parsed, made.product
    owners = {new.image_url: new.row for new in parsed.variants if new.image_url}
    wanted = {image.url: image for image in parsed.images}
    for url, row in owners.items():
        wanted.setdefault(url, ParsedImage(row, url, "", len(wanted) + 1))
    images = list(product.images.all()) if product.pk else []
    present = {image.source_url: image for image in images if image.source_url}
    for url, image in wanted.items():
        owner, there = owners.get(url), present.get(url)
        if there is None:
            fresh = ProductImage(source_url=url, alt=image.alt, position=image.position)
            made.fresh_images.append((fresh, owner))
            if made.fate != NEW:
                made.note(image.row, "image_url", "", url)
        elif _differs(made, there, image, owner):
            there.alt, there.position = image.alt, image.position
            made.altered_images.append((there, owner))
    if parsed.whole:
        for url, there in present.items():
            if url not in wanted:
                made.gone_images.append(there.pk)
                made.note(parsed.row, "image_url", url, "")
    if made.fate != NEW and (made.fresh_images or made.altered_images or made.gone_images):
        kept = list(wanted) if parsed.whole else list(present | wanted)
        made.noted.append((None, {"pictures": [list(present), kept]}))


def _differs(made: Plan, there: ProductImage, image: ParsedImage, owner: int | None) -> bool:
    of = made.rows[owner].pk if owner is not None else None
    if there.alt != image.alt:
        made.note(image.row, "image_alt", there.alt, image.alt)
    return (there.alt, there.position, there.variant_id) != (image.alt, image.position, of)
