"""What a Shopify file may look like, and what is said of one that is something else."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from catalogue import columns, csv_table, reading
from catalogue.encodings import UnreadableFile
from catalogue.parsed import ParsedProduct

HEADER = (
    "Handle,Title,Body (HTML),Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,"
    "Option2 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,"
    "Variant Compare At Price,Image Src,Image Alt Text,Variant Image,Gift Card"
)
COLUMNS = HEADER.split(",")


def line(**cells: str) -> str:
    """A row with the named cells; the names are the columns', with underscores."""
    named = {name.replace("_", " "): value for name, value in cells.items()}
    assert set(named) <= set(COLUMNS)
    return ",".join('"' + named.get(name, "").replace('"', '""') + '"' for name in COLUMNS)


def mug(**cells: str) -> str:
    values = {"Handle": "mug", "Title": "Dune mug", "Variant_Price": "24.00", **cells}
    return line(**values)


def read(content: bytes, *, currency: str = "EUR") -> Iterator[ParsedProduct]:
    table = csv_table.read(io.BytesIO(content))
    layout = columns.recognised(table.header)
    return (product for _run, product in reading.products(table, layout, currency=currency))


def parse(*lines: str, currency: str = "EUR", encoding: str = "utf-8") -> list[ParsedProduct]:
    content = "\n".join([HEADER, *lines, ""]).encode(encoding)
    return list(read(content, currency=currency))


def problems(*lines: str, currency: str = "EUR") -> list[tuple[int, str, str]]:
    return [
        (error.row, error.column, error.value)
        for product in parse(*lines, currency=currency)
        for error in product.errors
    ]


def test_rows_of_one_handle_become_one_product() -> None:
    first, second = parse(
        mug(
            Option1_Name="Glaze",
            Option1_Value="Teal",
            Variant_SKU="'0042",
            Variant_Inventory_Qty="5",
            Tags="Stone ware, Kitchen,kitchen",
            Image_Src="https://pictures.example/teal.jpg",
            Image_Alt_Text="A teal mug",
        ),
        line(Handle="mug", Option1_Value="Sand", Variant_Price="26", Variant_Compare_At_Price="30"),
        line(Handle="mug", Image_Src="https://pictures.example/both.jpg"),
        line(Handle="lamp", Title="Lueur lamp", Variant_Price="89.00", Published="false"),
    )
    assert (first.handle, first.title, first.status) == ("mug", "Dune mug", "active")
    assert first.tags == ["stoneware", "kitchen"]
    assert first.option_names == ("Glaze",)
    assert [
        (each.option_values, each.sku, each.price, each.compare_at_price, each.on_hand)
        for each in first.variants
    ] == [(("Teal",), "0042", 2400, None, 5), (("Sand",), "", 2600, 3000, 0)]
    assert [(image.url[-8:], image.alt) for image in first.images] == [
        ("teal.jpg", "A teal mug"),
        ("both.jpg", ""),
    ]
    assert (second.handle, second.status) == ("lamp", "draft")
    assert second.variants[0].option_values == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_accents_survive_every_usual_encoding(encoding: str) -> None:
    (product,) = parse(mug(Title="Théière fêlée à 5 €"), encoding=encoding)
    assert product.title == "Théière fêlée à 5 €"


def test_quotes_and_line_breaks_inside_a_text_stay() -> None:
    body = '<p>one</p>\n"two",\r\nthree'
    cells = {"Title": 'The "old" mug', "Body (HTML)": body}
    product, lamp = parse(mug(**cells), line(Handle="lamp", Title="Lamp", Variant_Price="free"))
    assert (product.title, product.description) == ('The "old" mug', body)
    # A row is what a spreadsheet calls a row, however many lines its texts have.
    assert lamp.errors[0].row == 3


@pytest.mark.parametrize(
    ("price", "currency", "minor"),
    [("0.07", "EUR", 7), ("1.1", "EUR", 110), ("500", "JPY", 500), ("1.230", "KWD", 1230)],
)
def test_prices_are_exact_in_every_currency(price: str, currency: str, minor: int) -> None:
    (product,) = parse(mug(Variant_Price=price), currency=currency)
    assert product.variants[0].price == minor


@pytest.mark.parametrize(
    "price", ["12,50", "€12.50", "-1", "1e3", "1_000", "NaN", "12.505", "1000000.00", "free"]
)
def test_a_price_that_is_no_plain_amount_is_refused(price: str) -> None:
    assert problems(mug(Variant_Price=price)) == [(2, "Variant Price", price)]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Variant_Inventory_Qty": "-2"}, "Variant Inventory Qty"),
        ({"Variant_Inventory_Qty": "many"}, "Variant Inventory Qty"),
        ({"Variant_Grams": "1.5"}, "Variant Grams"),
        ({"Published": "perhaps"}, "Published"),
        ({"Image_Src": "javascript:alert(1)"}, "Image Src"),
        ({"Image_Src": "//pictures.example/a.jpg"}, "Image Src"),
        ({"Gift_Card": "true"}, "Gift Card"),
        ({"Title": "x" * 201}, "Title"),
        ({"Option2_Name": "Size"}, "Option1 Name"),
        ({"Option1_Name": "Size"}, "Option1 Value"),
    ],
)
def test_a_bad_cell_is_named_with_its_column(cells: dict[str, str], column: str) -> None:
    assert [error[:2] for error in problems(mug(**cells))] == [(2, column)]


def test_the_message_says_row_column_value_and_what_to_do() -> None:
    (product,) = parse(mug(Variant_Price="12,50"))
    assert str(product.errors[0]) == (
        "Row 2, Variant Price “12,50”: Write a plain amount with a point, such as 12.50."
    )


def test_variants_with_the_same_options_or_sku_are_refused() -> None:
    same = line(Handle="mug", Option1_Value="Teal", Variant_Price="24")
    assert problems(mug(Option1_Name="Glaze", Option1_Value="Teal"), same) == [
        (3, "Option1 Value", "Teal")
    ]
    sku = line(Handle="mug", Option1_Value="Sand", Variant_Price="24", Variant_SKU="M1")
    assert problems(mug(Option1_Name="Glaze", Option1_Value="Teal", Variant_SKU="M1"), sku) == [
        (3, "Variant SKU", "M1")
    ]


def test_a_handle_that_comes_back_later_is_refused() -> None:
    lamp = line(Handle="lamp", Title="Lamp", Variant_Price="1")
    assert problems(mug(), lamp, mug(Variant_Price="1")) == [(4, "Handle", "mug")]


def test_a_row_without_a_handle_or_with_too_many_cells_is_refused() -> None:
    assert problems(line(Title="Nobody", Variant_Price="1")) == [(2, "Handle", "")]
    assert problems(mug() + ",surplus") == [(2, "", "")]


def test_an_open_quote_costs_the_products_it_touches_and_no_others() -> None:
    lamp = 'lamp,"Lamp' + "," * 16
    vinyl = line(Handle="vinyl", Title="Marée haute", Variant_Price="29.00")
    tote = line(Handle="tote", Title="Market tote", Variant_Price="38.00")
    products = parse(mug(), lamp, vinyl, tote)
    assert [(product.handle, bool(product.errors)) for product in products] == [
        ("mug", True),
        ("tote", False),
    ]
    assert products[0].errors[0].message.startswith("Lines 3 to 4 cannot be read")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The file is empty."),
        (b"PK\x03\x04" + b"\x00" * 50, "This is a spreadsheet workbook."),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 40, "This is not a text file."),
        (b"<!doctype html><title>Sign in</title>", "This is no Shopify product export"),
        (b"name,price\nmug,1\n", "This is no Shopify product export"),
        (b"Handle,Title\nmug,Mug\n", "Missing columns: Variant Price."),
        (b"Handle,Title,Title,Variant Price\n", "These columns come twice: Title."),
        (b"Handle,Title,Variant Price\nmug,\x81\x8d,1\n", "The text is in an unknown encoding."),
    ],
)
def test_a_file_that_is_something_else_says_so(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        list(read(content))
    assert refusal.value.message.startswith(message)


@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
def test_columns_may_be_separated_as_the_spreadsheet_likes(between: str) -> None:
    text = between.join(["Handle", "Title", "Variant Price"]) + "\n"
    [product] = read((text + between.join(["mug", '"a, b; c"', "1.50"])).encode())
    assert (product.handle, product.title) == ("mug", "a, b; c")
    assert [variant.price for variant in product.variants] == [150]


def test_a_bad_byte_at_the_end_is_known_before_the_first_product() -> None:
    rows = "\n".join([HEADER, *[mug(Handle=f"mug-{number}") for number in range(2_000)]])
    with pytest.raises(UnreadableFile):
        read(rows.encode() + b"\nlast,\x81")
