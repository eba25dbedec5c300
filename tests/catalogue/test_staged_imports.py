"""A file on its way through the worker: staged, shown, written; cancelled, gone on with, taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import User
from catalogue import dry_runs, prices, slices, staging, stock, variants
from catalogue.encodings import UnreadableFile
from catalogue.models import (
    Category,
    Import,
    Merchant,
    Product,
    StagedProduct,
    StockMovement,
    Variant,
)
from catalogue.staging import NotNow
from shopping import csv_files
from shopping.money import Money
from tests.catalogue.test_importing import HEADER, LAMP, MUG, SAND, load
from webhooks.models import Event

TOTE = "tote,Tote,,,,,,T-1,1,38.00,,"
VINYL = "vinyl,Vinyl,,,,,,V-1,many,29.00,,"


@pytest.fixture(autouse=True)
def private_root(tmp_path: Any, settings: Any) -> None:
    settings.PRIVATE_ROOT = tmp_path


def upload(
    merchant: Merchant, *lines: str, header: str = HEADER, actor: User | None = None
) -> Import:
    content = ContentFile("\n".join([header, *lines, ""]).encode())
    return staging.upload(merchant, content=content, name="shop.csv", actor=actor)


def worked_off(of: Import) -> Import:
    """The import when no worker finds anything more to do."""
    while slices.work():
        pass
    of.refresh_from_db()
    return of


def imported(of: Import) -> Import:
    return worked_off(staging.start(worked_off(of), actor=None))


def fates(of: Import) -> list[tuple[str, str]]:
    return list(of.staged.order_by("place").values_list("handle", "fate"))


def to_mend(of: Import) -> str:
    return "".join(csv_files.lines(dry_runs.to_mend(of)))


def test_a_dry_run_shows_each_fate_and_writes_nothing(plage: Merchant, owner: User) -> None:
    load(plage, LAMP, TOTE)
    events = Event.objects.count()
    dearer = LAMP.replace("89.00", "95.00")
    of = worked_off(upload(plage, MUG, SAND, dearer, VINYL, TOTE, actor=owner))
    assert (of.state, of.rows, of.read_to, of.percent) == ("ready", 5, 4, 0)
    assert fates(of) == [
        *[("mug", "new"), ("lamp", "changed"), ("vinyl", "refused"), ("tote", "same")]
    ]
    changed = of.staged.get(fate="changed")
    assert changed.changes == [
        {"row": 4, "field": "price", "of": "L-1", "before": "89.00", "after": "95.00"}
    ]
    [error] = dry_runs.errors_of(of.staged.get(fate="refused"))
    assert (error.row, error.column, error.value) == (5, "Variant Inventory Qty", "many")
    assert Event.objects.count() == events
    assert Product.objects.count() == 2
    assert [each.state for each in of.history.all()] == ["uploaded", "reading", "ready"]


def test_what_was_shown_is_written_once(plage: Merchant, owner: User) -> None:
    load(plage, LAMP)
    of = imported(upload(plage, MUG, SAND, LAMP.replace("89.00", "95.00"), VINYL, actor=owner))
    assert (of.state, of.applied_to, of.percent) == ("done", 3, 100)
    assert Variant.objects.get(sku="L-1").price == 9500
    assert Variant.objects.get(sku="M-S").stock.on_hand == 2
    assert not Product.objects.filter(external_id="vinyl").exists()
    assert dict(of.staged.values_list("handle", "applied")) == {
        "mug": True,
        "lamp": True,
        "vinyl": False,
    }
    told = list(Event.objects.order_by("pk").values_list("type", flat=True))
    assert told.count("product.created") == 2
    assert told.count("product.updated") == 1
    movement = StockMovement.objects.get(variant__sku="M-S")
    assert (movement.actor, movement.reference, movement.reason) == (owner, "shop.csv", "import")


def test_a_worker_that_stopped_anywhere_is_gone_on_from_there(
    plage: Merchant, monkeypatch: Any
) -> None:
    """With no time at all, each slice does one batch of one product, and the next one goes on."""
    monkeypatch.setattr("catalogue.imports.MOST_PRODUCTS", 1)
    monkeypatch.setattr("catalogue.slices.MOST_PRODUCTS", 1)
    of = upload(plage, MUG, SAND, LAMP, TOTE)
    reached = []
    while slices.work(seconds=0):
        of.refresh_from_db()
        reached.append((of.state, of.read_to, of.applied_to))
        if of.state == "ready":
            staging.start(of, actor=None)
    assert reached == [
        *[("reading", 1, 0), ("reading", 2, 0), ("reading", 3, 0), ("ready", 3, 0)],
        *[("applying", 3, 1), ("applying", 3, 2), ("applying", 3, 3), ("done", 3, 3)],
    ]
    assert Product.objects.count() == 3
    assert Event.objects.filter(type="product.created").count() == 3


def test_cancelled_it_stops_and_says_what_is_written_and_goes_on_when_asked(
    plage: Merchant, owner: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr("catalogue.slices.MOST_PRODUCTS", 1)
    of = staging.start(worked_off(upload(plage, MUG, SAND, LAMP, TOTE)), actor=owner)
    assert slices.work(seconds=0)
    staging.cancel(of, actor=owner)
    assert not slices.work()
    assert list(Product.objects.values_list("external_id", flat=True)) == ["mug"]
    [written] = of.staged.filter(applied=True)
    assert written.handle == "mug"
    of = worked_off(staging.resume(of, actor=owner))
    assert of.state == "done"
    assert sorted(Product.objects.values_list("external_id", flat=True)) == ["lamp", "mug", "tote"]
    assert Event.objects.filter(type="product.created").count() == 3
    assert [each.state for each in of.history.all()] == [
        *["uploaded", "reading", "ready", "applying", "cancelled", "applying", "done"]
    ]


def test_a_worker_whose_lease_was_taken_over_writes_nothing(plage: Merchant) -> None:
    of = staging.start(worked_off(upload(plage, MUG)), actor=None)
    slow = slices.claim()
    assert slow is not None
    assert slices.claim() is None
    Import.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    quick = slices.claim()
    assert quick is not None
    before = Event.objects.count()
    with pytest.raises(slices.Lost):
        slices._apply(slow, seconds=60)
    assert Event.objects.count() == before
    assert not Product.objects.exists()
    slices._apply(quick, seconds=60)
    of.refresh_from_db()
    assert of.state == "done"


def test_a_worker_that_reads_after_it_was_cancelled_stages_nothing(plage: Merchant) -> None:
    of = upload(plage, MUG)
    claimed = slices.claim()
    assert claimed is not None
    staging.cancel(of, actor=None)
    with pytest.raises(slices.Lost):
        slices._read(claimed, seconds=60)
    assert not of.staged.exists()


def test_what_has_changed_since_the_dry_run_is_looked_at_again(
    plage: Merchant, owner: User
) -> None:
    load(plage, LAMP, MUG)
    of = worked_off(upload(plage, LAMP.replace("89.00", "95.00"), MUG, TOTE))
    assert fates(of) == [("lamp", "changed"), ("mug", "same"), ("tote", "new")]
    dearer = Money(9500, "EUR")
    prices.change_price(Variant.objects.get(sku="L-1"), price=dearer, actor=owner)
    prices.change_price(Variant.objects.get(sku="M-T"), price=dearer, actor=owner)
    load(plage, TOTE.replace("tote,", "bag,"))
    of = worked_off(staging.start(of, actor=owner))
    assert fates(of) == [("lamp", "same"), ("mug", "changed"), ("tote", "refused")]
    assert Variant.objects.get(sku="M-T").price == 2400
    [error] = dry_runs.errors_of(of.staged.get(handle="tote"))
    assert (error.column, error.value) == ("Variant SKU", "T-1")


def test_pieces_that_are_promised_cost_their_product_alone(
    plage: Merchant, monkeypatch: Any
) -> None:
    load(plage, LAMP, TOTE)
    of = worked_off(upload(plage, LAMP.replace(",3,", ",1,"), TOTE.replace(",1,", ",4,")))
    staging.start(of, actor=None)
    # Between the look at the shelf and the count, a shopper is quicker.
    lamp = Variant.objects.get(sku="L-1")
    count = stock.stocktake

    def late(counts: Any, **words: Any) -> list[int]:
        if lamp.pk in counts and lamp.stock.reserved == 0:
            stock.reserve({lamp.pk: 2})
        return count(counts, **words)

    monkeypatch.setattr("catalogue.stock.stocktake", late)
    of = worked_off(of)
    assert fates(of) == [("lamp", "refused"), ("tote", "changed")]
    assert Variant.objects.get(sku="T-1").stock.on_hand == 4
    assert Variant.objects.get(sku="L-1").stock.on_hand == 3


def test_the_rows_to_mend_come_back_mended(plage: Merchant) -> None:
    broken = SAND.replace("26.00", "free")
    of = imported(upload(plage, MUG, broken, LAMP, VINYL))
    text = to_mend(of)
    assert text.removeprefix("\ufeff").splitlines() == [
        f"to_mend,{HEADER}",
        f",{MUG}",
        '"Variant Price “free”: Write a plain amount with a point, such as 12.50.",' + broken,
        "Variant Inventory Qty “many”: Write a whole number from 0 to 10000000.," + VINYL,
    ]
    mended = text.replace("free", "26.00").replace("many", "7")
    [header, *lines] = mended.splitlines()
    again = imported(upload(plage, *lines, header=header))
    assert fates(again) == [("mug", "new"), ("vinyl", "new")]
    assert sorted(Product.objects.values_list("external_id", flat=True)) == ["lamp", "mug", "vinyl"]
    assert Variant.objects.get(sku="M-S").price == 2600
    assert Variant.objects.get(sku="V-1").stock.on_hand == 7


def test_rows_that_cannot_even_be_read_come_back_whole(plage: Merchant) -> None:
    surplus = TOTE + ",more"
    of = worked_off(upload(plage, LAMP, 'mug,"Dune" mug,,,,,,M,1,2.00,,', surplus))
    assert [fate for _handle, fate in fates(of)] == ["refused", "refused"]
    lines = to_mend(of).splitlines()
    assert "Lines 3 to 3 cannot be read" in lines[2]
    assert "Dune" in lines[2]
    assert lines[-1].startswith("More cells than columns")
    assert lines[-1].endswith(surplus)


def test_other_columns_are_asked_for_and_remembered(plage: Merchant, rayon: Merchant) -> None:
    header = "Référence;Nom;Prix;Stock;Couleur du sac"
    of = upload(plage, "sac-1;Sac;12.50;4;bleu", header=header)
    assert (of.state, of.layout) == ("uploaded", "")
    assert not slices.work()
    guess = staging.guess(of)
    assert guess == {
        "external_id": "Référence",
        "title": "Nom",
        "price": "Prix",
        "on_hand": "Stock",
    }
    of = imported(staging.choose(of, chosen=guess, actor=None))
    assert staging.layout_of(of).ignored == ["Couleur du sac"]
    assert Variant.objects.get(product__external_id="sac-1").stock.on_hand == 4
    again = upload(plage, "sac-1;Sac;13.00;4;bleu", header=header)
    assert (again.state, again.layout) == ("reading", "chosen")
    assert upload(rayon, "sac-1;Sac;13.00;4;bleu", header=header).state == "uploaded"


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"title": "Nom"}, "Say which column holds the external id or the SKU"),
        ({"external_id": "Nom", "title": "Nom"}, "These columns come twice: Nom."),
        ({"external_id": "Handle"}, "The file has no such columns: Handle."),
    ],
)
def test_columns_that_will_not_do_are_refused(
    plage: Merchant, chosen: dict[str, str], message: str
) -> None:
    of = upload(plage, "a;b", header="Nom;Prix")
    with pytest.raises(UnreadableFile, match=message):
        staging.choose(of, chosen=chosen, actor=None)
    of.refresh_from_db()
    assert of.state == "uploaded"


def test_columns_may_be_chosen_again_until_something_is_written(plage: Merchant) -> None:
    of = upload(plage, "sac-1;Sac;12.50", header="Référence;Nom;Prix")
    chosen = {"external_id": "Référence", "title": "Nom"}
    of = worked_off(staging.choose(of, chosen=chosen, actor=None))
    assert fates(of) == [("sac-1", "refused")]
    of = worked_off(staging.choose(of, chosen=chosen | {"price": "Prix"}, actor=None))
    assert fates(of) == [("sac-1", "new")]
    of = worked_off(staging.start(of, actor=None))
    with pytest.raises(NotNow):
        staging.choose(of, chosen=chosen, actor=None)


def test_a_list_of_skus_touches_what_it_names_and_nothing_else(
    plage: Merchant, rayon: Merchant
) -> None:
    load(plage, MUG, SAND, LAMP)
    load(rayon, MUG)
    of = upload(plage, "M-S,31.00", "L-1,90.00", "X-1,5.00", header="sku,price")
    of = worked_off(staging.choose(of, chosen={"sku": "sku", "price": "price"}, actor=None))
    assert fates(of) == [("M-S", "changed"), ("L-1", "changed"), ("X-1", "refused")]
    worked_off(staging.start(of, actor=None))
    prices = plage.variants.order_by("pk").values_list("sku", "price", "active")
    assert list(prices) == [("M-T", 2400, True), ("M-S", 3100, True), ("L-1", 9000, True)]
    assert rayon.variants.get().price == 2400
    mug = Product.objects.get(merchant=plage, external_id="mug")
    assert (mug.title, mug.tags) == ("Dune mug", ["kitchen"])


def test_there_is_nothing_to_start_where_nothing_would_change(plage: Merchant) -> None:
    load(plage, LAMP)
    of = worked_off(upload(plage, LAMP, VINYL))
    with pytest.raises(NotNow, match="There is nothing to import"):
        staging.start(of, actor=None)
    of.refresh_from_db()
    assert of.state == "ready"


def test_a_state_that_does_not_follow_is_refused(plage: Merchant) -> None:
    of = imported(upload(plage, LAMP))
    for verb in (staging.cancel, staging.resume):
        with pytest.raises(NotNow):
            verb(of, actor=None)
    assert [each.state for each in of.history.all()][-1] == "done"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04" + b"\x00" * 50, "This is a spreadsheet workbook."),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 40, "This is not a text file."),
        (b"Handle,Title\nmug,Mug\n", "Missing columns: Variant Price."),
        (b"," * 600 + b"\n", "A file has at most 500 columns."),
    ],
)
def test_what_is_no_table_is_refused_and_leaves_nothing(
    plage: Merchant, content: bytes, message: str, tmp_path: Any
) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        staging.upload(plage, content=ContentFile(content), name="x.csv", actor=None)
    assert refusal.value.message.startswith(message)
    assert not Import.objects.exists()
    assert not list(tmp_path.rglob("*.csv"))


def test_a_file_that_is_gone_fails_in_words(plage: Merchant) -> None:
    of = upload(plage, LAMP)
    of.file.storage.delete(of.file.name)
    of = worked_off(of)
    assert of.state == "failed"
    assert of.problem


def test_messages_are_in_the_language_of_who_uploaded(plage: Merchant, owner: User) -> None:
    owner.locale = "fr"
    owner.save()
    of = worked_off(upload(plage, VINYL, actor=owner))
    [error] = dry_runs.errors_of(of.staged.get())
    assert error.message.startswith("Écrivez") or error.message.startswith("Écrire")


def test_nuls_and_long_cells_are_said_and_kept_out_of_the_database(plage: Merchant) -> None:
    nul, long = "mug,Mu\x00g,,,,,,M,1,2.00,,", f"lamp,{'x' * 201},,,,,,L,1,2.00,,"
    of = worked_off(upload(plage, nul, long))
    assert [fate for _handle, fate in fates(of)] == ["refused", "refused"]
    assert "\x00" not in to_mend(of)


def test_a_shops_own_file_makes_no_category_and_the_operators_does(
    plage: Merchant, owner: User
) -> None:
    """All shops choose from them, and taxes go by them."""
    cups = Category.objects.create(name="Cups", slug="cups")
    lit = LAMP.replace("lamp,,,", "lamp,,Lights,")
    of = imported(upload(plage, MUG, SAND, lit, actor=owner))
    lamp, mug = Product.objects.order_by("external_id")
    assert (lamp.category, mug.category) == (None, cups)
    assert Category.objects.count() == 1
    [note] = of.staged.get(handle="lamp").notes
    assert (note["row"], note["value"]) == (4, "Lights")
    owner.is_staff = True
    owner.save()
    imported(upload(plage, lit, actor=owner))
    lamp.refresh_from_db()
    assert lamp.category == Category.objects.get(name="Lights")
    owner.is_staff = False
    owner.save()
    worked_off(upload(plage, lit.replace("Lights", "Torches"), actor=owner))
    assert not Category.objects.filter(name="Torches").exists()


def test_two_workers_cannot_stage_the_same_product(plage: Merchant) -> None:
    of = worked_off(upload(plage, LAMP))
    with pytest.raises(IntegrityError):
        StagedProduct.objects.create(of=of, place=1, first_row=2, last_row=2, fate="new", rows=[])


def test_files_of_long_ago_are_forgotten_and_what_they_did_is_not(plage: Merchant) -> None:
    old, young = imported(upload(plage, LAMP)), upload(plage, TOTE)
    Import.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    name = old.file.name
    assert staging.forget_old()
    assert not staging.forget_old()
    old.refresh_from_db()
    assert not old.file
    assert not old.staged.exists()
    assert old.history.count() == 5
    assert not young.file.storage.exists(name)
    assert young.file.storage.exists(young.file.name)
    assert Product.objects.filter(external_id="lamp").exists()


def test_a_variant_that_stays_off_is_noted(plage: Merchant, owner: User) -> None:
    load(plage, MUG, SAND)
    variants.set_active(Variant.objects.get(sku="M-S"), active=False, actor=owner)
    of = worked_off(upload(plage, MUG, SAND))
    [shown] = dry_runs.page(of, fate="same").products
    assert [note.row for note in shown.notes] == [3]
