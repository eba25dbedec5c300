"""The service behind both protocols: what a session comes to, what it lacks, who finds it, how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from catalogue.models import Merchant, Product, ShippingRate, StockItem, Variant
from checkout import payments, session_completions, session_wants, sessions
from checkout.errors import BadAddress, EmptyOrder, MixedCurrencies, SoldOut, TotalChanged
from checkout.models import CheckoutSession, Offer, Order
from checkout.session_errors import SessionBusy, SessionClosed, TooManyPieces, Unavailable
from checkout.session_standing import Standing
from checkout.session_wants import EMPTY_ADDRESS, Contact, Destination
from checkout.tasks import sweep_carts
from tests.buying import HOME, Sandbox, shelf, stock_shelf
from tests.protocols.agents import AGENT, OTHER, again, line, means, opened, seen, wanted
from tests.shops import person

pytestmark = pytest.mark.django_db(transaction=True)


def codes(session: CheckoutSession) -> list[str]:
    return [each.code for each in seen(session).problems]


def test_what_is_wanted_comes_back_as_it_was_said(flipflops: Variant) -> None:
    said = wanted(
        line(flipflops, 2), codes=("ten",), consents={"marketing": True}, words={"a": [1]}
    )
    session = sessions.open_session(AGENT, said)
    kept = sessions.wanted_of(again(session))
    titled = replace(said.lines[0], title="Corniche flip-flops", price=3400)
    assert kept == replace(said, lines=(titled,))
    assert again(session).email == "mai@people.example"
    assert session_wants.read(session_wants.kept(said)) == said


def test_it_comes_to_what_the_pages_ask(
    flipflops: Variant, bookcase: Variant, plage: Merchant
) -> None:
    Offer.objects.create(
        name="Ten", code="TEN", kind="percentage", basis_points=1000, merchant=plage
    )
    express = ShippingRate.objects.create(
        merchant=plage, name="Express", external_id="fast", countries=["FR"], price=990, position=1
    )
    session = opened(line(flipflops, 2), line(bookcase), codes=("ten", "none"), rates=("fast",))
    look = seen(session)
    assert look.is_ready
    sums = look.view.sums
    assert (sums.items, sums.delivery, sums.discount) == (6800 + 12900, 990 + 500, 680)
    assert (sums.total, sums.tax_added, sums.currency) == (6800 + 12900 + 1490 - 680, 0, "EUR")
    [ours, theirs] = look.view.parcels
    assert [(each.id, each.cost) for each in ours.options] == [
        (str(ShippingRate.objects.get(merchant=plage, name="Home").public_id), 390),
        (express.external_id, 990),
    ]
    assert (ours.chosen, ours.lines, theirs.shop) == ("fast", ("line-COR",), "Rayon")
    [discount] = look.view.discounts
    assert (discount.title, discount.code, discount.amount) == ("Ten", "TEN", 680)
    assert [(share.line, share.amount) for share in discount.shares] == [(0, 680)]
    assert [(each.code, each.reason) for each in look.refused] == [("NONE", "unknown")]
    assert again(session).shown_total == sums.total


def test_free_delivery_takes_each_way_of_delivery_off(flipflops: Variant, plage: Merchant) -> None:
    Offer.objects.create(name="Free", kind="free_delivery", merchant=plage)
    ShippingRate.objects.create(
        merchant=plage, name="Express", countries=["FR"], price=990, position=1
    )
    [parcel] = seen(opened(line(flipflops))).view.parcels
    assert [(each.amount, each.discount, each.cost) for each in parcel.options] == [
        (390, 390, 0),
        (990, 990, 0),
    ]


def test_without_a_destination_the_goods_alone_are_priced(flipflops: Variant) -> None:
    session = opened(line(flipflops), destinations=(), destination="")
    look = seen(session)
    assert (look.view.sums.total, look.view.parcels, look.is_ready) == (3400, (), False)
    assert codes(session) == ["destination_missing"]


def test_what_is_missing_is_told_field_by_field(flipflops: Variant) -> None:
    somewhere = Destination("there", replace(EMPTY_ADDRESS, country="FR", postal_code="35000"))
    session = opened(
        line(flipflops), contact=Contact(), destinations=(somewhere,), destination="there"
    )
    look = seen(session)
    assert {each.at for each in look.problems} == {
        ("email",),
        *[("address", name) for name in ("name", "line1", "city")],
    }
    # The price is known all the same.
    assert look.view.sums.total == 3790


def test_what_cannot_be_had_is_told_by_line(flipflops: Variant, bookcase: Variant) -> None:
    session = opened(line(flipflops, 2), line(bookcase))
    StockItem.objects.filter(variant=flipflops).update(on_hand=1)
    Product.objects.filter(pk=bookcase.product_id).update(status=Product.Status.DRAFT)
    look = seen(session)
    assert [(each.code, each.at) for each in look.problems] == [
        ("out_of_stock", ("line", "line-COR")),
        ("item_unavailable", ("line", "line-BOO")),
    ]
    # What is gone is in no sum, under the title that it had.
    assert [(each.title, each.total) for each in look.view.lines] == [
        ("Corniche flip-flops", 6800),
        ("Bookcase", 0),
    ]
    assert look.view.sums.items == 6800


def test_a_place_that_nobody_delivers_to_is_told(flipflops: Variant) -> None:
    there = Destination("there", replace(HOME, country="JP", postal_code="", region="Tokyo"))
    session = opened(line(flipflops), destinations=(there,), destination="there")
    assert "address_undeliverable" in codes(session)
    assert seen(session).view.sums.total == 3400


def test_what_makes_no_sense_opens_nothing(flipflops: Variant, plage: Merchant) -> None:
    pounds = stock_shelf(plage, "Mug", price=900, pieces=1, currency="GBP")
    gone = stock_shelf(plage, "Gone", price=900, pieces=1)
    Product.objects.filter(pk=gone.product_id).update(status=Product.Status.ARCHIVED)
    for lines, error in [
        ((), EmptyOrder),
        ((line(gone),), Unavailable),
        ((line(flipflops, 10_001),), TooManyPieces),
        ((line(flipflops), line(pounds)), MixedCurrencies),
    ]:
        with pytest.raises(error):
            sessions.open_session(AGENT, wanted(*lines))
    assert not CheckoutSession.objects.exists()


def test_lines_of_one_variant_are_one(flipflops: Variant) -> None:
    session = opened(line(flipflops, 1, key="a"), line(flipflops, 2, key="b"))
    assert [(each.key, each.quantity) for each in seen(session).view.lines] == [("a", 3)]


def test_a_session_is_its_owners_alone(flipflops: Variant) -> None:
    mai, jo = person("mai"), person("jo")
    session = opened(line(flipflops))
    hers = opened(line(flipflops), caller=replace(AGENT, shopper=mai))

    def found(caller: Any, *, kind: str = "checkout") -> set[int]:
        return set(sessions.of(caller, kind).values_list("pk", flat=True))

    assert found(AGENT) == {session.pk}
    assert (
        found(OTHER) == found(replace(AGENT, surface="acp")) == found(AGENT, kind="cart") == set()
    )
    assert found(replace(AGENT, shopper=mai)) == {session.pk, hers.pk}
    assert found(replace(AGENT, shopper=jo)) == {session.pk}


def test_completing_orders_and_pays_once(sandbox: Sandbox, flipflops: Variant) -> None:
    session = opened(line(flipflops, 2))
    outcome = session_completions.complete(session, means(sandbox))
    assert outcome.kind == "succeeded"
    order = Order.objects.get()
    assert (order.status, order.total, order.email) == ("paid", 7190, "Mai@people.example")
    assert (order.name, order.user) == ("Maï Lefort", None)
    look = seen(session)
    assert (look.standing, look.order, look.view.sums.total) == (Standing.COMPLETED, order, 7190)
    # What was bought stays, whatever becomes of the price.
    Variant.objects.filter(pk=flipflops.pk).update(price=1)
    assert seen(session).view.lines[0].total == 6800
    assert [charge["amount"] for charge in sandbox.charges()] == [7190]
    for verb in (
        lambda: session_completions.complete(again(session), means(sandbox)),
        lambda: sessions.change(again(session), wanted(line(flipflops))),
        lambda: sessions.cancel(again(session)),
    ):
        with pytest.raises(SessionClosed):
            verb()


def test_an_order_for_a_shopper_is_in_their_account(sandbox: Sandbox, flipflops: Variant) -> None:
    mai: User = person("mai")
    session = opened(line(flipflops), caller=replace(AGENT, shopper=mai))
    session_completions.complete(session, means(sandbox))
    order = Order.objects.get()
    assert (order.user, order.principal, order.email) == (mai, f"user:{mai.pk}", mai.email)


def test_nothing_is_bought_at_another_price(sandbox: Sandbox, flipflops: Variant) -> None:
    session = opened(line(flipflops))
    Variant.objects.filter(pk=flipflops.pk).update(price=3500)
    with pytest.raises(TotalChanged):
        session_completions.complete(session, means(sandbox))
    assert not Order.objects.exists()
    assert seen(session).view.sums.total == 3890
    assert session_completions.complete(again(session), means(sandbox)).kind == "succeeded"


def test_what_is_wrong_orders_nothing(sandbox: Sandbox, flipflops: Variant) -> None:
    nameless = opened(line(flipflops), contact=Contact(email="a@b.example"), destinations=())
    with pytest.raises(BadAddress):
        session_completions.complete(nameless, means(sandbox))
    session = opened(line(flipflops, 2))
    StockItem.objects.filter(variant=flipflops).update(on_hand=1)
    with pytest.raises(SoldOut):
        session_completions.complete(session, means(sandbox))
    assert not Order.objects.exists()
    assert sandbox.intents() == []
    assert (again(session).leased_until, codes(session)) == (None, ["out_of_stock"])


def test_what_is_gone_is_not_left_out_unasked(
    sandbox: Sandbox, flipflops: Variant, bookcase: Variant
) -> None:
    session = opened(line(flipflops), line(bookcase))
    Product.objects.filter(pk=bookcase.product_id).update(status=Product.Status.ARCHIVED)
    assert seen(session).view.sums.total == 3790
    with pytest.raises(Unavailable):
        session_completions.complete(again(session), means(sandbox))
    assert not Order.objects.exists()


def test_a_declined_card_leaves_room_for_another(sandbox: Sandbox, flipflops: Variant) -> None:
    session = opened(line(flipflops))
    declined = means(sandbox, "pm_card_visa_chargeDeclined")
    assert session_completions.complete(session, declined).kind == "declined"
    look = seen(session)
    assert (look.standing, codes(session), look.is_ready) == (
        Standing.OPEN,
        ["payment_declined"],
        True,
    )
    assert session_completions.complete(again(session), means(sandbox)).kind == "succeeded"
    assert Order.objects.count() == 1
    assert seen(session).standing is Standing.COMPLETED


def test_changing_gives_up_what_was_not_paid(sandbox: Sandbox, flipflops: Variant) -> None:
    session = opened(line(flipflops, 2))
    session_completions.complete(session, means(sandbox, "pm_card_visa_chargeDeclined"))
    assert shelf(flipflops) == (10, 2)
    sessions.change(again(session), wanted(line(flipflops, 3)))
    assert shelf(flipflops) == (10, 0)
    assert seen(session).view.sums.total == 3 * 3400 + 390
    assert session_completions.complete(again(session), means(sandbox)).kind == "succeeded"
    assert [order.status for order in Order.objects.order_by("id")] == ["cancelled", "paid"]
    assert len(sandbox.charges()) == 1


def test_a_made_up_token_holds_no_stock(sandbox: Sandbox, flipflops: Variant) -> None:
    session = opened(line(flipflops))
    wrong = session_completions.Means("ctoken_of_nobody")
    assert session_completions.complete(session, wrong).kind == "declined"
    assert shelf(flipflops) == (10, 0)
    assert seen(session).standing is Standing.OPEN
    assert session_completions.complete(again(session), means(sandbox)).kind == "succeeded"


def test_the_banks_question_waits_for_the_buyer(sandbox: Sandbox, flipflops: Variant) -> None:
    session = opened(line(flipflops))
    asks = means(sandbox, "pm_card_authenticationRequired")
    assert session_completions.complete(session, asks).kind == "needs_action"
    assert seen(session).standing is Standing.ACTION
    with pytest.raises(SessionBusy):
        session_completions.complete(again(session), means(sandbox))
    payment = Order.objects.get().payments.get()
    sandbox.pass_bank(payment)
    payments.settle(payment.pk)
    assert seen(session).standing is Standing.COMPLETED


def test_cancelling_is_for_good_and_gives_the_goods_back(
    sandbox: Sandbox, flipflops: Variant
) -> None:
    session = opened(line(flipflops))
    session_completions.complete(session, means(sandbox, "pm_card_authenticationRequired"))
    assert shelf(flipflops) == (10, 1)
    sessions.cancel(again(session))
    assert (shelf(flipflops), seen(session).standing) == ((10, 0), Standing.CANCELLED)
    for verb in (
        lambda: session_completions.complete(again(session), means(sandbox)),
        lambda: sessions.change(again(session), wanted(line(flipflops))),
        lambda: sessions.cancel(again(session)),
    ):
        with pytest.raises(SessionClosed):
            verb()
    assert sandbox.charges() == []


def test_time_ends_what_nobody_completes(sandbox: Sandbox, flipflops: Variant) -> None:
    late, bought, fresh = (opened(line(flipflops)) for _ in range(3))
    session_completions.complete(bought, means(sandbox))
    over = timezone.now() - timedelta(seconds=1)
    CheckoutSession.objects.exclude(pk=fresh.pk).update(expires_at=over)
    assert seen(late).standing is Standing.EXPIRED
    with pytest.raises(SessionClosed):
        session_completions.complete(again(late), means(sandbox))
    sweep_carts()
    assert [again(each).closed_as for each in (late, bought, fresh)] == ["expired", "", ""]
    CheckoutSession.objects.filter(pk=late.pk).update(closed_at=over - timedelta(days=91))
    sweep_carts()
    assert set(CheckoutSession.objects.values_list("pk", flat=True)) == {bought.pk, fresh.pk}


def test_a_caller_knows_again_where_it_sent_to(flipflops: Variant) -> None:
    opened(line(flipflops))
    assert sessions.destinations_of(AGENT, "MAI@people.example ") == [Destination("home", HOME)]
    assert sessions.destinations_of(OTHER, "mai@people.example") == []
    assert sessions.destinations_of(AGENT, "jo@people.example") == []
    assert sessions.destinations_of(AGENT, "") == []
    assert (
        sessions.destinations_of(replace(AGENT, shopper=person("mai")), "mai@people.example") == []
    )
