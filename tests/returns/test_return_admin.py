"""A merchant's pages of a return: answered, received, refunded once, and by whoever may."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.models import Membership
from checkout import refundable, refunds
from checkout.models import Refund
from checkout.refund_previews import Asked, preview
from fulfilment import returns
from fulfilment.models import FulfilmentOrder, Return, ReturnPolicy
from fulfilment.returns import Came
from tests.admin.filled import errors, opened, picture, said
from tests.second_factors import sign_in
from tests.shops import person

pytestmark = pytest.mark.django_db(transaction=True)
PRESS = "fulfilment_return_"


def works(part: FulfilmentOrder, role: str) -> Client:
    user = person(role)
    Membership.objects.create(user=user, merchant=part.merchant, role=role)
    return sign_in(Client(), user)


@pytest.fixture
def owner(part) -> Client:
    return works(part, "owner")


def page(row: Return, name: str = "change") -> str:
    return reverse(f"admin:fulfilment_return_{name}", args=[row.pk])


def press(client: Client, row: Return, button: str, **fields: str):
    data = opened(client, page(row)) | {PRESS + button: ""} | fields
    return client.post(page(row), data, follow=True)


def buttons(client: Client, row: Return) -> list[str]:
    shown = client.get(page(row)).context["actions_submit_line"]
    return [each.action_name.removeprefix(PRESS) for each in shown]


def here(row: Return) -> Return:
    row.refresh_from_db()
    return row


def test_approve_with_words(owner, ask) -> None:
    row = ask()
    assert buttons(owner, row) == ["approve", "refuse"]
    press(owner, row, "approve", said="With pleasure")
    assert (here(row).status, row.answer) == ("approved", "With pleasure")
    assert buttons(owner, row) == ["receive"]


def test_refuse_needs_words(owner, ask) -> None:
    row = ask()
    assert said(press(owner, row, "refuse")) == ["Say why: the shopper reads it."]
    assert here(row).status == "requested"
    press(owner, row, "refuse", said="Worn")
    assert (here(row).status, row.answer) == ("refused", "Worn")


def test_received_line_by_line(owner, ask) -> None:
    row = returns.approve(ask(3), actor=None)
    line = row.lines.get()
    wrong = press(owner, row, "receive", **{f"came_{line.pk}": "4"})
    assert list(errors(wrong)) == [f"came_{line.pk}"]
    press(owner, row, "receive", **{f"came_{line.pk}": "2", f"condition_{line.pk}": "opened"})
    line.refresh_from_db()
    assert (here(row).status, line.received, line.condition) == ("received", 2, "opened")


@pytest.fixture
def row(ask) -> Return:
    """Two of three pairs came back, as new."""
    row = returns.approve(ask(2), actor=None)
    return returns.receive(row, came={row.lines.get().pk: Came(2, "as_new")}, actor=None)


def preview_of(client: Client, row: Return):
    """The Refund page as it is opened, and what its preview carries."""
    form = client.get(page(row, "refund")).context["form"]
    data = {name: value for name, value in form.initial.items() if value not in (False, None)}
    looked = client.post(page(row, "refund"), data | {"goodwill": "", "step": "look"})
    shown = looked.context
    carried = dict(shown["chosen"]) | {"step": "confirm", "key": shown["key"]}
    return shown["preview"], carried | {"seen": str(shown["preview"].amount.amount)}


def test_refund_is_filled_in_with_what_came_and_made_once(owner, row) -> None:
    line = row.lines.get().line_id
    form = owner.get(page(row, "refund")).context["form"]
    assert form.initial == {
        f"pieces-{line}": 2,
        f"restock-{line}": True,
        "delivery": False,
        "reason": "return",
    }
    found, confirmed = preview_of(owner, row)
    assert found.amount.amount == 6800
    _found, other = preview_of(owner, row)
    for data in (confirmed, confirmed, other):
        answer = owner.post(page(row, "refund"), data, follow=True)
        assert said(answer) == ["€68.00 goes back to the shopper."]
    assert Refund.objects.get().amount == 6800
    assert (here(row).status, row.refund) == ("refunded", Refund.objects.get())
    assert owner.get(page(row, "refund")).status_code == 403


def by_hand(part: FulfilmentOrder, pieces: int) -> None:
    asked = Asked(lines={part.order.lines.get().pk: pieces})
    amount = preview(refundable.read(part.order), asked).amount
    refunds.request(part.order.payments.get().pk, amount=amount, reason="x", parts=asked)


def test_less_that_is_left_is_said_plainly(owner, row, part) -> None:
    by_hand(part, 2)
    answer = owner.get(page(row, "refund"))
    assert "Some of what came was refunded meanwhile" in answer.content.decode()
    assert answer.context["form"].initial[f"pieces-{row.lines.get().line_id}"] == 1
    assert "settle" not in buttons(owner, row)


def test_what_was_all_refunded_by_hand_is_closed(owner, row, part) -> None:
    by_hand(part, 3)
    assert buttons(owner, row) == ["refuse", "settle"]
    press(owner, row, "settle")
    assert (here(row).status, row.refund) == ("refunded", None)
    assert Refund.objects.count() == 1


def test_who_packs_receives_and_does_not_refund(part, row, ask) -> None:
    packer = works(part, "fulfilment")
    other = ask(1, key="b")
    press(packer, other, "approve")
    assert here(other).status == "approved"
    assert packer.get(page(row, "refund")).status_code == 403
    by_hand(part, 2)
    assert "settle" not in buttons(packer, row)
    data = opened(packer, page(row)) | {PRESS + "settle": ""}
    assert packer.post(page(row), data).status_code == 403
    assert here(row).status == "received"


def test_who_only_reads_presses_nothing(part, ask) -> None:
    row, reader = ask(), works(part, "read_only")
    assert reader.get(page(row)).status_code == 200
    assert reader.post(page(row), {PRESS + "approve": ""}).status_code == 403
    assert here(row).status == "requested"


def test_photos_are_the_shops_own(part, owner, ask, settings, tmp_path) -> None:
    settings.PRIVATE_ROOT = tmp_path
    row = ask(photos=[picture("JPEG").read()])
    url = reverse("admin:fulfilment_return_photo", args=[row.pk, row.photos.get().public_id])
    assert f'src="{url}"' in owner.get(page(row)).content.decode()
    assert owner.get(url)["Content-Type"] == "image/jpeg"
    stranger = Client()
    stranger.force_login(person("nobody"))
    assert stranger.get(url).status_code == 302


def test_the_list_is_searched_by_order_and_does_not_grow(
    owner, ask, part, django_assert_num_queries
) -> None:
    ask(1)
    lists = reverse("admin:fulfilment_return_changelist")
    number = {"q": part.order.reference}
    assert [each.status for each in owner.get(lists, number).context["cl"].result_list] == [
        "requested"
    ]
    with CaptureQueriesContext(connection) as before:
        owner.get(lists)
    ask(1, key="b")
    with django_assert_num_queries(len(before)):
        owner.get(lists)


def test_a_shop_writes_its_rules_in_its_currency(part, owner) -> None:
    add = reverse("admin:fulfilment_returnpolicy_add")
    data = opened(owner, add) | {"approve_up_to": "50,00", "address": "Box 5, Brest"}
    assert owner.post(add, data).status_code == 302
    policy = ReturnPolicy.objects.get()
    assert (policy.merchant, policy.approve_up_to, policy.address) == (
        part.merchant,
        5000,
        "Box 5, Brest",
    )
    again = owner.post(add, data)
    assert list(errors(again)) == ["merchant"]
