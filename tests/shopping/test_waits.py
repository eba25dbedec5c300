"""How long what failed waits before it is tried again."""

from datetime import timedelta

import pytest

from shopping import waits

FIRST = timedelta(seconds=5)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 5), (1, 10), (2, 20), (9, 2560), (10, 3600), (1_000_000, 3600)]
)
def test_each_wait_is_twice_as_long_up_to_an_hour(attempts, seconds):
    assert waits.doubled(FIRST, attempts=attempts) == timedelta(seconds=seconds)


def test_a_wait_has_an_end_of_its_own():
    longest = timedelta(seconds=12)
    assert waits.doubled(FIRST, attempts=1, longest=longest) == timedelta(seconds=10)
    assert waits.doubled(FIRST, attempts=2, longest=longest) == longest
