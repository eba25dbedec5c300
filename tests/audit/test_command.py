"""`manage.py audit`: what it says, how it ends, and that it changes nothing."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit import runs, stripe_api
from checkout.gateway import client as gateway_client
from checkout.models import Order
from tests.audit.conftest import Scene

pytestmark = pytest.mark.django_db(transaction=True)


def audit(*words: str) -> tuple[int, str]:
    """The exit code, and what was printed."""
    out = StringIO()
    try:
        call_command("audit", *words, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def past_the_code(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)


def test_a_clean_house(scene: Scene) -> None:
    code, said = audit("--settled-for", "0", "--strict")
    assert code == 0, said
    assert said.splitlines()[-1] == "37 checks, no findings."
    code, said = audit("--json")
    assert (code, json.loads(said)["findings"]) == (0, 0)


def test_a_finding_says_what_where_and_what_to_do(scene: Scene) -> None:
    past_the_code(
        "UPDATE checkout_stripeevent SET processed_at = NULL WHERE id = ("
        "SELECT min(id) FROM checkout_stripeevent)"
    )
    past_the_code("UPDATE catalogue_stockitem SET on_hand = on_hand + 4 WHERE reserved = 1")
    code, said = audit("--settled-for", "0")
    assert code == 1
    assert "NO  stock_is_its_movements" in said
    assert "(BOOK) has 12 on hand, and its movements come to 8.\n" in said
    assert "      → Count it, and let a stocktake say what is there.\n" in said
    code, said = audit("--json", "--settled-for", "0", "--only", "stock_is_its_movements")
    [check] = json.loads(said)["checks"]
    assert (code, check["findings"][0]["row"]["on_hand"]) == (1, 12)
    assert audit("--only", "stock_is_its_movements", "--except", "stock_is_its_movements")[0] == 0


def test_what_is_young_may_still_be_on_its_way(scene: Scene) -> None:
    past_the_code("DELETE FROM fulfilment_fulfilmentorder")
    only = ("--only", "fulfilment_is_open")
    assert audit(*only, "--settled-for", "600")[0] == 0
    assert audit(*only, "--settled-for", "0")[0] == 1
    assert audit(*only, "--settled-for", "0", "--since", "2200-01-01")[0] == 0


def test_it_is_read_only_and_sees_one_moment(scene: Scene) -> None:
    with runs.snapshot(seconds=5):
        runs.fill(_rewound(scene), runs.Moment(None, scene.paid.placed_at))
        with pytest.raises(DatabaseError, match="read-only transaction"):
            Order.objects.update(total=0)
    with runs.snapshot(seconds=0.05), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
        with pytest.raises(DatabaseError, match="statement timeout"):
            cursor.execute("SELECT pg_sleep(5)")


def test_where_stripe_is_away_it_says_so_and_finds_nothing(scene: Scene, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = "not a key"
    with pytest.raises(CommandError, match="Stripe cannot be read: /v1/balance: 401") as refusal:
        audit()
    assert refusal.value.returncode == 2
    with pytest.raises(CommandError, match="There is no check nonsense"):
        audit("--only", "nonsense")


def test_it_reads_stripe_in_the_version_that_the_shop_speaks() -> None:
    assert stripe_api.API_VERSION == gateway_client.API_VERSION


def _rewound(scene: Scene) -> Any:
    for file in scene.files.values():
        file.seek(0)
    return scene.files
