"""Nobody frames a page of ours, so nobody lays another one over it: but for the card, which pays nothing."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from tests.access.table import rows
from tests.second_factors import sign_in
from tests.shops import Cast, cast

FRAMED = "embed/<uuid:public_id>/"


@pytest.fixture
def world(db: None) -> Cast:
    return cast()


def test_no_page_but_the_card_stands_in_a_frame(world: Cast) -> None:
    asked = 0
    for who in (None, world.mai, world.plage.owner, world.staff):
        client = Client(raise_request_exception=False)
        if who is not None:
            sign_in(client, who)
        for row in rows():
            if row.pattern == FRAMED:
                continue
            with transaction.atomic():
                answer = getattr(client, row.method)(row.path(world), row.data(world))
                transaction.set_rollback(True)
            policy = answer["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy, row.pattern
            assert answer["X-Frame-Options"] == "DENY", row.pattern
            asked += 1
    assert asked > 1000
