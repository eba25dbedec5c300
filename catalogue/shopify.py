"""Reading Shopify's product CSV: bytes in, checked products out, one at a time.

A product is a run of rows with the same `Handle`: the first carries its words, each row may carry
a variant, a picture or both. https://help.shopify.com/en/manual/products/import-export/using-csv
Nothing here touches the database.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import cells
from catalogue.cells import BadCell
from catalogue.encodings import UnreadableFile, text_lines
from catalogue.models import NO_OPTION
from catalogue.parsed import ParsedImage, ParsedProduct, ParsedVariant, RowError

REQUIRED = ("Handle", "Title", "Variant Price")
DELIMITERS = {
    ";": gettext_lazy("semicolons"),
    "\t": gettext_lazy("tabs"),
    "|": gettext_lazy("vertical bars"),
}
MOST_ROWS = 2_000
MOST_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row's number, its cells by column name, and why it could not be read, if so."""

    number: int
    cells: dict[str, str]
    problem: str = ""

    @property
    def handle(self) -> str:
        return self.cells.get("Handle", "").strip()


def read(source: BinaryIO, *, currency: str) -> Iterator[ParsedProduct]:
    """The products of a Shopify export, in the file's order, one in memory at a time.

    `source` is a seekable binary file; `currency` (ISO 4217) decides how prices are read. A
    product with a broken row comes out with its `errors`. Raises UnreadableFile when the file
    as a whole is no such export.
    """
    seen: set[int] = set()
    for rows in _runs(_rows(source)):
        product = _product(rows, currency)
        # The hash alone is kept: a few dozen bytes a product, however long its handle is.
        if hash(product.handle) in seen and product.handle:
            message = _("This handle came earlier in the file; keep its rows together.")
            product.errors = [
                RowError(product.row, product.handle, "Handle", product.handle, message)
            ]
        seen.add(hash(product.handle))
        yield product


def _rows(source: BinaryIO) -> Iterator[Row]:
    lines = text_lines(source)
    first = next(lines, "")
    if not first.strip():
        raise UnreadableFile(_("The file is empty. Export the products again."))
    csv.field_size_limit(MOST_CHARACTERS)
    reader = csv.reader(chain([first], lines), strict=True)
    try:
        header = [name.strip() for name in next(reader)]
    except csv.Error as error:
        raise UnreadableFile(
            _("The first row has to name the columns (%(error)s).") % {"error": error}
        ) from None
    _check_header(header, first)
    number = 1
    while True:
        number += 1
        begin = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(number, {}, _unreadable(begin, reader.line_num, error))
            continue
        if any(value.strip() for value in values):
            yield _row(number, header, values)


def _row(number: int, header: list[str], values: list[str]) -> Row:
    problem = ""
    if len(values) > len(header):
        problem = _("More cells than columns: put texts with a comma or a quote between quotes.")
    elif any("\x00" in value for value in values):
        problem = _("A cell holds a NUL character: save the file again as CSV.")
    return Row(number, dict(zip(header, values, strict=False)), problem)


def _unreadable(begin: int, end: int, error: csv.Error) -> str:
    return _(
        "Lines %(begin)s to %(end)s cannot be read (%(error)s). Close each quote, and double"
        " the quotes inside a text."
    ) % {"begin": begin, "end": end, "error": error}


def _check_header(header: list[str], line: str) -> None:
    """Raises UnreadableFile unless `header` has the columns that a product cannot do without."""
    missing = [name for name in REQUIRED if name not in header]
    if not missing:
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            raise UnreadableFile(
                _("These columns come twice: %(names)s.") % {"names": ", ".join(twice)}
            )
        return
    for delimiter, name in DELIMITERS.items():
        if line.count(delimiter) >= max(len(header), 2) and "Handle" in line:
            raise UnreadableFile(
                _("The columns are separated by %(delimiter)s. Save the file with commas.")
                % {"delimiter": name}
            )
    if len(missing) == len(REQUIRED):
        raise UnreadableFile(
            _(
                "This is no Shopify product export: its first row does not name the columns"
                " %(names)s."
            )
            % {"names": ", ".join(REQUIRED)}
        )
    raise UnreadableFile(
        _("Missing columns: %(names)s. Export the products again with all columns.")
        % {"names": ", ".join(missing)}
    )


def _runs(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows that follow each other with the same handle; an unreadable one ends up in the run
    before it, whose end nobody knows, or alone at the beginning of the file."""
    run: list[Row] = []
    for row in rows:
        same = run and (not row.cells or row.handle == run[0].handle)
        if run and not same:
            yield run
            run = []
        if len(run) <= MOST_ROWS:
            run.append(row)
    if run:
        yield run


def _product(rows: list[Row], currency: str) -> ParsedProduct:
    first = rows[0]
    product = ParsedProduct(row=first.number, handle=first.handle)
    for row in rows:
        if row.problem:
            product.errors.append(RowError(row.number, product.handle, "", "", row.problem))
    if len(rows) > MOST_ROWS:
        message = _("A product has at most %(most)s rows.") % {"most": MOST_ROWS}
        product.errors.append(RowError(first.number, product.handle, "Handle", "", message))
    if product.errors:
        return product
    _guard(product, first, _read_words)
    for row in rows:
        _guard(product, row, lambda into, this: _read_row(into, this, currency))
    if not product.variants and not product.errors:
        message = _("This product has no price on any row; give it at least one variant.")
        product.errors.append(RowError(first.number, product.handle, "Variant Price", "", message))
    return product


def _guard(
    product: ParsedProduct, row: Row, read_into: Callable[[ParsedProduct, Row], None]
) -> None:
    """Run one reader over one row; what it refuses becomes the product's error."""
    try:
        read_into(product, row)
    except BadCell as bad:
        error = RowError(row.number, product.handle, bad.column, bad.value, bad.message)
        product.errors.append(error)


def _read_words(product: ParsedProduct, row: Row) -> None:
    cells.text(row.cells, "Handle", most=200, needed=True)
    product.title = cells.text(row.cells, "Title", most=200)
    if not product.title:
        message = _("The first row of a product needs its title.")
        raise BadCell("Title", "", message)
    product.description = row.cells.get("Body (HTML)", "").strip()
    product.category = cells.text(row.cells, "Type", most=80)
    product.tags = cells.tags(row.cells, "Tags")
    names = [cells.text(row.cells, f"Option{place} Name", most=60) for place in (1, 2, 3)]
    product.option_names = _without_gaps("Option{} Name", names)
    if cells.flag(row.cells, "Gift Card", default=False):
        raise BadCell("Gift Card", "true", _("Gift cards cannot be sold here; remove the product."))
    product.status = _status(row)


def _status(row: Row) -> str:
    """`Status` where the export has it; else `Published`, false for a product nobody sees."""
    status = row.cells.get("Status", "").strip().lower()
    if status and status not in {"active", "draft", "archived"}:
        raise BadCell("Status", status, _("Write active, draft or archived."))
    published = cells.flag(row.cells, "Published", default=True)
    if status in {"", "active"}:
        return "active" if published else "draft"
    return status


def _read_row(product: ParsedProduct, row: Row, currency: str) -> None:
    """The variant and the picture that a row carries; a row with neither is refused."""
    url = cells.address(row.cells, "Image Src")
    price = cells.amount(row.cells, "Variant Price", currency=currency)
    options = [cells.text(row.cells, f"Option{place} Value", most=100) for place in (1, 2, 3)]
    if price is None and any(options):
        raise BadCell("Variant Price", "", _("A variant needs a price."))
    if price is not None:
        product.variants.append(_variant(product, row, price, options, currency))
    elif not url and row.number != product.row:
        raise BadCell("", "", _("This row holds neither a variant nor a picture; remove it."))
    if url:
        alt = row.cells.get("Image Alt Text", "").strip()[:300]
        position = cells.count(row.cells, "Image Position") or len(product.images) + 1
        product.images.append(ParsedImage(url, alt, position))


def _variant(
    product: ParsedProduct, row: Row, price: int, options: list[str], currency: str
) -> ParsedVariant:
    values = _without_gaps("Option{} Value", options)
    if values == (NO_OPTION,) and product.option_names in {(), ("Title",)}:
        values = product.option_names = ()
    if len(values) != len(product.option_names):
        place = min(len(values), len(product.option_names)) + 1
        raise BadCell(
            f"Option{place} Value", "", _("Each variant needs one value for each option's name.")
        )
    if values in {variant.option_values for variant in product.variants}:
        message = _("Another variant of this product has the same options.")
        raise BadCell("Option1 Value", ", ".join(values), message)
    sku = cells.code(row.cells, "Variant SKU", most=100)
    if sku and sku in {variant.sku for variant in product.variants}:
        raise BadCell("Variant SKU", sku, _("Another variant of this product has this SKU."))
    struck = cells.amount(row.cells, "Variant Compare At Price", currency=currency)
    return ParsedVariant(
        row=row.number,
        sku=sku,
        option_values=values,
        price=price,
        # Shopify shows no struck price that is not above the price; neither do we.
        compare_at_price=struck if struck and struck > price else None,
        weight_grams=cells.count(row.cells, "Variant Grams"),
        barcode=cells.code(row.cells, "Variant Barcode", most=60),
        requires_shipping=cells.flag(row.cells, "Variant Requires Shipping", default=True),
        on_hand=cells.count(row.cells, "Variant Inventory Qty"),
        image_url=cells.address(row.cells, "Variant Image"),
    )


def _without_gaps(column: str, values: list[str]) -> tuple[str, ...]:
    """`values` without the empty ones at the end; an empty one before a filled one is refused."""
    filled = [place for place, value in enumerate(values) if value]
    if len(filled) != (filled[-1] + 1 if filled else 0):
        raise BadCell(column.format(values.index("") + 1), "", _("Fill this cell in."))
    return tuple(values[: len(filled)])
