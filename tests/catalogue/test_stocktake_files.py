"""Counts in a file: what can be read is taken, and what cannot is told by row and column."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest

from accounts.models import User
from catalogue import products, stocktake_files, stocktakes
from catalogue.encodings import UnreadableFile
from catalogue.models import Merchant, Product, Stocktake, Variant
from catalogue.products import NewVariant
from shopping import csv_files


@pytest.fixture
def count(plage: Merchant, flipflops: Product, owner: User) -> Stocktake:
    return stocktakes.begin(plage, actor=owner)


def counted(count: Stocktake) -> dict[str, int | None]:
    return dict(count.lines.values_list("variant__sku", "counted"))


def take(count: Stocktake, text: str | bytes, owner: User) -> stocktake_files.Report:
    content = text.encode() if isinstance(text, str) else text
    return stocktake_files.take(count, BytesIO(content), actor=owner)


def sheet(count: Stocktake) -> str:
    return "".join(csv_files.lines(stocktake_files.sheet(count)))


def test_the_sheet_comes_back_filled_in(count: Stocktake, owner: User) -> None:
    rows = list(csv.reader(sheet(count).lstrip("\ufeff").splitlines()))
    assert rows[0] == ["Variant", "SKU", "Product", "Options", "Counted"]
    assert [row[1:] for row in rows[1:]] == [
        ["COR-41", "Corniche flip-flops", "41", ""],
        ["COR-42", "Corniche flip-flops", "42", ""],
    ]
    rows[1][4] = "7"
    filled = "\r\n".join(",".join(row) for row in rows)
    report = take(count, filled, owner)
    assert (report.taken, report.empty, report.failed) == (1, 1, 0)
    assert counted(count) == {"COR-41": 7, "COR-42": None}
    assert "COR-41,Corniche flip-flops,41,7\r\n" in sheet(count)


@pytest.mark.parametrize(
    "content",
    [
        "Counted,SKU\n7,COR-41\n4,COR-42\n".encode("utf-8-sig"),
        "sku;counted\r\nCOR-41;7\r\nCOR-42;4\r\n".encode("utf-16"),
        "Produit\tSKU\tCounted\nCrème\tCOR-41\t7,00\nÉté\tCOR-42\t4\n".encode("cp1252"),
        b'SKU,Counted\n\'COR-41,7.0\n"COR-42",4\n',
    ],
)
def test_spreadsheets_write_it_in_many_ways(count: Stocktake, owner: User, content: bytes) -> None:
    report = take(count, content, owner)
    assert (report.taken, report.failed) == (2, 0), report.errors
    assert counted(count) == {"COR-41": 7, "COR-42": 4}


def test_a_bad_row_is_told_by_its_number_and_column_and_the_good_are_kept(
    count: Stocktake, owner: User
) -> None:
    rows = ["SKU,Counted", "COR-41,7", "COR-42,many", "COR-42,-1", "NO-SUCH,3", ",3"]
    rows += ["COR-42,1.000", "COR-41,8", "COR-42,99999999999", "COR-42,=1+1", 'COR-42,"4']
    report = take(count, "\n".join(rows), owner)
    assert counted(count) == {"COR-41": 7, "COR-42": None}
    assert (report.taken, report.failed) == (1, 9)
    told = sorted((error.row, error.column, error.value) for error in report.errors)
    assert told == [
        *[(3, "Counted", "many"), (4, "Counted", "-1"), (5, "SKU", "NO-SUCH"), (6, "SKU", "")],
        *[(7, "Counted", "1.000"), (8, "SKU", "COR-41"), (9, "Counted", "99999999999")],
        *[(10, "Counted", "=1+1"), (11, "", "")],
    ]
    assert str(min(report.errors, key=lambda error: error.row)) == (
        "Row 3, Counted “many”: Write a whole number from 0 to 10000000."
    )


def test_a_name_that_is_a_formula_is_harmless_and_is_found_again(
    plage: Merchant, owner: User
) -> None:
    evil = '=HYPERLINK("http://evil.example","x")'
    products.create(plage, title=evil, variants=[NewVariant(price=1, sku="=1+1")], actor=owner)
    count = stocktakes.begin(plage, actor=owner)
    [_header, row] = csv.reader(sheet(count).lstrip("\ufeff").splitlines())
    assert row[1:3] == ["'=1+1", f"'{evil}"]
    report = take(count, f"SKU,Counted\n{row[1]},5\n", owner)
    assert (report.taken, report.failed) == (1, 0)


@pytest.mark.parametrize("sku", ["'x", "''", "'=1", "\n=1", "+33", "'t Hof"])
def test_whatever_a_sku_begins_with_it_comes_back(plage: Merchant, owner: User, sku: str) -> None:
    products.create(plage, title="Mat", variants=[NewVariant(price=1, sku=sku)], actor=owner)
    count = stocktakes.begin(plage, actor=owner)
    [_header, row] = csv.reader(StringIO(sheet(count).lstrip("\ufeff"), newline=""))
    assert not row[1].startswith(csv_files.FORMULAS)
    filled = StringIO(newline="")
    csv.writer(filled).writerows([["SKU", "Counted"], [row[1], 5]])
    report = take(count, filled.getvalue(), owner)
    assert (report.taken, report.errors) == (1, [])


def test_a_file_of_rows_that_cannot_be_read_ends_where_it_is_too_long(
    count: Stocktake, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stocktake_files, "MOST_ROWS", 5)
    report = take(count, "SKU,Counted\n" + '"a"b\n' * 50, owner)
    assert report.failed == 5
    assert report.errors[-1].message == "The file has more than 5 rows. Split it."


def test_a_variant_of_another_shop_is_not_found(
    rayon: Merchant, count: Stocktake, owner: User
) -> None:
    products.create(rayon, title="Mat", variants=[NewVariant(price=1, sku="MAT")], actor=None)
    theirs = Variant.objects.get(sku="MAT")
    report = take(count, f"Variant,SKU,Counted\n,MAT,5\n{theirs.public_id},,5\nx,,5\n", owner)
    assert (report.taken, report.failed) == (0, 3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"Article,Number\nA,1\n", "SKU"),
        (b"SKU,Counted,Counted\nA,1,2\n", "twice"),
        (b"PK\x03\x04 a workbook", "workbook"),
        (b"\x00\x01\x02\x03", "not a text file"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(
    count: Stocktake, owner: User, content: bytes, said: str
) -> None:
    with pytest.raises(UnreadableFile, match=said):
        take(count, content, owner)
    assert not count.lines.counted().exists()


def test_of_many_bad_rows_the_number_grows_and_not_the_report(
    count: Stocktake, owner: User
) -> None:
    report = take(count, "SKU,Counted\n" + "NO-SUCH,1\n" * 500 + "COR-41,3\n", owner)
    assert (report.taken, report.failed, len(report.errors)) == (1, 500, 200)
