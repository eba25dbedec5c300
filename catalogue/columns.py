"""What the columns of a file mean: Shopify's names, our own, and those that a merchant chooses for.

https://help.shopify.com/en/manual/products/import-export/using-csv
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.csv_table import Row
from catalogue.encodings import UnreadableFile
from catalogue.models import Import
from shopping.csv_files import unescaped

# The column that says what is wrong, in a file of rows to mend; not read when it comes back.
TO_MEND = "to_mend"
SHOPIFY, OWN, CHOSEN = Import.Layout.SHOPIFY, Import.Layout.OWN, Import.Layout.CHOSEN
PLAIN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Field:
    """Something of a product that a column may hold; our own files call the column `name`.

    `others` are names by which a column is guessed, in small letters and digits alone.
    """

    name: str
    label: Promise
    shopify: str = ""
    others: tuple[str, ...] = ()


def _options() -> list[Field]:
    found = []
    for place, (name, value) in enumerate(
        (
            (gettext_lazy("Name of option 1"), gettext_lazy("Value of option 1")),
            (gettext_lazy("Name of option 2"), gettext_lazy("Value of option 2")),
            (gettext_lazy("Name of option 3"), gettext_lazy("Value of option 3")),
        ),
        1,
    ):
        found.append(Field(f"option{place}_name", name, f"Option{place} Name"))
        found.append(Field(f"option{place}_value", value, f"Option{place} Value"))
    return found


FIELDS = [
    Field("id", gettext_lazy("Our id"), others=("publicid",)),
    Field(
        "external_id",
        gettext_lazy("External id"),
        "Handle",
        ("reference", "ref", "productid", "ean", "référence", "identifiant"),
    ),
    Field("title", gettext_lazy("Title"), "Title", ("name", "product", "nom", "titre", "produit")),
    Field("description", gettext_lazy("Description"), "Body (HTML)", ("text", "body")),
    Field("category", gettext_lazy("Category"), "Type", ("catégorie", "producttype")),
    Field("tax_kind", gettext_lazy("Kind of goods for tax")),
    Field("tags", gettext_lazy("Tags"), "Tags", ("keywords", "motsclés")),
    Field("status", gettext_lazy("Status"), "Status", ("statut",)),
    Field("published", gettext_lazy("Published"), "Published", ("publié",)),
    Field("currency", gettext_lazy("Currency"), others=("devise",)),
    *_options(),
    Field("sku", gettext_lazy("SKU"), "Variant SKU", ("ugs", "article", "articlenumber")),
    Field("price", gettext_lazy("Price"), "Variant Price", ("prix", "unitprice")),
    Field("compare_at_price", gettext_lazy("Struck price"), "Variant Compare At Price"),
    Field("weight_grams", gettext_lazy("Weight in grams"), "Variant Grams", ("weight", "poids")),
    Field("barcode", gettext_lazy("Barcode"), "Variant Barcode", ("gtin", "codebarres")),
    Field("requires_shipping", gettext_lazy("Is sent"), "Variant Requires Shipping"),
    Field(
        "on_hand",
        gettext_lazy("Pieces on hand"),
        "Variant Inventory Qty",
        ("stock", "quantity", "qty", "quantité", "pieces"),
    ),
    Field("active", gettext_lazy("Variant is on sale")),
    Field("variant_image", gettext_lazy("Picture of the variant"), "Variant Image"),
    Field("image_url", gettext_lazy("Address of a picture"), "Image Src", ("image", "picture")),
    Field("image_alt", gettext_lazy("Alternative text"), "Image Alt Text"),
    Field("image_position", gettext_lazy("Place of the picture"), "Image Position"),
    Field("gift_card", gettext_lazy("Gift card"), "Gift Card"),
]
BY_NAME = {field.name: field for field in FIELDS}
# By which a product is found again.
KEYS = ("id", "external_id", "sku")
# What our own exports have, in this order.
OWN_COLUMNS = [field.name for field in FIELDS if field.name not in {"published", "gift_card"}]
SHOPIFY_NEEDS = ("Handle", "Title", "Variant Price")


class UnknownColumns(UnreadableFile):
    """A table whose columns are neither Shopify's nor our own: somebody has to say what they are."""


@dataclass(frozen=True)
class Layout:
    """Which column of `header` holds which field; `kind` is SHOPIFY, OWN or CHOSEN."""

    kind: str
    header: Sequence[str]
    columns: Mapping[str, str]

    @cached_property
    def given(self) -> frozenset[str]:
        """The fields that the file speaks of; of others it says nothing, and they stay."""
        return frozenset(self.columns)

    @cached_property
    def ignored(self) -> list[str]:
        """The columns that are not read."""
        used = {*self.columns.values(), TO_MEND}
        return [name for name in self.header if name and name not in used]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {field: self.header.index(name) for field, name in self.columns.items()}

    @cached_property
    def _escaped(self) -> bool:
        return self.kind == OWN or TO_MEND in self.header

    def plain(self, values: Sequence[str]) -> list[str]:
        """A row's cells as they are meant, without what keeps spreadsheets from reading formulas in
        our own files."""
        return [unescaped(value) for value in values] if self._escaped else list(values)

    def cells(self, row: Row) -> dict[str, str]:
        """A row's cells by field; of a row that is too short the last ones are empty."""
        values = self.plain(row.values)
        return {
            field: values[place] if place < len(values) else ""
            for field, place in self._places.items()
        }

    def column(self, field: str) -> str:
        """How the file calls a field; a field that it does not have by our own name."""
        return self.columns.get(field, field)


def recognised(header: Sequence[str]) -> Layout:
    """The layout of Shopify's file or of our own. Raises UnknownColumns for another table,
    UnreadableFile for one of these that lacks or doubles a column."""
    names = set(header)
    if names.issuperset(KEYS):
        return chosen(header, {name: name for name in OWN_COLUMNS if name in names}, kind=OWN)
    missing = [name for name in SHOPIFY_NEEDS if name not in names]
    if len(missing) == len(SHOPIFY_NEEDS) or "Handle" in missing:
        raise UnknownColumns(
            _(
                "This is no Shopify product export: its first row does not name the columns"
                " %(names)s."
            )
            % {"names": ", ".join(SHOPIFY_NEEDS)}
        )
    if missing:
        raise UnreadableFile(
            _("Missing columns: %(names)s. Export the products again with all columns.")
            % {"names": ", ".join(missing)}
        )
    found = {field.name: field.shopify for field in FIELDS if field.shopify in names}
    return chosen(header, {name: column for name, column in found.items() if column}, kind=SHOPIFY)


def chosen(header: Sequence[str], columns: Mapping[str, str], *, kind: str = CHOSEN) -> Layout:
    """The layout by which each field of `columns` is in the column that it names.

    Raises UnreadableFile for a column that is not there or comes twice, or is chosen twice, and
    where no column says which product or variant a row is of.
    """
    used = list(columns.values())
    lost = sorted({name for name in used if name not in header})
    if lost:
        raise UnreadableFile(
            _("The file has no such columns: %(names)s.") % {"names": ", ".join(lost)}
        )
    twice = sorted({name for name in used if list(header).count(name) > 1 or used.count(name) > 1})
    if twice:
        raise UnreadableFile(
            _("These columns come twice: %(names)s.") % {"names": ", ".join(twice)}
        )
    if not any(key in columns for key in KEYS):
        raise UnreadableFile(
            _(
                "Say which column holds the external id or the SKU, so that products are found again."
            )
        )
    return Layout(kind, header, dict(columns))


def guessed(header: Sequence[str], before: Iterable[Mapping[str, str]] = ()) -> dict[str, str]:
    """Field → column, as somebody may want to confirm it: what was chosen `before` for columns of
    the same names, the newest first, and else what their names suggest."""
    found: dict[str, str] = {}
    for columns in before:
        for field, name in columns.items():
            if header.count(name) == 1 and field not in found and name not in found.values():
                found[field] = name
    plain = {PLAIN.sub("", name.lower()): name for name in header if header.count(name) == 1}
    for each in FIELDS:
        names = (each.name, each.shopify, *each.others)
        hits = (plain.get(PLAIN.sub("", name.lower())) for name in names if name)
        hit = next((name for name in hits if name and name not in found.values()), None)
        if hit and each.name not in found:
            found[each.name] = hit
    return found
