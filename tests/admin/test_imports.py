"""The pages of an import: which button is there, what is shown, and what a refusal leaves."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from catalogue import slices
from catalogue.models import Import, Membership, PictureFetch
from tests.admin.filled import errors, said

HEADER = "Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price,Vendor"
LIST = "/admin/catalogue/import/"


@pytest.fixture(autouse=True)
def private_root(tmp_path: Any, settings: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


def post(client: Client, merchant: Any, content: bytes, *, name: str = "autumn.csv") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(f"{LIST}add/", {"merchant": merchant.pk, "upload": file})


def uploaded(client: Client, merchant: Any, *rows: str, header: str = HEADER) -> Import:
    answer = post(client, merchant, "\n".join([header, *rows, ""]).encode())
    assert answer.status_code == 302
    of = Import.objects.latest("pk")
    assert answer.url == reverse("admin:catalogue_import_change", args=[of.pk])
    return of


def worked_off() -> None:
    while slices.work():
        pass


def buttons(client: Client, of: Import) -> list[str]:
    page = client.get(f"{LIST}{of.pk}/change/").content.decode()
    verbs = ("columns", "start", "cancel", "resume", "mend")
    return [verb for verb in verbs if f"/{of.pk}/{verb}/" in page]


def test_each_state_has_the_buttons_of_what_comes_next(browser, world):
    client, shop = browser(world.plage.owner), world.plage.merchant
    of = uploaded(client, shop, "a;b", header="Nom;Prix")
    assert buttons(client, of) == ["columns"]
    of = uploaded(client, shop, "mug,Mug,M,5,24.00,x", "lamp,Lamp,L,5,free,x")
    assert buttons(client, of) == ["cancel"]
    worked_off()
    assert buttons(client, of) == ["start", "cancel", "mend"]
    client.post(f"{LIST}{of.pk}/start/")
    assert buttons(client, of) == ["cancel", "mend"]
    client.post(f"{LIST}{of.pk}/cancel/")
    assert buttons(client, of) == ["resume", "mend"]
    client.post(f"{LIST}{of.pk}/resume/")
    assert buttons(client, of) == ["start", "cancel", "mend"]
    client.post(f"{LIST}{of.pk}/start/")
    worked_off()
    assert buttons(client, of) == ["mend"]
    assert said(client.post(f"{LIST}{of.pk}/cancel/", follow=True)) == [
        "An import that is “done” cannot become “cancelled”."
    ]


def test_a_large_file_is_taken_from_where_it_was_put_on_the_way(browser, world):
    words = "x" * 1_000
    rows = [f"bowl-{n},Bowl {n},B-{n},5,24.00,{words}" for n in range(3_000)]
    of = uploaded(browser(world.plage.owner), world.plage.merchant, *rows)
    assert of.size > 3_000_000
    worked_off()
    of.refresh_from_db()
    assert (of.state, of.rows) == ("ready", 3_000)


def test_cancelling_says_what_was_written(browser, world, monkeypatch):
    monkeypatch.setattr("catalogue.slices.MOST_PRODUCTS", 1)
    client = browser(world.plage.owner)
    of = uploaded(client, world.plage.merchant, "mug,Mug,M,5,24.00,x", "lamp,Lamp,L,5,9.00,x")
    worked_off()
    client.post(f"{LIST}{of.pk}/start/")
    slices.work(seconds=0)
    assert said(client.post(f"{LIST}{of.pk}/cancel/", follow=True)) == [
        "Cancelled. 1 product was written before, and stays so."
    ]


def test_a_page_that_waits_is_loaded_anew_when_there_is_something_to_see(browser, world):
    client = browser(world.plage.owner)
    of = uploaded(client, world.plage.merchant, "mug,Mug,M,5,24.00,x")
    waiting = client.get(f"{LIST}{of.pk}/progress/")
    assert "HX-Refresh" not in waiting.headers
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    worked_off()
    assert client.get(f"{LIST}{of.pk}/progress/").headers["HX-Refresh"] == "true"


def test_products_are_shown_by_fate_page_by_page(browser, world, monkeypatch):
    monkeypatch.setattr("catalogue.dry_runs.PAGE", 2)
    client = browser(world.plage.owner)
    rows = [f"bowl-{n},Bowl {n},B-{n},5,{'24.00' if n else 'free'},x" for n in range(6)]
    of = uploaded(client, world.plage.merchant, *rows)
    worked_off()
    page = client.get(f"{LIST}{of.pk}/change/")
    assert page.context["fate"] == "refused"
    text = page.content.decode()
    assert "Row 2, Variant Price “free”" in text
    assert "Columns that are not imported: Vendor" in text
    shown = []
    after: int | None = 0
    while after is not None:
        context = client.get(f"{LIST}{of.pk}/change/?fate=new&after={after}").context
        shown.append([each.staged.handle for each in context["page"].products])
        after = context["page"].after
    assert shown == [["bowl-1", "bowl-2"], ["bowl-3", "bowl-4"], ["bowl-5"]]


@pytest.mark.parametrize("query", ["fate=x", "fate=new&after=x", "after=-1", "after=²", "fate=%00"])
def test_an_address_that_makes_no_sense_shows_the_beginning(browser, world, query):
    client = browser(world.plage.owner)
    of = uploaded(client, world.plage.merchant, "mug,Mug,M,5,24.00,x")
    worked_off()
    context = client.get(f"{LIST}{of.pk}/change/?{query}").context
    assert [each.staged.handle for each in context["page"].products] == ["mug"]


def test_a_page_runs_as_many_statements_for_many_products(
    browser, world, django_assert_max_num_queries
):
    client = browser(world.plage.owner)
    rows = [f"bowl-{n},Bowl {n},B-{n},5,24.00,x" for n in range(60)]
    of = uploaded(client, world.plage.merchant, *rows)
    worked_off()
    with django_assert_max_num_queries(10):
        client.get(f"{LIST}{of.pk}/change/")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04" + b"\x00" * 50, "This is a spreadsheet workbook."),
        (b"\n", "The file is empty."),
        (b"Handle,Title\nmug,Mug\n", "Missing columns: Variant Price."),
    ],
)
def test_a_file_that_will_not_do_is_told_below_its_field(browser, world, content, message):
    before = Import.objects.count()
    answer = post(browser(world.plage.owner), world.plage.merchant, content)
    [text] = errors(answer)["upload"]
    assert text.startswith(message)
    assert Import.objects.count() == before


def test_columns_are_chosen_and_a_double_is_told(browser, world):
    client = browser(world.plage.owner)
    of = uploaded(client, world.plage.merchant, "b-1;Bowl;9.00", header="Code;Nom;Prix")
    page = client.get(f"{LIST}{of.pk}/change/")
    form = page.context["form"]
    assert [field.value() for _name, _examples, field in form.lines] == ["", "title", "price"]
    assert [examples for _name, examples, _field in form.lines] == [["b-1"], ["Bowl"], ["9.00"]]
    twice = {"column-0": "title", "column-1": "title", "column-2": "price"}
    answer = client.post(f"{LIST}{of.pk}/columns/", twice)
    assert answer.context["form"].errors == {
        "column-1": ["“Code” holds the same already. Choose one of the two."]
    }
    no_key = client.post(f"{LIST}{of.pk}/columns/", twice | {"column-0": ""})
    assert "external id or the SKU" in no_key.context["form"].non_field_errors()[0]
    answer = client.post(f"{LIST}{of.pk}/columns/", twice | {"column-0": "external_id"})
    assert answer.status_code == 302
    of.refresh_from_db()
    assert of.columns == {"external_id": "Code", "title": "Nom", "price": "Prix"}
    assert of.state == "reading"


def test_the_rows_to_mend_are_a_file_and_never_an_address(browser, world):
    client = browser(world.plage.owner)
    of = uploaded(client, world.plage.merchant, "=1+1,Mug,M,5,free,x")
    worked_off()
    answer = client.get(f"{LIST}{of.pk}/mend/")
    assert answer["Content-Disposition"] == 'attachment; filename="autumn-to-mend.csv"'
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == f"\ufeffto_mend,{HEADER}"
    assert lines[1].endswith(",'=1+1,Mug,M,5,free,x")
    with pytest.raises(ValueError, match="private files have no address"):
        _ = of.file.url


@pytest.mark.parametrize("verb", ["columns", "start", "cancel", "resume"])
def test_nobody_moves_another_shops_import(browser, world, verb):
    of = uploaded(browser(world.rayon.owner), world.rayon.merchant, "mug,Mug,M,5,24.00,x")
    worked_off()
    for user, status in (
        (world.plage.owner, 404),
        (world.plage.members[Membership.Role.READ_ONLY], 403),
    ):
        assert browser(user).post(f"{LIST}{of.pk}/{verb}/").status_code == status
    of.refresh_from_db()
    assert of.state == "ready"
    assert [each.state for each in of.history.all()] == ["uploaded", "reading", "ready"]


def test_a_file_for_another_shop_is_refused(browser, world):
    before = Import.objects.count()
    answer = post(browser(world.plage.owner), world.rayon.merchant, HEADER.encode())
    assert "merchant" in errors(answer)
    assert Import.objects.count() == before


def test_pictures_that_could_not_be_fetched_are_told_and_tried_again(browser, world):
    client, shop = browser(world.plage.owner), world.plage.merchant
    header, row = "Handle,Title,Variant Price,Image Src", "mug,Mug,24.00,https://p.example/mug.jpg"
    of = uploaded(client, shop, row, header=header)
    worked_off()
    client.post(f"{LIST}{of.pk}/start/")
    worked_off()
    assert "1 picture of this shop is still being fetched" in text(client, page_of(of))
    fetch = PictureFetch.objects.get()
    product = reverse("admin:catalogue_product_change", args=[fetch.image.product_id])
    assert "It is being fetched from its address." in text(client, product)
    PictureFetch.objects.update(next_at=None, error="It answered 404.")
    told = text(client, page_of(of))
    assert "1 picture could not be fetched" in told
    assert "Mug: https://p.example/mug.jpg – It answered 404." in told
    assert "Could not be fetched: It answered 404." in text(client, product)
    assert client.post(f"{LIST}{of.pk}/pictures/").url == page_of(of)
    assert PictureFetch.objects.get().next_at is not None


def page_of(of: Import) -> str:
    return reverse("admin:catalogue_import_change", args=[of.pk])


def text(client: Client, address: str) -> str:
    """What the page says, without its tags."""
    return unescape(strip_tags(client.get(address).content.decode()))
