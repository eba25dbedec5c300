"""Products as a file tells them, checked cell by cell and not yet written anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one cell and what to do. `row` counts as a spreadsheet does, from 1."""

    row: int
    handle: str
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        where = _("Row %(row)s") % {"row": self.row}
        if self.column:
            where += f", {self.column}"
        if self.value:
            where += f" “{self.value}”"
        return f"{where}: {self.message}"

    @property
    def what(self) -> str:
        """The same without the row, for where that is seen."""
        where = f"{self.column} “{self.value}”" if self.value else self.column
        return f"{where}: {self.message}" if where else self.message


@dataclass(frozen=True, slots=True)
class ParsedVariant:
    """Prices in minor units, weight in grams; `row` is where it stands in the file."""

    row: int
    sku: str
    option_values: tuple[str, ...]
    price: int | None
    compare_at_price: int | None
    weight_grams: int
    barcode: str
    requires_shipping: bool
    active: bool
    on_hand: int
    image_url: str
    # The fields that are said of it; None where they are those of its product.
    given: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ParsedImage:
    row: int
    url: str
    alt: str
    position: int


@dataclass(slots=True)
class ParsedProduct:
    """One run of rows; a product with `errors` is not to be imported.

    `handle` is what holds its rows together: our own id, the external id or, where the file has
    neither for it, the SKU. A product that is not `whole`, for that or because the file has no
    prices, says nothing of variants that it does not name. `given` are the fields that the file has
    a column for; the others' values are only for a product that is new.
    """

    row: int
    handle: str
    given: frozenset[str]
    public_id: str = ""
    external_id: str = ""
    whole: bool = True
    title: str = ""
    description: str = ""
    category: str = ""
    tax_kind: str = "standard"
    tags: list[str] = field(default_factory=list)
    currency: str = ""
    option_names: tuple[str, ...] = ()
    status: str = "active"
    variants: list[ParsedVariant] = field(default_factory=list)
    images: list[ParsedImage] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    def said_of(self, variant: ParsedVariant) -> frozenset[str]:
        """The fields that are said of one of its variants."""
        return self.given if variant.given is None else variant.given
