"""What tests.emptying leaves behind a test that commits is what Django would leave."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.test import TransactionTestCase

from accounts.models import User
from checkout.models import OrderEvent
from tests import emptying
from tests.shops import cast, person

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> dict[str, int]:
    """How many rows there are, of the tables that hold any."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    counts = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            counts[name] = cursor.fetchone()[0]
    return {name: count for name, count in counts.items() if count}


def permissions() -> set[tuple[str, str]]:
    return set(Permission.objects.values_list("codename", "content_type__model"))


def empty() -> None:
    emptying.empty(TransactionTestCase())


@pytest.fixture
def truncated(monkeypatch) -> list[bool]:
    """Each time that it was left to Django."""
    times: list[bool] = []

    def truncate(test: TransactionTestCase) -> None:
        times.append(True)
        original(test)

    original = emptying.truncate_all
    monkeypatch.setattr(emptying, "truncate_all", truncate)
    return times


def test_every_row_of_a_test_goes_and_what_was_migrated_stays(truncated):
    before = rows()
    assert set(before) == {*emptying.STANDING}
    cast()
    assert OrderEvent.objects.exists(), "books that nobody may delete from"
    empty()
    assert rows() == before
    assert truncated == []


def test_sequences_go_on(truncated):
    first = person("mai").pk
    empty()
    assert person("mai").pk == first + 1


@pytest.mark.parametrize("change", ["deleted", "renamed", "added"])
def test_permissions_that_a_test_changed_are_as_they_were(truncated, change):
    before, (one, other) = permissions(), Permission.objects.all()[:2]
    if change == "deleted":
        one.delete()
    elif change == "renamed":
        Permission.objects.filter(pk=one.pk).update(codename="renamed")
    else:
        Permission.objects.create(codename="more", name="More", content_type=other.content_type)
    assert permissions() != before
    empty()
    assert truncated == [True]
    assert permissions() == before
    person("mai")
    empty()
    assert truncated == [True], "what Django made anew stands from then on"


@pytest.mark.parametrize("reason", ["large", "rights"])
def test_it_is_left_to_django(truncated, monkeypatch, reason):
    person("mai")
    if reason == "large":
        monkeypatch.setattr(emptying, "LARGE_BYTES", 0)
    else:
        monkeypatch.setattr(emptying, "_may_skip_triggers", lambda: False)
    empty()
    assert truncated == [True]
    assert not User.objects.exists()


def test_it_waits_for_who_still_writes():
    written, go_on = Event(), Event()

    def late() -> None:
        with transaction.atomic():
            person("late")
            written.set()
            go_on.wait(10)
        connection.close()

    def empty_apart() -> None:
        empty()
        connection.close()

    writer = Thread(target=late)
    writer.start()
    assert written.wait(10)
    emptier = Thread(target=empty_apart)
    emptier.start()
    emptier.join(0.3)
    assert emptier.is_alive()
    go_on.set()
    writer.join(10)
    emptier.join(10)
    assert not User.objects.exists()
