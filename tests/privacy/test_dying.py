"""`kill -9` of a worker, and two of them at once: copies are made once, erasures come to their end."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from django.utils import timezone

from accounts import mails
from accounts.models import OutgoingMail, User
from checkout.models import Customer
from privacy import archives, erasures, exports, steps
from privacy.models import Erasure, Export
from shopping.private_files import private_files
from tests.privacy.everywhere import settle
from tests.shops import Cast


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "m", tmp_path / "p"  # type: ignore[attr-defined]


def lease_ends(model: type[Export] | type[Erasure]) -> None:
    model.objects.filter(due_at__isnull=False).update(due_at=timezone.now())


def test_a_copy_goes_on_after_its_worker_died(world: Cast, monkeypatch) -> None:
    export = exports.ask(world.mai)
    write, written = archives.write_part, []

    def die(of: Export, number: int) -> None:
        written.append(number)
        if number == 5 and len(written) == 6:
            raise SystemExit
        write(of, number)

    monkeypatch.setattr(archives, "write_part", die)
    with pytest.raises(SystemExit):
        exports.work()
    assert not exports.work()
    lease_ends(Export)
    assert exports.work()
    export.refresh_from_db()
    assert export.made_at is not None
    # No part but the one that it died in was written twice.
    assert written == [*range(6), *range(5, len(archives.sections()))]


def test_a_worker_whose_lease_was_taken_over_marks_nothing(world: Cast, monkeypatch) -> None:
    """It comes back to life behind another one that has finished."""
    export = exports.ask(world.mai)
    assemble = archives.assemble

    def slowly(of: Export) -> str:
        monkeypatch.setattr(archives, "assemble", assemble)
        lease_ends(Export)
        assert exports.work()
        Export.objects.filter(pk=export.pk).update(asked_at=timezone.now())
        return assemble(of)

    monkeypatch.setattr(archives, "assemble", slowly)
    exports.work()
    export.refresh_from_db()
    assert export.attempts == 2
    made = OutgoingMail.objects.filter(kind="export-made")
    assert made.count() == 1
    # What the other made is whole, and alone.
    with export.file.open("rb") as file, ZipFile(file) as archive:
        assert "accounts/user.json" in archive.namelist()
    assert len(private_files().listdir("exports")[1]) == 1
    # One that only begins anew while another holds it writes nothing of its own.
    other = exports.ask(world.stranger)
    stale = Export.objects.get(pk=other.pk)
    Export.objects.filter(pk=other.pk).update(attempts=7)
    exports._finish(stale)
    other.refresh_from_db()
    assert other.made_at is None
    assert made.count() == 1


def test_an_erasure_goes_on_after_its_worker_died(world: Cast, monkeypatch) -> None:
    settle(world)
    Customer.objects.all().delete()
    do, alive = steps.take_out, [True]

    def die(table: object, person: User) -> None:
        if alive and table is erasures.tables()[40]:
            alive.clear()
            raise SystemExit
        do(table, person)

    monkeypatch.setattr(steps, "take_out", die)
    erasure = erasures.ask_now(world.mai, by="sam", reason="by letter")
    with pytest.raises(SystemExit):
        erasures.work()
    mails.send_due()
    lease_ends(Erasure)
    assert erasures.work()
    erasure.refresh_from_db()
    assert erasure.done_at is not None


def test_what_was_ordered_in_the_moment_of_closing_comes_to_its_end(
    world: Cast, monkeypatch
) -> None:
    settle(world)
    Customer.objects.all().delete()
    erasure = erasures.ask_now(world.mai, by="sam", reason="by letter")
    begin = erasures._begin

    def late(of: Erasure) -> bool:
        begun = begin(of)
        world.mai.orders.get().fulfilment_orders.update(status="open")
        return begun

    monkeypatch.setattr(erasures, "_begin", late)
    erasures.work()
    erasure.refresh_from_db()
    assert erasure.done_at is None
    assert world.mai.orders.get().name == "Maï Lefort"
    assert not User.objects.get(pk=world.mai.pk).is_active
    settle(world)
    mails.send_due()
    lease_ends(Erasure)
    erasures.work()
    erasure.refresh_from_db()
    assert erasure.done_at is not None
