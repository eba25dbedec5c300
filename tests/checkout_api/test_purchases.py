"""Buying by the API: paid, asked by the bank, declined, changed meanwhile; read again and cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import addresses
from accounts.models import User
from catalogue.models import PartnerAgreement, StockItem, Variant
from checkout import cards, carts, looks, orders
from checkout.cart_owners import Owner
from checkout.models import Cart, Customer, Order, OrderLine
from partners.models import Partner, StoredAnswer
from tests.buying import Sandbox, history, shelf
from tests.callers import Calls
from tests.checkout_api.buying import HOME, body, buy, euros
from tests.oauth import apps
from tests.shops import person

pytestmark = pytest.mark.django_db


def reader_for(user: User) -> Calls:
    """An app that may read what `user` bought, and no more."""
    scope = "purchases:read"
    registered, secret = apps.vitrine(person("reader_maker"), name="Reader", scopes=[scope])
    return Calls(apps.tokens_for(registered, secret, user, scope)["access_token"])


def test_a_guest_of_a_partners_pays_at_once(phare: Calls, sandbox: Sandbox, flipflops: Variant):
    bought = buy(phare, body(flipflops, 3790, sandbox.token(), note="At the back"))
    assert bought.status_code == 201, bought.content
    told = bought.json()
    order = Order.objects.get()
    assert bought["Location"].endswith(f"/api/v1/purchases/{order.public_id}/")
    assert (told["id"], told["number"]) == (str(order.public_id), order.reference)
    assert (told["status"], told["payment"]["status"]) == ("paid", "succeeded")
    assert told["payment"]["captured"] == told["total"] == euros(3790)
    assert told["payment"]["card_last4"] == "4242"
    assert told["payment"]["client_secret"] is None
    assert told["address"] == {**HOME, "line2": "", "region": "", "phone": ""}
    assert (told["note"], told["email"]) == ("At the back", "mai@lefort.example")
    [line] = told["lines"]
    assert (line["variant_id"], line["quantity"]) == (str(flipflops.public_id), 1)
    assert (order.user, order.partner and order.partner.code) == (None, "phare")
    assert orders.token(order) in told["url"]
    assert shelf(flipflops) == (9, 0)
    assert phare.get(f"purchases/{told['id']}/").json() == told


def test_what_a_partner_sells_is_brought_by_it(
    phare: Calls, app: Calls, sandbox: Sandbox, flipflops: Variant
):
    partner = Partner.objects.get(code="phare")
    PartnerAgreement.objects.create(
        merchant=flipflops.merchant, partner=partner, commission_bps=1000
    )
    for caller in (phare, app):
        assert buy(caller, body(flipflops, 3790, sandbox.token())).status_code == 201
    lines = OrderLine.objects.order_by("id").values_list("partner", "commission")
    assert list(lines) == [(partner.pk, 340), (None, 0)]


def test_a_cart_is_bought_and_leaves(phare: Calls, sandbox: Sandbox, cart: str, flipflops: Variant):
    said = body(flipflops, 3790, sandbox.token(), lines=None, cart_id=cart)
    bought = buy(phare, said, key="once")
    assert bought.status_code == 201, bought.content
    assert phare.get(f"carts/{cart}/").json()["lines"] == []
    again = buy(phare, said, key="once")
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert again.content == bought.content
    assert Order.objects.count() == len(sandbox.charges()) == 1


def test_a_cart_that_is_bought_is_found_again_without_its_stored_answer(
    phare: Calls, sandbox: Sandbox, cart: str, flipflops: Variant
):
    """As after the death of the process that had sold it: the cart is empty by then."""
    said = body(flipflops, 3790, sandbox.token(), lines=None, cart_id=cart)
    bought = buy(phare, said, key="once")
    StoredAnswer.objects.all().delete()
    again = buy(phare, said, key="once")
    assert (again.status_code, again.json()) == (201, bought.json())
    assert Order.objects.count() == len(sandbox.charges()) == 1


def test_the_bank_asks_and_is_answered(phare: Calls, sandbox: Sandbox, flipflops: Variant):
    asked = buy(phare, body(flipflops, 3790, sandbox.token("pm_card_authenticationRequired")))
    assert asked.status_code == 201, asked.content
    told = asked.json()
    assert (told["status"], told["payment"]["status"]) == ("awaiting_payment", "requires_action")
    assert told["payment"]["client_secret"]
    assert told["held_until"]
    order = Order.objects.get()
    sandbox.pass_bank(order.payments.get())
    payment = phare.get(f"purchases/{order.public_id}/payment/")
    assert (payment.status_code, payment.json()["status"]) == (200, "succeeded")
    assert phare.get(f"purchases/{order.public_id}/").json()["status"] == "paid"


def test_a_declined_card_and_another(phare: Calls, sandbox: Sandbox, flipflops: Variant):
    bad = sandbox.token("pm_card_visa_chargeDeclinedInsufficientFunds")
    declined = buy(phare, body(flipflops, 3790, bad))
    assert declined.status_code == 402
    told = declined.json()
    assert (told["code"], told["decline_code"]) == ("payment_declined", "insufficient_funds")
    assert told["detail"] == "There is not enough money on this card. Nothing was charged."
    assert told["purchase"]["status"] == "awaiting_payment"
    assert told["purchase"]["payment"]["detail"] == told["detail"]
    path = f"purchases/{told['purchase']['id']}/payment/"
    paid = phare.post(path, {"confirmation_token": sandbox.token()}, key="again")
    assert (paid.status_code, paid.json()["status"]) == (200, "paid")
    assert Order.objects.count() == len(sandbox.charges()) == 1


def test_a_made_up_token_holds_nothing(phare: Calls, sandbox: Sandbox, flipflops: Variant):
    refused = buy(phare, body(flipflops, 3790, "ctoken_made_up"))
    assert refused.status_code == 402
    assert refused.json()["purchase"]["status"] == "cancelled"
    assert shelf(flipflops) == (10, 0)


def test_another_price_is_told_with_its_figures(phare: Calls, sandbox: Sandbox, flipflops: Variant):
    Variant.objects.filter(pk=flipflops.pk).update(price=3600)
    said = body(flipflops, 3790, sandbox.token())
    refused = buy(phare, said, key="k")
    assert refused.status_code == 409
    told = refused.json()
    assert (told["code"], told["quote"]["total"]) == ("total_changed", euros(3990))
    assert not Order.objects.exists()
    agreed = buy(phare, {**said, "seen_total": told["quote"]["total"]}, key="k")
    assert agreed.status_code == 201


def test_too_few_are_told_with_what_is_left(phare: Calls, sandbox: Sandbox, bookcase: Variant):
    line = {"variant_id": str(bookcase.public_id), "quantity": 4}
    refused = buy(phare, body(bookcase, 52100, sandbox.token(), lines=[line]))
    assert refused.status_code == 409, refused.content
    told = refused.json()
    assert told["code"] == "sold_out"
    assert told["shortages"] == [{"variant_id": str(bookcase.public_id), "left": 3}]
    assert shelf(bookcase) == (3, 0)


def test_an_address_that_will_not_do_says_where(phare: Calls, sandbox: Sandbox, flipflops: Variant):
    wrong = {**HOME, "city": ""}
    refused = buy(phare, body(flipflops, 3790, "t", address=wrong, email=None))
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_address")
    errors = {each["pointer"]: each["detail"] for each in refused.json()["errors"]}
    assert errors == {
        "#/email": "The receipt needs an e-mail address",
        "#/address/city": "The parcel needs a town",
    }


def test_without_a_key_nothing_is_bought(phare: Calls, sandbox: Sandbox, flipflops: Variant):
    refused = phare.post("purchases/", body(flipflops, 3790, sandbox.token()))
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_required")
    assert not Order.objects.exists()


def test_a_key_that_is_used_anew_days_later_is_another_purchase(
    phare: Calls, sandbox: Sandbox, flipflops: Variant
):
    first = buy(phare, body(flipflops, 3790, sandbox.token()), key="1")
    StoredAnswer.objects.update(created_at=timezone.now() - timedelta(days=2))
    second = buy(phare, body(flipflops, 3790, sandbox.token()), key="1")
    assert second.status_code == 201
    assert first.json()["id"] != second.json()["id"]


def test_the_newest_call_takes_the_place_of_what_is_unpaid_of_the_cart(
    phare: Calls, sandbox: Sandbox, cart: str, flipflops: Variant
):
    bad = sandbox.token("pm_card_visa_chargeDeclined")
    said = body(flipflops, 3790, bad, lines=None, cart_id=cart)
    assert buy(phare, said).status_code == 402
    paid = buy(phare, {**said, "payment": {"confirmation_token": sandbox.token()}})
    assert paid.status_code == 201
    assert sorted(Order.objects.values_list("status", flat=True)) == ["cancelled", "paid"]
    assert shelf(flipflops) == (9, 0)


def test_a_shopper_buys_with_what_is_saved(
    app: Calls, mai: User, sandbox: Sandbox, flipflops: Variant
):
    address = addresses.save(mai, **HOME)
    setup = app.post("carts/").json()["id"]
    carts.add(Owner(mai.pk), flipflops.public_id)
    kept = buy(
        app,
        body(
            flipflops,
            3790,
            "",
            payment={"confirmation_token": sandbox.token(), "save_card": True},
            lines=None,
            cart_id=setup,
            email=None,
        ),
    )
    assert kept.status_code == 201, kept.content
    card = cards.of(mai)[0]
    bought = buy(
        app,
        body(
            flipflops,
            3790,
            "",
            payment={"saved_card_id": str(card.public_id)},
            address=None,
            address_id=str(address.public_id),
            email=None,
        ),
    )
    assert bought.status_code == 201, bought.content
    assert bought.json()["email"] == mai.email
    order = Order.objects.latest("id")
    assert (order.user, order.principal, order.partner) == (mai, f"user:{mai.pk}", None)
    assert len(sandbox.charges()) == 2
    assert Customer.objects.get().user == mai


def test_a_saved_card_is_its_owners(
    phare: Calls, app: Calls, mai: User, sandbox: Sandbox, flipflops: Variant
):
    buy(
        app,
        body(
            flipflops,
            3790,
            "",
            payment={"confirmation_token": sandbox.token(), "save_card": True},
        ),
    )
    card = cards.of(mai)[0]
    said = body(flipflops, 3790, "", payment={"saved_card_id": str(card.public_id)})
    refused = buy(phare, said)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_card")
    assert Order.objects.count() == 1


def test_others_purchases_are_not_there(
    phare: Calls, other: Calls, app: Calls, sandbox: Sandbox, flipflops: Variant
):
    mine = buy(phare, body(flipflops, 3790, sandbox.token())).json()["id"]
    hers = buy(app, body(flipflops, 3790, sandbox.token())).json()["id"]
    for caller, theirs in ((other, mine), (app, mine), (phare, hers)):
        assert caller.get(f"purchases/{theirs}/").status_code == 404
        assert caller.get(f"purchases/{theirs}/payment/").status_code == 404
        paying = {"confirmation_token": "t"}
        path = f"purchases/{theirs}/payment/"
        assert caller.post(path, paying, key="k").status_code == 404
        assert caller.post(f"purchases/{theirs}/cancel/").status_code == 404
    assert other.get("purchases/").json() == {"data": [], "next": None}
    assert [each["id"] for each in app.get("purchases/").json()["data"]] == [hers]


def test_an_app_that_reads_what_was_bought_is_told_no_address_that_cancels(
    mai: User, app: Calls, sandbox: Sandbox, flipflops: Variant
):
    bought = buy(app, body(flipflops, 3790, sandbox.token())).json()
    reader = reader_for(mai)
    order = Order.objects.get()
    read = reader.get(f"purchases/{order.public_id}/")
    listed = reader.get("purchases/")
    told = [bought, read.json(), *listed.json()["data"]]
    assert [each["url"] for each in told] == [f"{django_settings.PUBLIC_URL}/orders/"] * 3
    for answer in (read, listed):
        assert orders.token(order) not in answer.content.decode()
    opened = Client().get(urlsplit(bought["url"]).path)
    assert (opened.status_code, opened["Location"].partition("?")[0]) == (302, "/accounts/login/")


def test_a_guest_who_claims_their_order_has_it_to_themselves(
    phare: Calls, mai: User, sandbox: Sandbox, flipflops: Variant
):
    bought = buy(phare, body(flipflops, 3790, sandbox.token())).json()
    Order.objects.update(user=mai)
    told = phare.get(f"purchases/{bought['id']}/").json()
    assert told["url"] == f"{django_settings.PUBLIC_URL}/orders/"


def test_an_app_that_only_reads_is_given_nothing_to_pay_with(
    mai: User,
    app: Calls,
    sandbox: Sandbox,
    flipflops: Variant,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(looks.limits, "is_first", lambda *_args, **_more: True)
    asked = buy(app, body(flipflops, 3790, sandbox.token("pm_card_authenticationRequired"))).json()
    assert asked["payment"]["client_secret"]
    path = f"purchases/{asked['id']}/payment/"
    reader = reader_for(mai)
    shown = reader.get(path).json()
    assert (shown["status"], shown["client_secret"]) == ("requires_action", None)
    assert app.get(path).json()["client_secret"] == asked["payment"]["client_secret"]


def test_the_list_is_read_page_by_page(phare: Calls, sandbox: Sandbox, flipflops: Variant):
    def statements(path: str) -> tuple[int, Any]:
        with CaptureQueriesContext(connection) as captured:
            answer = phare.get(path)
        assert answer.status_code == 200
        return len(captured), answer.json()

    bought = [buy(phare, body(flipflops, 3790, sandbox.token())).json()["id"] for _each in range(3)]
    few, first = statements("purchases/?limit=1")
    # Who calls, the orders with their notes, lines, deliveries, discounts, payments.
    assert few == 6
    assert [each["id"] for each in first["data"]] == bought[:1:-1]
    many, rest = statements(
        f"purchases/?{first['next'].split('?')[1].replace('limit=1', 'limit=9')}"
    )
    assert many == few
    assert [each["id"] for each in rest["data"]] == bought[1::-1]
    assert rest["next"] is None
    assert phare.get("purchases/?status=cancelled").json()["data"] == []
    assert phare.get("purchases/?status=odd").status_code == 400


def test_an_unpaid_purchase_is_cancelled(phare: Calls, sandbox: Sandbox, flipflops: Variant):
    declined = buy(
        phare, body(flipflops, 3790, sandbox.token("pm_card_visa_chargeDeclined"))
    ).json()
    path = f"purchases/{declined['purchase']['id']}/"
    cancelled = phare.post(f"{path}cancel/")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert shelf(flipflops) == (10, 0)
    closed = phare.post(f"{path}payment/", {"confirmation_token": sandbox.token()}, key="late")
    assert (closed.status_code, closed.json()["code"]) == (422, "order_closed")
    assert sandbox.charges() == []


@pytest.mark.django_db(transaction=True)
def test_a_paid_purchase_is_cancelled_and_paid_back(
    phare: Calls, sandbox: Sandbox, flipflops: Variant
):
    told = buy(phare, body(flipflops, 3790, sandbox.token())).json()
    cancelled = phare.post(f"purchases/{told['id']}/cancel/")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled"), (
        cancelled.content
    )
    order = Order.objects.get()
    assert order.payments.get().refunds.get().amount == 3790
    assert shelf(flipflops) == (10, 0)
    again = phare.post(f"purchases/{told['id']}/cancel/")
    assert again.status_code == 200
    assert history(order).count("refund.requested") == 1


def test_too_many_purchases_of_one_guest_wait(
    phare: Calls, cart: str, flipflops: Variant, settings: Any
):
    settings.LIMIT_VISITORS = True
    said = body(flipflops, 1, "t", lines=None, cart_id=cart)
    codes = [buy(phare, said).json()["code"] for _each in range(31)]
    assert codes == ["total_changed"] * 30 + ["too_often"]
    assert not Order.objects.exists()


def test_a_partners_guest_has_a_cart_row_of_the_partners(phare: Calls, cart: str):
    row = Cart.objects.get(public_id=cart)
    assert (row.user, row.partner and row.partner.code) == (None, "phare")


def test_stock_of_a_lost_race_is_not_held(phare: Calls, sandbox: Sandbox, flipflops: Variant):
    StockItem.objects.filter(pk=flipflops.pk).update(on_hand=0)
    refused = buy(phare, body(flipflops, 3790, sandbox.token()))
    assert refused.json()["shortages"] == [{"variant_id": str(flipflops.public_id), "left": 0}]
