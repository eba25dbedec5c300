"""A partner reads what they brought: their own lines and sums, as the books have them, and nobody's name."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue import agreements
from catalogue.models import Merchant, PartnerAgreement, Variant
from checkout import orders, payments, refundable, refunds
from checkout.buyers import Buyer
from checkout.models import LedgerEntry, Order
from checkout.quotes import Item, quote
from checkout.refund_previews import Asked, preview
from partners.models import Partner
from tests import callers
from tests.buying import HOME, RETURN_URL, Sandbox, buyer, stranger
from tests.callers import Calls
from tests.checkout_api.buying import body, buy, euros
from tests.oauth import apps
from tests.shops import person

pytestmark = pytest.mark.django_db
__all__ = ["buyer", "stranger"]


@pytest.fixture(autouse=True)
def agreed(phare: Calls, other: Calls, plage: Merchant, rayon: Merchant) -> None:
    """Plage gives Phare 8 % and the other 5 %; Rayon gives Phare 10 %."""
    for code, shop, basis_points in (
        ("phare", plage, 800),
        ("other", plage, 500),
        ("phare", rayon, 1000),
    ):
        partner = Partner.objects.get(code=code)
        agreements.save(
            PartnerAgreement(merchant=shop, partner=partner, commission_bps=basis_points)
        )


def sell(who: Buyer, *items: Item, token: str = "") -> Order:
    """An order of `items`, paid where there is a `token`."""
    seen = quote(items, country="FR").total
    key = f"key-{Order.objects.count()}"
    order = orders.place(items, buyer=who, address=HOME, key=key, seen_total=seen)
    if token:
        paid = payments.start(
            order.payments.get().pk, confirmation_token=token, return_url=RETURN_URL
        )
        assert paid.kind == "succeeded"
    return order


def give(order: Order, asked: Asked) -> None:
    """Pieces or goodwill go back."""
    amount = preview(refundable.read(order), asked).amount
    paid = order.payments.get()
    refunds.send(refunds.request(paid.pk, amount=amount, reason="small", parts=asked).pk)


def listed(caller: Calls, **asked: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = caller.get(f"commissions/?{query}")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def test_a_line_says_what_was_agreed_and_what_is_due_now(
    phare: Calls, stranger: Buyer, flipflops: Variant, sandbox: Sandbox
):
    order = sell(stranger, Item(flipflops.public_id, 3, via="phare"), token=sandbox.token())
    give(order, Asked(lines={order.lines.get().pk: 1}))

    [line] = listed(phare)

    order.refresh_from_db()
    assert line["id"] not in (str(order.public_id), str(flipflops.public_id))
    assert line == {
        "id": line["id"],
        "shop": {"id": str(flipflops.merchant.public_id), "name": "Plage"},
        "product_id": str(flipflops.product.public_id),
        "title": "Corniche flip-flops",
        "options": [],
        "quantity": 3,
        "refunded_quantity": 1,
        "goods": euros(10200),
        "basis_points": 800,
        "agreed": euros(816),
        "due": euros(544),
        "paid_at": order.paid_at.isoformat().replace("+00:00", "Z"),
        "purchase": None,
    }
    assert listed(phare)[0]["id"] == line["id"]


def test_what_is_due_is_what_the_books_owe(
    phare: Calls,
    stranger: Buyer,
    flipflops: Variant,
    bookcase: Variant,
    rayon: Merchant,
    sandbox: Sandbox,
):
    """Of two shops in one order and of one in another, with pieces, goodwill and a whole sum given back."""
    both = (Item(flipflops.public_id, 3, via="phare"), Item(bookcase.public_id, 1, via="phare"))
    first = sell(stranger, *both, token=sandbox.token())
    second = sell(stranger, Item(flipflops.public_id, 2, via="phare"), token=sandbox.token())
    give(first, Asked(lines={first.lines.get(quantity=3).pk: 1}))
    give(first, Asked(goodwill={rayon.pk: 1340}))
    give(second, Asked(goodwill={flipflops.merchant.pk: 719}))

    lines = listed(phare)

    assert [(each["title"], each["due"]["amount"]) for each in lines] == [
        ("Corniche flip-flops", 490),
        ("Bookcase", 1161),
        ("Corniche flip-flops", 544),
    ]
    owed = LedgerEntry.objects.filter(account="partners").values_list("amount", flat=True)
    assert sum(each["due"]["amount"] for each in lines) == -sum(owed)
    [plage_sum, rayon_sum] = phare.get("commissions/balances/").json()["data"]
    assert plage_sum == {
        "shop": {"id": str(flipflops.merchant.public_id), "name": "Plage"},
        "orders": 2,
        "goods": euros(17000),
        "owed": euros(1034),
    }
    assert (rayon_sum["orders"], rayon_sum["owed"]) == (1, euros(1161))


def test_an_order_is_told_of_to_the_partner_who_placed_it_alone(
    phare: Calls, stranger: Buyer, flipflops: Variant, sandbox: Sandbox
):
    bought = buy(phare, body(flipflops, 3790, sandbox.token())).json()
    sell(stranger, Item(flipflops.public_id, 1, via="phare"), token=sandbox.token())

    answer = phare.get("commissions/")

    theirs, own = answer.json()["data"]
    assert own["purchase"] == {"id": bought["id"], "number": bought["number"]}
    assert theirs["purchase"] is None
    said = answer.content.decode()
    order = Order.objects.latest("id")
    for hidden in (order.email, str(order.public_id), order.reference, HOME.name, HOME.line1):
        assert hidden not in said


def test_another_partners_lines_are_never_there(
    phare: Calls, other: Calls, stranger: Buyer, flipflops: Variant, sandbox: Sandbox
):
    sell(stranger, Item(flipflops.public_id, 1, via="phare"), token=sandbox.token())
    sell(stranger, Item(flipflops.public_id, 1), token=sandbox.token())
    assert listed(other) == []
    assert other.get("commissions/balances/").json() == {"data": []}
    sell(stranger, Item(flipflops.public_id, 2, via="other"), token=sandbox.token())
    assert [each["agreed"] for each in listed(other)] == [euros(340)]
    assert [each["agreed"] for each in listed(phare)] == [euros(272)]
    [balance] = other.get("commissions/balances/").json()["data"]
    assert (balance["orders"], balance["owed"]) == (1, euros(340))


def test_what_is_not_paid_is_not_there(phare: Calls, stranger: Buyer, flipflops: Variant):
    sell(stranger, Item(flipflops.public_id, 1, via="phare"))
    assert listed(phare) == []
    assert phare.get("commissions/balances/").json() == {"data": []}


def test_filters_are_of_time_and_shop(
    phare: Calls,
    stranger: Buyer,
    flipflops: Variant,
    bookcase: Variant,
    rayon: Merchant,
    sandbox: Sandbox,
):
    both = (Item(flipflops.public_id, 1, via="phare"), Item(bookcase.public_id, 1, via="phare"))
    sell(stranger, *both, token=sandbox.token())
    last = sell(stranger, Item(flipflops.public_id, 2, via="phare"), token=sandbox.token())
    last.refresh_from_db()
    since = last.paid_at.isoformat().replace("+00:00", "Z")
    assert [each["quantity"] for each in listed(phare, paid_since=since)] == [2]
    found = listed(phare, shop_id=str(rayon.public_id))
    assert [each["title"] for each in found] == ["Bookcase"]
    assert listed(phare, shop_id=str(last.public_id)) == []
    for wrong in ("paid_since=yesterday", "shop_id=rayon", "since=x"):
        assert phare.get(f"commissions/?{wrong}").status_code == 400


def test_pages_go_on_where_the_last_one_ended_by_one_statement_each(
    phare: Calls, stranger: Buyer, flipflops: Variant, sandbox: Sandbox
):
    for quantity in (1, 2, 3):
        item = Item(flipflops.public_id, quantity, via="phare")
        sell(stranger, item, token=sandbox.token())
    found = []
    address = "commissions/?limit=1"
    while address:
        with CaptureQueriesContext(connection) as asked:
            page = phare.get(address).json()
        assert sum("LIMIT" in each["sql"] or "EXECUTE" in each["sql"] for each in asked) <= 2
        found += [each["quantity"] for each in page["data"]]
        address = (page["next"] or "").partition("/api/v1/")[2]
    assert found == [3, 2, 1]


def test_a_key_needs_the_scope_and_no_shop_can_have_it(plage: Merchant):
    narrow, shop = callers.partner("narrow", scopes=["purchases:read"]), callers.shop(plage)
    for address in ("commissions/", "commissions/balances/"):
        refused = narrow.get(address)
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
        refused = shop.get(address)
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")


def test_a_partners_app_reads_them_and_its_test_app_does_not(phare: Calls):
    for live, status in ((True, 200), (False, 403)):
        app, secret = apps.vitrine(
            person(f"maker_{live}".lower()),
            name=f"Books {live}",
            partner=Partner.objects.get(code="phare"),
            flow="client-credentials",
            redirect_uris=[],
            scopes=["commissions:read"],
            live=live,
        )
        token = apps.post(apps.TOKEN, app, secret, grant_type="client_credentials").json()
        answer = Calls(token["access_token"]).get("commissions/")
        assert answer.status_code == status
    assert answer.json()["code"] == "live_key_needed"
