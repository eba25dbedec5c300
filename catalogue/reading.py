"""Reading products out of a table: rows in, checked products out, one at a time.

A product is a run of rows that name the same one: the first carries its words, each row may carry
a variant, a picture or both. Nothing here touches the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from babel.numbers import list_currencies
from django.utils.translation import gettext as _

from catalogue import cells
from catalogue.cells import BadCell
from catalogue.columns import KEYS, OWN, SHOPIFY, Layout
from catalogue.csv_table import Row, Table
from catalogue.models import NO_OPTION, Product
from catalogue.parsed import ParsedImage, ParsedProduct, ParsedVariant, RowError

MOST_ROWS = 2_000
CURRENCIES = frozenset(list_currencies())
PLACES = (1, 2, 3)
OPTION_NAMES = tuple(f"option{place}_name" for place in PLACES)
OPTION_VALUES = tuple(f"option{place}_value" for place in PLACES)
# A row that has one of these is of a variant, where the file has no prices.
OF_A_VARIANT = ("sku", *OPTION_VALUES, "compare_at_price", "weight_grams", "barcode", "on_hand")


@dataclass(slots=True)
class Run:
    """The rows of one product, the how many'th of the file from 1, and what holds them together."""

    place: int
    rows: list[Row]
    key: tuple[str, str]


@dataclass(slots=True)
class _Seen:
    """What came earlier in a file. Hashes alone: some dozen bytes each, however long they are."""

    keys: set[int] = field(default_factory=set)
    skus: set[int] = field(default_factory=set)

    def look(self, run: Run, skus: list[str]) -> tuple[bool, str]:
        """Whether the run's key came before, and which of its SKUs; they count from now on."""
        key = hash(run.key)
        again = bool(run.key[1]) and key in self.keys
        twice = next((sku for sku in skus if hash(sku) in self.skus), "")
        self.keys.add(key)
        self.skus.update(map(hash, skus))
        return again, twice


def products(
    table: Table, layout: Layout, *, currency: str, after: int = 0
) -> Iterator[tuple[Run, ParsedProduct]]:
    """The products of a table, in its order, one in memory at a time, each with its rows.

    `currency` (ISO 4217) is what prices are in where the file does not say. Those up to the
    `after`th were read before and do not come again. A product with a broken row comes out with its
    `errors`.
    """
    seen = _Seen()
    for run in runs(table, layout):
        if run.place <= after:
            seen.look(run, _skus(run, layout))
            continue
        product = parse(run.rows, layout, currency=currency)
        again, sku = seen.look(run, _skus(run, layout))
        if again:
            message = _("This handle came earlier in the file; keep its rows together.")
            column = layout.column(run.key[0])
            product.errors = [
                RowError(product.row, product.handle, column, product.handle, message)
            ]
        elif sku and not product.errors:
            row = next(each.row for each in product.variants if each.sku == sku)
            message = _("Another product of this file has this SKU.")
            product.errors = [RowError(row, product.handle, layout.column("sku"), sku, message)]
        yield run, product


def _skus(run: Run, layout: Layout) -> list[str]:
    if "sku" not in layout.given:
        return []
    found = (layout.cells(row)["sku"].strip() for row in run.rows if row.readable)
    return [sku if layout.kind == OWN else sku.removeprefix("'") for sku in found if sku]


def runs(table: Table, layout: Layout) -> Iterator[Run]:
    """Rows that follow each other and name the same product; an unreadable one ends up in the run
    before it, whose end nobody knows, or alone at the beginning of the file."""
    run: Run | None = None
    for row in table.rows:
        key = _key(row, layout) if row.readable else run.key if run else ("", "")
        if run is None or key != run.key:
            if run is not None:
                yield run
            run = Run(run.place + 1 if run else 1, [], key)
        if len(run.rows) <= MOST_ROWS:
            run.rows.append(row)
    if run is not None:
        yield run


def _key(row: Row, layout: Layout) -> tuple[str, str]:
    """By which field a row says whose it is, and what that field says."""
    found = layout.cells(row)
    for name in KEYS:
        value = found.get(name, "").strip()
        if value:
            return name, value
        if layout.kind == SHOPIFY and name == "external_id":
            break
    return next(name for name in KEYS if name in layout.given), ""


def parse(rows: list[Row], layout: Layout, *, currency: str) -> ParsedProduct:
    """The product that a run of rows tells of, or what is wrong with it."""
    first = rows[0]
    name, handle = _key(first, layout) if first.readable else ("", "")
    # A list of pieces, say, is no word on which variants there are.
    whole = name != "sku" and "price" in layout.given
    product = ParsedProduct(first.number, handle, layout.given, whole=whole)
    for row in rows:
        if row.problem:
            product.errors.append(RowError(row.number, handle, "", "", row.problem))
    if len(rows) > MOST_ROWS:
        message = _("A product has at most %(most)s rows.") % {"most": MOST_ROWS}
        product.errors.append(RowError(first.number, handle, layout.column(name), "", message))
    if product.errors:
        return product
    reader = _Reader(product, layout, currency)
    reader.guard(first, reader.read_words)
    for row in rows:
        reader.guard(row, reader.read_row)
    if not product.variants and not product.errors and "price" in layout.given:
        message = _("This product has no price on any row; give it at least one variant.")
        column = layout.column("price")
        product.errors.append(RowError(first.number, handle, column, "", message))
    return product


@dataclass(slots=True)
class _Reader:
    product: ParsedProduct
    layout: Layout
    currency: str

    def guard(self, row: Row, read: Callable[[Row, dict[str, str]], None]) -> None:
        """Run one reader over one row; what it refuses becomes the product's error."""
        try:
            read(row, self.layout.cells(row))
        except BadCell as bad:
            column = self.layout.column(bad.column) if bad.column else ""
            handle = self.product.handle
            self.product.errors.append(RowError(row.number, handle, column, bad.value, bad.message))

    def read_words(self, row: Row, found: dict[str, str]) -> None:
        product, given = self.product, self.layout.given
        if not product.handle:
            missing = next(name for name in KEYS if name in given)
            raise BadCell(missing, "", _("Fill this cell in."))
        product.public_id = cells.text(found, "id", most=36)
        product.external_id = cells.text(found, "external_id", most=200)
        product.title = cells.text(found, "title", most=200)
        if not product.title and "title" in given:
            raise BadCell("title", "", _("The first row of a product needs its title."))
        product.description = found.get("description", "").strip()
        product.category = cells.text(found, "category", most=80)
        product.tags = cells.tags(found, "tags")
        product.tax_kind = self._word(found, "tax_kind", Product.TaxKind.values, "standard")
        names = [cells.text(found, name, most=60) for name in OPTION_NAMES]
        product.option_names = _without_gaps(OPTION_NAMES, names)
        if cells.flag(found, "gift_card", default=False):
            message = _("Gift cards cannot be sold here; remove the product.")
            raise BadCell("gift_card", "true", message)
        self._read_status(found)
        product.currency = found.get("currency", "").strip().upper() or self.currency
        if product.currency not in CURRENCIES:
            message = _("A currency has three letters, such as EUR.")
            raise BadCell("currency", product.currency, message)

    def _word(self, found: dict[str, str], name: str, known: list[str], default: str) -> str:
        value = found.get(name, "").strip().lower() or default
        if value not in known:
            message = _("Write one of these: %(words)s.") % {"words": ", ".join(known)}
            raise BadCell(name, value, message)
        return value

    def _read_status(self, found: dict[str, str]) -> None:
        """`status` where the file has it; else `published`, false for a product nobody sees."""
        status = found.get("status", "").strip().lower()
        if status and status not in {"active", "draft", "archived"}:
            raise BadCell("status", status, _("Write active, draft or archived."))
        published = cells.flag(found, "published", default=True)
        if status in {"", "active"}:
            status = "active" if published else "draft"
        self.product.status = status

    def read_row(self, row: Row, found: dict[str, str]) -> None:
        """The variant and the picture that a row carries; a row with neither is refused."""
        product, given = self.product, self.layout.given
        url = cells.address(found, "image_url")
        price = cells.amount(found, "price", currency=product.currency or self.currency)
        options = [cells.text(found, name, most=100) for name in OPTION_VALUES]
        if price is None and "price" in given and any(options):
            raise BadCell("price", "", _("A variant needs a price."))
        told = "price" not in given and any(found.get(name, "").strip() for name in OF_A_VARIANT)
        if price is not None or told:
            product.variants.append(self._variant(row, found, price, options))
        elif not url and row.number != product.row:
            message = _("This row holds neither a variant nor a picture; remove it.")
            raise BadCell("", "", message)
        if url:
            alt = found.get("image_alt", "").strip()[:300]
            position = len(product.images) + 1
            if found.get("image_position", "").strip():
                position = cells.count(found, "image_position")
            product.images.append(ParsedImage(row.number, url, alt, position))

    def _variant(
        self, row: Row, found: dict[str, str], price: int | None, options: list[str]
    ) -> ParsedVariant:
        values = self._values(options)
        # The apostrophes of our own files are gone already.
        code = cells.text if self.layout.kind == OWN else cells.code
        sku = code(found, "sku", most=100)
        if sku and sku in {variant.sku for variant in self.product.variants}:
            raise BadCell("sku", sku, _("Another variant of this product has this SKU."))
        currency = self.product.currency or self.currency
        return ParsedVariant(
            row=row.number,
            sku=sku,
            option_values=values,
            price=price,
            compare_at_price=self._struck(found, price, currency),
            weight_grams=cells.count(found, "weight_grams"),
            barcode=code(found, "barcode", most=60),
            requires_shipping=cells.flag(found, "requires_shipping", default=True),
            active=cells.flag(found, "active", default=True),
            on_hand=cells.count(found, "on_hand"),
            image_url=cells.address(found, "variant_image"),
        )

    def _values(self, options: list[str]) -> tuple[str, ...]:
        product, given = self.product, self.layout.given
        values = _without_gaps(OPTION_VALUES, options)
        if OPTION_VALUES[0] not in given:
            return values
        without = product.option_names in {(), ("Title",)}
        if self.layout.kind == SHOPIFY and values == (NO_OPTION,) and without:
            values = product.option_names = ()
        if OPTION_NAMES[0] in given and len(values) != len(product.option_names):
            place = min(len(values), len(product.option_names))
            message = _("Each variant needs one value for each option's name.")
            raise BadCell(OPTION_VALUES[place], "", message)
        if values in {variant.option_values for variant in product.variants}:
            message = _("Another variant of this product has the same options.")
            raise BadCell(OPTION_VALUES[0], ", ".join(values), message)
        return values

    def _struck(self, found: dict[str, str], price: int | None, currency: str) -> int | None:
        struck = cells.amount(found, "compare_at_price", currency=currency)
        if struck is None or price is None or struck > price:
            return struck
        if self.layout.kind == SHOPIFY:
            # It shows no struck price that is not above the price; neither do we.
            return None
        value = found["compare_at_price"].strip()
        message = _("A struck price is higher than the price.")
        raise BadCell("compare_at_price", value, message)


def _without_gaps(names: tuple[str, ...], values: list[str]) -> tuple[str, ...]:
    """`values` without the empty ones at the end; an empty one before a filled one is refused."""
    filled = [place for place, value in enumerate(values) if value]
    if len(filled) != (filled[-1] + 1 if filled else 0):
        raise BadCell(names[values.index("")], "", _("Fill this cell in."))
    return tuple(values[: len(filled)])
