"""The pages of a stocktake: counting by keyboard and by file, the differences, and who may."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogue import products, stock, stocktakes, tasks
from catalogue.models import StockItem, Stocktake
from catalogue.products import NewVariant
from tests.admin.filled import WHY, said


def page(stocktake: Stocktake, name: str) -> str:
    return reverse(f"admin:catalogue_stocktake_{name}", args=[stocktake.pk])


@pytest.fixture
def count(world):
    return world.rows["stocktake"]


@pytest.fixture
def lines(count):
    """By SKU."""
    return {line.variant.sku: line for line in count.lines.select_related("variant")}


def typed(line, value, stood=""):
    return {f"count-{line.pk}": value, f"stood-{line.pk}": stood}


def counts(count):
    return dict(count.lines.values_list("variant__sku", "counted"))


def test_it_is_begun_counted_looked_at_and_applied(browser, world, lines):
    client = browser(world.plage.members["fulfilment"])
    begun = client.post(
        reverse("admin:catalogue_stocktake_add"), {"merchant": world.plage.merchant.pk, "note": "A"}
    )
    count = Stocktake.objects.latest("pk")
    assert (count.note, count.actor) == ("A", world.plage.members["fulfilment"])
    assert begun.url == page(count, "count")
    own = {line.variant.sku: line for line in count.lines.select_related("variant")}
    shown = client.get(begun.url).content.decode()
    assert shown.index("Plage flip-flops, 41") < shown.index("Plage flip-flops, 42")
    saved = client.post(begun.url, {**typed(own["plage-41"], "8"), **typed(own["plage-42"], "")})
    assert saved.status_code == 302
    assert counts(count) == {"plage-41": 8, "plage-42": None}
    differences = client.get(page(count, "differences"))
    [verdict] = differences.context["verdicts"]
    assert (verdict.line.difference, verdict.after, verdict.is_refused) == (-2, 8, False)
    assert StockItem.objects.get(pk=world.plage.variant.pk).on_hand == 10
    assert client.post(page(count, "differences")).status_code == 302
    tasks.sweep_stocktakes()
    assert StockItem.objects.get(pk=world.plage.variant.pk).on_hand == 8
    count.refresh_from_db()
    assert (count.status, count.applied_by) == ("applied", world.plage.members["fulfilment"])
    shown = client.get(reverse("admin:catalogue_stocktake_change", args=[count.pk]))
    assert "1 of 2 are counted. 1 differs from the books." in shown.content.decode()


def test_applying_wakes_a_worker(browser, world, count, lines, monkeypatch):
    woken = []
    monkeypatch.setattr(stocktakes.hints, "wake", lambda *asked: woken.append(asked))
    stocktakes.record(count, {lines["plage-41"].variant_id: 8}, actor=None)
    browser(world.plage.owner).post(page(count, "differences"))
    assert ("catalogue.apply_stocktake", count.pk) in woken


def test_what_is_wrong_stays_as_it_was_typed_and_the_rest_is_taken(browser, world, count, lines):
    client = browser(world.plage.owner)
    bad, good = lines["plage-42"], lines["plage-41"]
    answer = client.post(page(count, "count"), {**typed(bad, "two"), **typed(good, "7")})
    assert answer.status_code == 200
    rows = {row.line.pk: row for row in answer.context["rows"]}
    assert (rows[bad.pk].value, rows[bad.pk].stood, rows[bad.pk].has_focus) == ("two", "", True)
    assert rows[bad.pk].problem == "Write a whole number from 0 to 10000000."
    assert (rows[good.pk].value, rows[good.pk].stood) == ("7", "7")
    assert counts(count) == {"plage-41": 7, "plage-42": None}


def test_a_page_that_is_saved_again_moves_no_moment(browser, world, count, lines):
    """What was counted before something was sold stays of before."""
    client, line = browser(world.plage.owner), lines["plage-41"]
    client.post(page(count, "count"), typed(line, "8"))
    stock.reserve({line.variant_id: 1})
    stock.sell({line.variant_id: 1}, reference="1")
    client.post(page(count, "count"), typed(line, "8", stood="8"))
    line.refresh_from_db()
    assert (line.counted, line.expected) == (8, 10)


def test_a_count_that_is_taken_out_again_is_asked_about(browser, world, count, lines):
    client, line = browser(world.plage.owner), lines["plage-41"]
    client.post(page(count, "count"), typed(line, "8"))
    answer = client.post(page(count, "count"), typed(line, "", stood="8"))
    assert "Write how many there are; 0 if there are none." in answer.content.decode()
    assert counts(count)["plage-41"] == 8


def test_a_moment_is_read_by_the_shops_clock(browser, world, count, lines):
    client, line = browser(world.plage.owner), lines["plage-41"]
    earlier = timezone.now() - timedelta(hours=2)
    in_paris = earlier.astimezone(ZoneInfo("Europe/Paris"))
    client.post(
        page(count, "count"), typed(line, "8") | {"at": in_paris.strftime("%Y-%m-%dT%H:%M")}
    )
    line.refresh_from_db()
    assert line.counted_at == earlier.replace(second=0, microsecond=0)
    answer = client.post(page(count, "count"), typed(line, "7", stood="8") | {"at": "2020-01-01"})
    assert "within the last seven days" in answer.content.decode()
    assert answer.context["rows"][0].value == "7"
    assert counts(count)["plage-41"] == 8


def test_a_scanned_code_leads_to_its_field_and_back_to_the_search(browser, world, count, lines):
    client = browser(world.plage.owner)
    found = client.get(page(count, "count"), {"q": "PLAGE-42"})
    assert [row.line.pk for row in found.context["rows"]] == [lines["plage-42"].pk]
    saved = client.post(page(count, "count") + "?q=PLAGE-42", typed(lines["plage-42"], "2"))
    assert saved.url == "?"
    left = client.get(page(count, "count"), {"left": "1"})
    assert [row.line.variant.sku for row in left.context["rows"]] == ["plage-41"]


def test_long_lists_are_cut_into_pages_of_a_constant_price(browser, world):
    new = [NewVariant(price=1, option_values=(f"{n:03}",), sku=f"S{n:03}") for n in range(120)]
    products.create(
        world.plage.merchant, title="Zip", option_names=["Size"], variants=new, actor=None
    )
    count = stocktakes.begin(world.plage.merchant, actor=None)
    client = browser(world.plage.owner)
    spent, seen, address = [], [], page(count, "count")
    while address:
        with CaptureQueriesContext(connection) as queries:
            shown = client.get(address)
        spent.append(len(queries))
        seen += [row.line.variant.sku for row in shown.context["rows"]]
        following = shown.context["page"].following
        address = f"{page(count, 'count')}?from={following}" if following else ""
    assert len(seen) == len(set(seen)) == count.size
    assert spent[1] - spent[0] <= 1  # The page before is looked for from the second one on.
    assert shown.context["page"].previous == count.lines.order_by("pk")[50].pk
    onwards = client.post(page(count, "count"), {})
    assert onwards.url == f"?from={count.lines.order_by('pk')[50].pk}"


def test_a_file_is_taken_and_its_bad_rows_are_told(browser, world, count):
    client = browser(world.plage.owner)
    text = b"SKU,Counted\nplage-41,7\nplage-42,x\n<b>nothing</b>,1\n"
    answer = client.post(page(count, "file"), {"file": SimpleUploadedFile("c.csv", text)})
    shown = answer.content.decode()
    assert "1 count was taken." in shown
    assert "Row 3, Counted “x”: Write a whole number from 0 to 10000000." in shown
    assert "Row 4, SKU “&lt;b&gt;nothing&lt;/b&gt;”: This stocktake has no such variant." in shown
    assert counts(count) == {"plage-41": 7, "plage-42": None}
    good = SimpleUploadedFile("c.csv", b"SKU;Counted\nplage-42;1\n")
    answer = client.post(page(count, "file"), {"file": good}, follow=True)
    assert said(answer) == ["1 count is noted."]
    assert counts(count) == {"plage-41": 7, "plage-42": 1}


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"PK\x03\x04", "This is a spreadsheet workbook."), (b"a,b\n1,2\n", "SKU (or Variant)")],
)
def test_a_file_that_is_none_is_refused_in_words(browser, world, count, content, words):
    client = browser(world.plage.owner)
    answer = client.post(page(count, "file"), {"file": SimpleUploadedFile("c.csv", content)})
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_the_sheet_is_a_file(browser, world, count):
    answer = browser(world.plage.owner).get(page(count, "sheet"))
    assert answer["Content-Disposition"] == f'attachment; filename="stocktake-{count.pk}.csv"'
    assert b"plage-41" in b"".join(answer.streaming_content)


def test_what_would_be_refused_is_said_before_and_counted_again_after(browser, world, count, lines):
    client, line = browser(world.plage.owner), lines["plage-41"]
    stock.reserve({line.variant_id: 4})
    stocktakes.record(count, {line.variant_id: 3}, actor=None)
    shown = client.get(page(count, "differences")).content.decode()
    assert "4 are promised to shoppers: it would be refused" in shown
    client.post(page(count, "differences"))
    tasks.sweep_stocktakes()
    shown = client.get(page(count, "differences")).content.decode()
    assert "refused: shoppers were promised more" in shown
    answer = client.post(page(count, "again"))
    begun = Stocktake.objects.latest("pk")
    assert answer.url == page(begun, "count")
    assert list(begun.lines.values_list("variant_id", flat=True)) == [line.variant_id]


def test_a_difference_that_may_be_in_the_books_already_is_said_before(browser, world, count, lines):
    line = lines["plage-41"]
    stocktakes.record(count, {line.variant_id: 8}, actor=None)
    stock.adjust(line.variant, delta=-2, actor=None)
    answer = browser(world.plage.owner).get(page(count, "differences"))
    [verdict] = answer.context["verdicts"]
    assert verdict.is_refused
    assert verdict.said.startswith("The books say otherwise by now")


def test_a_closed_stocktake_says_so_and_loses_nothing_typed(browser, world, count, lines):
    client, line = browser(world.plage.owner), lines["plage-41"]
    assert client.post(page(count, "cancel")).status_code == 302
    answer = client.post(page(count, "count"), typed(line, "8"))
    assert "This stocktake is “cancelled”. Begin another one." in answer.content.decode()
    assert answer.context["rows"][0].value == "8"
    assert counts(count)["plage-41"] is None
    answer = client.post(page(count, "differences"), follow=True)
    assert said(answer) != []
    assert stocktakes.applying() == []


def test_lines_of_another_stocktake_are_not_written_through_a_page_of_ones_own(
    browser, world, count
):
    theirs = world.rows["rayons_stocktake"].lines.first()
    browser(world.plage.owner).post(page(count, "count"), typed(theirs, "1"))
    theirs.refresh_from_db()
    assert theirs.counted is None


@pytest.mark.parametrize("name", ["count", "file", "differences", "cancel", "again"])
@pytest.mark.parametrize(("who", "status"), [("read_only", 403), ("other", 404)])
def test_who_may_not_count_changes_nothing(browser, world, count, lines, name, who, status):
    user = world.rayon.owner if who == "other" else world.plage.members[who]
    stocktakes.record(count, {lines["plage-41"].variant_id: 8}, actor=None)
    content = {
        **typed(lines["plage-42"], "1"),
        "file": SimpleUploadedFile("c.csv", b"SKU,Counted\nplage-42,1\n"),
    }
    assert browser(user).post(page(count, name), content).status_code == status
    count.refresh_from_db()
    assert (count.status, Stocktake.objects.count()) == ("open", 2)
    assert counts(count) == {"plage-41": 8, "plage-42": None}


def test_variants_are_chosen_from_the_list_of_one_shop(browser, world):
    address = reverse("admin:catalogue_stockitem_changelist")
    asked = {"action": "count_these", "_selected_action": [world.plage.variant.pk]}
    answer = browser(world.plage.owner).post(address, asked)
    begun = Stocktake.objects.latest("pk")
    assert answer.url == page(begun, "count")
    assert list(begun.lines.values_list("variant_id", flat=True)) == [world.plage.variant.pk]
    asked["_selected_action"] = [world.plage.variant.pk, world.rayon.variant.pk]
    answer = browser(world.staff).post(address, asked | {"operator_reason": WHY}, follow=True)
    assert said(answer) == ["Choose variants of one shop: each is counted by itself."]
    assert Stocktake.objects.latest("pk") == begun
