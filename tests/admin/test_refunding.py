"""The Refund page: choose, look, confirm; whoever may, once, and of one's own shop alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import MerchantAct
from checkout import disputes, ledger
from checkout.admin.refunding import Refunding
from checkout.ledger import Account, Posting
from checkout.models import Dispute, Order, OrderLine, Refund, TransferReversal
from fulfilment.models import FulfilmentEvent
from shopping.admin_site import site
from shopping.money import Money
from tests.shops import Cast, buy


@pytest.fixture
def paid(world: Cast) -> Order:
    """Maï's order, two pairs of Plage's and one of Rayon's, with its money in the books."""
    Refund.objects.all().delete()
    Dispute.objects.all().delete()
    OrderLine.objects.filter(merchant=world.plage.merchant).update(quantity=2, total=6980)
    world.order.items_total, world.order.total = 10_470, 11_250
    world.order.save()
    payment = world.order.payments.get()
    payment.amount = payment.captured = 11_250
    payment.save()
    with transaction.atomic():
        ledger.post_capture(world.order, payment)
    return world.order


def page(world: Cast) -> str:
    row = world.plage.fulfilment_order
    return reverse("admin:fulfilment_fulfilmentorder_refund", args=[row.pk if row else 0])


def line(world: Cast) -> OrderLine:
    return world.order.lines.get(merchant=world.plage.merchant)


def choice(world: Cast, **changes: Any) -> dict[str, Any]:
    return {f"pieces-{line(world).pk}": "1", "goodwill": "", "reason": "too small", **changes}


def carried(response: Any) -> dict[str, str]:
    """What the preview's form sends along."""
    hidden = r'<input type="hidden" name="([^"]+)" value="([^"]*)">'
    found = dict(re.findall(hidden, response.content.decode()))
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def look(client: Client, world: Cast, **changes: Any) -> dict[str, str]:
    return carried(client.post(page(world), {**choice(world, **changes), "step": "look"}))


def test_a_gift_of_ours_that_comes_back_is_said_so(browser, world, paid):
    with transaction.atomic():
        gift = [
            Posting(Account.MERCHANT, -700, world.plage.merchant.pk),
            Posting(Account.FEES, 700, world.plage.merchant.pk),
        ]
        ledger.post("capture", reference="gift", order=world.order, postings=gift)
    shown = browser(world.plage.owner).post(page(world), {**choice(world), "step": "look"})
    found = shown.context["preview"]
    # One of two pieces: half of 7.00 less our fee on both.
    assert (found.gift, found.borne) == (Money(176, "EUR"), Money(3490 + 176, "EUR"))
    text = shown.content.decode()
    assert "Of what our offers gave you, comes back to us</dt><dd>€1.76" in text
    assert "Of our fee you get back" not in text


def test_a_refund_is_looked_at_and_then_made_once(browser, world, paid):
    client = browser(world.plage.owner)
    shown = client.post(page(world), {**choice(world, goodwill="1,50"), "step": "look"})
    found = shown.context["preview"]
    assert found.amount == Money(3490 + 150, "EUR")
    assert found.fee == Money(175, "EUR")
    assert found.borne == Money(3465, "EUR")
    for text in ("€36.40", "€34.65", "€1.75", "1 × Plage flip-flops", "Refund €36.40"):
        assert text in shown.content.decode()
    assert not Refund.objects.exists()

    sent = {**carried(shown), "step": "confirm"}
    for _press in range(2):
        done = client.post(page(world), sent, follow=True)
        assert [str(said) for said in done.context["messages"]] == [
            "€36.40 goes back to the shopper."
        ]
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.status) == (3640, "too small", "requested")
    assert [part.text for part in refund.parts.all()] == ["1 × Plage flip-flops", "Goodwill"]
    assert world.order.history.get(type="refund.requested").actor == world.plage.owner
    assert "1 × Plage flip-flops, Goodwill" in done.content.decode()
    assert "We are asking the bank" in done.content.decode()


def test_what_is_wrong_is_said_and_what_was_typed_stays(browser, world, paid):
    client = browser(world.plage.owner)
    key = f"pieces-{line(world).pk}"
    typed = choice(world, goodwill="a lot", **{key: "3"})
    answer = client.post(page(world), {**typed, "step": "look"})
    form = answer.context["form"]
    assert form.errors[key] == ["At most 2 pieces are left to refund."]
    assert "Nothing was refunded yet." in answer.content.decode()
    assert 'class="errors group' in answer.content.decode()
    assert form.errors["goodwill"] == ["Write an amount in EUR, for example 34.90."]
    assert 'value="a lot"' in answer.content.decode()
    assert 'value="too small"' in answer.content.decode()

    answer = client.post(page(world), {**choice(world, reason=""), "step": "look"})
    assert answer.context["form"].errors["reason"] == ["Say why."]
    answer = client.post(page(world), {**choice(world, goodwill="99"), "step": "look"})
    assert answer.context["form"].non_field_errors() == ["At most €38.80 is left to give back."]
    answer = client.post(page(world), {**choice(world, **{key: "0"}), "step": "look"})
    assert answer.context["form"].non_field_errors() == [
        "Choose what to give back: nothing is left of what is chosen here."
    ]
    assert not Refund.objects.exists()


def test_what_changed_meanwhile_is_shown_again(browser, world, paid):
    client = browser(world.plage.owner)
    first = look(client, world, goodwill="38.00")
    second = look(client, world)
    client.post(page(world), {**second, "step": "confirm"})
    answer = client.post(page(world), {**first, "step": "confirm"})
    assert answer.context["form"].non_field_errors() == ["At most €3.90 is left to give back."]
    assert Refund.objects.count() == 1


def test_a_lower_amount_is_looked_at_again(browser, world, paid):
    client = browser(world.plage.owner)
    key = f"pieces-{line(world).pk}"
    whole = look(client, world, delivery="on", **{key: "2"})
    goodwill = look(client, world, goodwill="10", **{key: "0"})
    client.post(page(world), {**goodwill, "step": "confirm"})
    answer = client.post(page(world), {**whole, "step": "confirm"})
    assert answer.context["preview"].amount == Money(7370 - 1000, "EUR")
    counts = "€10.00 went back before without goods. It counts against the delivery"
    assert counts in answer.content.decode()
    part = client.post(page(world), {**choice(world), "step": "look"})
    assert counts not in part.content.decode()
    assert [str(said) for said in answer.context["messages"]][-1] == (
        "Something was refunded meanwhile. Look at the new amount before you confirm it."
    )
    client.post(page(world), {**carried(answer), "step": "confirm"})
    assert list(Refund.objects.order_by("id").values_list("amount", flat=True)) == [1000, 6370]


def test_change_brings_back_what_was_chosen(browser, world, paid):
    client = browser(world.plage.owner)
    sent = look(client, world, goodwill="1.50", **{f"restock-{line(world).pk}": "on"})
    answer = client.post(page(world), {**sent, "step": "change"})
    for value in ("too small", "1.50"):
        assert f'value="{value}"' in answer.content.decode()
    assert answer.context["form"][f"restock-{line(world).pk}"].value() == "on"


def test_all_that_is_left_is_chosen_by_one_button(browser, world, paid):
    client = browser(world.plage.owner)
    answer = client.post(page(world), {"reason": "returned", "step": "everything"})
    form = answer.context["form"]
    assert form[f"pieces-{line(world).pk}"].value() == 2
    assert form["delivery"].value() is True
    assert form["reason"].value() == "returned"


@pytest.mark.parametrize("role", ["editor", "fulfilment", "read_only"])
def test_who_may_not_refund_sees_no_button_and_no_page(browser, world, paid, role):
    client = browser(world.plage.members[role])
    row = world.plage.fulfilment_order
    change = client.get(reverse("admin:fulfilment_fulfilmentorder_change", args=[row.pk]))
    assert page(world) not in change.content.decode()
    assert client.post(page(world), {**choice(world), "step": "look"}).status_code == 403
    assert not Refund.objects.exists()


def test_another_shops_owner_refunds_nothing_here(browser, world, paid):
    client = browser(world.rayon.owner)
    sent = {**choice(world), "step": "confirm", "key": "k", "seen": "3490"}
    assert client.post(page(world), sent).status_code == 403
    assert not Refund.objects.exists()


def test_a_sum_of_any_length_is_shown_anew(browser, world, paid):
    sent = {**choice(world), "step": "confirm", "key": "k", "seen": "9" * 5000}
    answer = browser(world.plage.owner).post(page(world), sent)
    assert answer.status_code == 200
    assert not Refund.objects.exists()


def test_a_shop_cannot_name_another_shops_line(browser, world, paid):
    theirs = world.order.lines.get(merchant=world.rayon.merchant)
    client = browser(world.plage.owner)
    sent = {f"pieces-{theirs.pk}": "1", "reason": "x", "step": "look"}
    answer = client.post(page(world), sent)
    assert answer.context["form"].non_field_errors() == [
        "Choose what to give back: nothing is left of what is chosen here."
    ]
    assert not Refund.objects.exists()


def test_a_shop_that_owes_what_it_was_sent_refunds_nothing_more(browser, world, paid):
    """Its balance at Stripe is paid out: what it refunds would be our money."""
    owed = world.rows["transfer"]
    TransferReversal.objects.create(
        transfer=owed, amount=1, attempts=1, next_attempt_at=timezone.now()
    )
    assert owed.merchant == world.plage.merchant
    client = browser(world.plage.owner)
    sent = {**look(client, world), "step": "confirm"}
    answer = client.post(page(world), sent)
    [said] = answer.context["form"].non_field_errors()
    assert said.startswith("The shop’s balance at Stripe does not cover what was refunded before.")
    assert 'value="too small"' in answer.content.decode()
    assert not Refund.objects.exists()
    browser(world.staff).post(page(world), sent)
    assert Refund.objects.count() == 1


def test_staff_refunds_any(browser, world, paid):
    client = browser(world.staff)
    sent = {**look(client, world), "step": "confirm"}
    for _press in range(2):
        client.post(page(world), sent)
    assert Refund.objects.get().parts.get().merchant == world.plage.merchant
    act = MerchantAct.objects.get()
    assert (act.merchant, act.actor, act.reason) == (
        world.plage.merchant,
        world.staff,
        "too small",
    )
    assert act.subject.endswith(f"{paid.reference}, €34.90")


def test_a_failed_refund_says_what_to_do(browser, world, paid):
    client = browser(world.plage.owner)
    client.post(page(world), {**look(client, world), "step": "confirm"})
    Refund.objects.update(status="failed", next_attempt_at=None)
    row = world.plage.fulfilment_order
    shown = client.get(reverse("admin:fulfilment_fulfilmentorder_change", args=[row.pk]))
    assert "Ask the shopper for another way, such as a bank transfer" in shown.content.decode()


def test_a_disputed_payment_has_no_form_and_the_page_says_why(browser, world, paid):
    payment = paid.payments.get()
    dispute = Dispute.objects.create(
        payment=payment, stripe_id="du_2", status="needs_response", amount=payment.captured
    )
    client = browser(world.plage.owner)
    sent = client.get(page(world)).content.decode()
    assert "a refund would pay them twice" in sent
    assert 'name="step"' not in sent
    assert "can still go back" not in sent
    assert reverse("admin:checkout_dispute_change", args=[dispute.pk]) in sent
    row = world.plage.fulfilment_order
    shown = client.get(reverse("admin:fulfilment_fulfilmentorder_change", args=[row.pk]))
    stake = disputes.stakes(dispute)[world.plage.merchant.pk]
    assert (stake.amount, stake.fee) == (7370, 349)
    assert "€73.70" in shown.content.decode()
    assert "€112.50" not in shown.content.decode()


def test_a_shop_reads_its_own_part_of_a_dispute(browser, world, paid):
    dispute = Dispute.objects.create(
        payment=paid.payments.get(), stripe_id="du_2", status="lost", amount=11_250
    )
    url = reverse("admin:checkout_dispute_change", args=[dispute.pk])
    shown = browser(world.plage.owner).get(url).content.decode()
    assert "€73.70" in shown
    assert "€112.50" not in shown
    assert "€112.50" in browser(world.staff).get(url).content.decode()
    listed = browser(world.rayon.owner).get(reverse("admin:checkout_dispute_changelist"))
    assert [row.pk for row in listed.context["cl"].result_list] == [dispute.pk]


def from_order(world: Cast, query: str = "") -> str:
    return reverse("admin:checkout_order_refund", args=[world.order.pk]) + query


def test_an_order_that_was_not_opened_is_refunded_from_its_own_page(browser, world):
    """No shop has anything to send, as where the opening of an order fails."""
    order = buy(world.mai, world.plage)
    FulfilmentEvent.objects.filter(fulfilment_order__order=order).delete()
    order.fulfilment_orders.all().delete()
    with transaction.atomic():
        ledger.post_capture(order, order.payments.get())
    change = reverse("admin:checkout_order_change", args=[order.pk])
    url = reverse("admin:checkout_order_refund", args=[order.pk])
    client = browser(world.plage.owner)
    assert url in client.get(change).content.decode()
    chosen = {f"pieces-{order.lines.get().pk}": "1", "goodwill": "", "reason": "gone"}
    shown = client.post(url, {**chosen, "step": "look"})
    assert "Refund €34.90" in shown.content.decode()
    done = client.post(url, {**carried(shown), "step": "confirm"}, follow=True)
    assert done.redirect_chain == [(change, 302)]
    assert [str(said) for said in done.context["messages"]] == ["€34.90 goes back to the shopper."]
    assert Refund.objects.get(payment__order=order).amount == 3490


def test_staff_say_which_shops_part_of_an_order_they_refund(browser, world, paid):
    client = browser(world.staff)
    page = client.get(from_order(world)).content.decode()
    for shop in (world.plage, world.rayon):
        assert f'href="?shop={shop.merchant.pk}"' in page
    query = f"?shop={world.rayon.merchant.pk}"
    assert (
        "Rayon: €38.80 can still go back" in client.get(from_order(world, query)).content.decode()
    )
    assert client.get(from_order(world, "?shop=0")).status_code == 404


def test_nobody_refunds_another_shops_part_of_an_order(browser, world, paid):
    client = browser(world.plage.owner)
    foreign = f"?shop={world.rayon.merchant.pk}"
    assert client.get(from_order(world, foreign)).status_code == 404
    sent = {**choice(world), "step": "confirm", "key": "x", "seen": "3490"}
    assert client.post(from_order(world, foreign), sent).status_code == 404
    assert "Plage: €73.70 can still go back" in client.get(from_order(world)).content.decode()
    for role in ("editor", "fulfilment", "read_only"):
        member = browser(world.plage.members[role])
        assert member.get(from_order(world)).status_code == 403
        order = reverse("admin:checkout_order_change", args=[world.order.pk])
        assert from_order(world) not in member.get(order).content.decode()
    assert not Refund.objects.exists()


def test_an_order_that_was_never_paid_has_nothing_to_refund(browser, world, paid):
    Order.objects.filter(pk=paid.pk).update(
        status="cancelled", paid_at=None, cancelled_at=paid.paid_at
    )
    assert browser(world.staff).get(from_order(world)).status_code == 403


def test_an_admin_that_does_not_say_whose_parts_it_refunds_cannot_be_registered() -> None:
    class Careless(Refunding):
        pass

    with pytest.raises(TypeError, match="refund_targets"):
        Careless(Order, site)
