"""One reply with `#cart`, found by several workers, undone while it is answered, on real PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import User
from catalogue.models import StockItem, Variant
from checkout import cart_replies, carts, sweeps
from checkout.buyers import Buyer
from checkout.cart_owners import Owner
from checkout.models import CartLine
from feeds import posts
from feeds.models import CartReply, NoticeType, Notification, Post
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 6
ROUNDS = 5


@pytest.fixture
def mai(buyer: Buyer) -> User:
    assert buyer.user
    return buyer.user


@pytest.fixture
def post(flipflops: Variant) -> Post:
    StockItem.objects.update(on_hand=99)
    shop = flipflops.merchant.account
    return posts.publish(shop, body="Back", language="en", products=[flipflops.product])


def asked(mai: User, post: Post) -> CartReply:
    said = posts.publish(mai, body="#cart", language="en", reply_to=post)
    return CartReply.objects.get(post=said)


def pieces() -> int:
    return sum(CartLine.objects.values_list("quantity", flat=True))


def failures(answers: Sequence[object]) -> list[object]:
    return [answer for answer in answers if isinstance(answer, Exception)]


def test_a_reply_that_is_delivered_twice_adds_once(mai: User, post: Post) -> None:
    reply = asked(mai, post)
    assert [cart_replies.answer(reply.pk) for _ in range(2)] == [True, False]
    assert sweeps.cart_replies_due() == 0
    assert pieces() == 1


def test_workers_at_one_reply_at_once_add_once(mai: User, post: Post) -> None:
    for turn in range(1, ROUNDS + 1):
        reply = asked(mai, post)
        answers = at_once([partial(cart_replies.answer, reply.pk)] * WORKERS)
        assert sorted(map(str, answers)) == ["False"] * (WORKERS - 1) + ["True"]
        assert pieces() == turn
        assert Notification.objects.filter(user=mai, type=NoticeType.CART).count() == turn


def test_a_worker_that_dies_in_between_leaves_nothing_half_done(
    mai: User, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = asked(mai, post)
    with monkeypatch.context() as patch:
        patch.setattr(cart_replies.news, "tell", die)
        with pytest.raises(ZeroDivisionError):
            cart_replies.answer(reply.pk)
    assert pieces() == 0
    reply.refresh_from_db()
    assert reply.state == "wanted"
    assert sweeps.cart_replies_due() == 1
    assert pieces() == 1


def test_a_reply_that_fails_keeps_no_other_from_its_turn(
    mai: User, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = asked(mai, post), asked(mai, post)
    answer = cart_replies.answer
    monkeypatch.setattr(
        cart_replies, "answer", lambda key: die(key) if key == first.pk else answer(key)
    )
    assert sweeps.cart_replies_due() == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("wanted", "added")
    assert first.due_at > timezone.now()


def test_many_presses_of_undo_take_back_once(mai: User, flipflops: Variant, post: Post) -> None:
    for _ in range(ROUNDS):
        CartLine.objects.all().delete()
        carts.add(Owner(mai.pk), flipflops.public_id, quantity=20)
        reply = asked(mai, post)
        cart_replies.answer(reply.pk)
        jobs = [partial(cart_replies.undo, mai, reply.post.public_id)] * WORKERS
        assert failures(at_once(jobs)) == []
        assert pieces() == 20


def test_undo_while_it_is_answered_is_one_or_the_other(mai: User, post: Post) -> None:
    for _ in range(ROUNDS):
        CartLine.objects.all().delete()
        reply = asked(mai, post)
        jobs = [
            partial(cart_replies.answer, reply.pk),
            partial(cart_replies.undo, mai, reply.post.public_id),
        ] * 2
        assert failures(at_once(jobs)) == []
        # Undo may have had the row when the workers came by; the sweep has it then.
        cart_replies.answer(reply.pk)
        reply.refresh_from_db()
        assert (reply.state, pieces()) in [("added", 1), ("undone", 0)]


def die(_row: object) -> bool:
    raise ZeroDivisionError
