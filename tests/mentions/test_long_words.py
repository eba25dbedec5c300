"""A long reply costs little to read, and the box is not pressed for ever."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import LinkedAccount
from checkout import cart_words
from checkout.cart_words import Span
from partners.models import Partner
from tests.journeys.cast import Market
from tests.mentions.hearing import hear, in_cart, link_to


def inner(span: Span, spans: list[Span]) -> bool:
    """Whether it is a part of a longer one, said plainly."""
    return any(
        each.start <= span.start and span.end <= each.end and each.length > span.length
        for each in spans
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(
            lambda start, length, option: Span(start, start + length, option, f"{length}"),
            st.integers(0, 8),
            st.integers(1, 4),
            st.integers(0, 2),
        ),
        max_size=12,
    )
)
def test_the_outermost_are_those_that_no_longer_one_holds(spans: list[Span]) -> None:
    by_place = lambda each: (each.start, each.end, each.option)  # noqa: E731
    plain = [each for each in spans if not inner(each, spans)]
    assert sorted(cart_words._outermost(spans), key=by_place) == sorted(plain, key=by_place)


def test_ten_thousand_characters_are_read_at_once() -> None:
    said = "#cart" + " m" * 4_997
    began = time.thread_time()
    assert cart_words.picks(said, names=["Size"], options=[["M", "L"]]) == ["M"]
    assert time.thread_time() - began < 0.3


@pytest.mark.django_db
def test_of_a_long_reply_the_beginning_counts(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    said = "#cart 42 Lagoon " + "so " * 700 + "Coral"
    assert hear(mastodon, said, reply_links=[link_to(market.post)]).state == "added"
    assert in_cart() == {"Corniche flip-flops Lagoon, 42": 1}


@pytest.mark.django_db
def test_presses_in_the_box_are_counted(
    browser: Client, market: Market, profile: LinkedAccount, mastodon: Partner, settings: Any
) -> None:
    settings.LIMIT_VISITORS = True
    cache.clear()
    mention = hear(mastodon, reply_links=[link_to(market.post)])
    path = f"/cart/mentions/{mention.public_id}/choose/"
    said = [browser.post(path, HTTP_HX_REQUEST="true").status_code for _press in range(61)]
    assert said == [200] * 60 + [429]
