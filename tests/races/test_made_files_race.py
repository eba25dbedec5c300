"""Many who ask at once for a long text have it made once, and none of them gets half of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.storage import storages
from django.test import RequestFactory

from shopping import made_files
from shopping.made_files import Made

ASKERS = 8


def ask(name: str, pieces: object, *, seconds: float = 60) -> Made | None:
    return made_files.current(name, seconds=seconds, pieces=pieces)


def text_of(made: Made) -> str:
    answer = made_files.answer(
        RequestFactory().get("/"), made, content_type="text/plain", seconds=60
    )
    return b"".join(answer).decode()


def test_one_makes_it_and_the_others_are_given_the_old_one() -> None:
    name, makers, start = f"tests/{uuid4()}", [], threading.Barrier(ASKERS)
    first = ask(name, lambda: ["first"])

    def slowly() -> Iterator[str]:
        makers.append(threading.get_ident())
        yield "second, "
        time.sleep(1)
        yield "whole"

    def asker(_number: int) -> Made | None:
        start.wait()
        return ask(name, slowly, seconds=0)

    with ThreadPoolExecutor(ASKERS) as pool:
        given = list(pool.map(asker, range(ASKERS)))
    assert len(makers) == 1
    texts = sorted(text_of(made) for made in given if made is not None)
    assert texts == [*["first"] * (ASKERS - 1), "second, whole"]
    assert given.count(first) == ASKERS - 1


def test_while_the_first_is_made_others_are_asked_to_come_back() -> None:
    name = f"tests/{uuid4()}"
    cache.set(f"made|{name}|making", 1, 60)
    made = ask(name, lambda: ["never"])
    assert made is None
    answer = made_files.answer(
        RequestFactory().get("/"), made, content_type="text/plain", seconds=60
    )
    assert (answer.status_code, answer["Retry-After"]) == (503, "20")


def test_a_maker_that_fails_leaves_the_turn_to_the_next() -> None:
    name = f"tests/{uuid4()}"

    def broken() -> Iterator[str]:
        yield "half"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(name, broken)
    made = ask(name, lambda: ["whole"])
    assert made is not None
    assert text_of(made) == "whole"
    folder = f"made/{name}"
    assert len(storages["private"].listdir(folder)[1]) == 1


def test_the_one_before_stays_for_those_who_are_about_to_read_it() -> None:
    name = f"tests/{uuid4()}"
    made = [ask(name, lambda n=n: [str(n)], seconds=0) for n in range(4)]
    assert [each for each in made if each is None] == []
    assert [text_of(each) for each in made[2:] if each] == ["2", "3"]
    files = storages["private"].listdir(f"made/{name}")[1]
    assert len(files) == 2


def test_a_file_that_was_taken_away_is_made_again() -> None:
    name = f"tests/{uuid4()}"
    first = ask(name, lambda: ["words"])
    assert first is not None
    storages["private"].delete(first.file)
    again = ask(name, lambda: ["words"])
    assert again is not None
    assert text_of(again) == "words"
