"""One reply of another network, handed in by many at once; one profile, linked by two; on real PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from accounts import linked_accounts
from accounts.linked_accounts import LinkedElsewhere
from accounts.models import LinkedAccount, OutgoingMail, User
from catalogue.models import StockItem, Variant
from checkout import mentions
from checkout.buyers import Buyer
from checkout.models import CartLine, Mention
from feeds import posts
from feeds.models import NoticeType, Notification, Post
from partners.models import Partner
from tests.mentions.hearing import NETWORK, heard, linked, partner
from tests.races.crowd import at_once, before_it_is_written

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 6
ROUNDS = 5


@pytest.fixture
def mai(buyer: Buyer) -> User:
    assert buyer.user
    return buyer.user


@pytest.fixture
def profile(mai: User) -> LinkedAccount:
    return linked(mai)


@pytest.fixture
def mastodon(mai: User) -> Partner:
    return partner()


@pytest.fixture
def post(flipflops: Variant) -> Post:
    StockItem.objects.update(on_hand=99)
    shop = flipflops.merchant.account
    return posts.publish(shop, body="Back", language="en", products=[flipflops.product])


def reply(post: Post, number: int = 1, **more: Any) -> Any:
    links = [f"http://localhost:8000/posts/{post.public_id}/"]
    return heard(external_id=str(number), reply_links=links, **more)


def pieces() -> int:
    return sum(CartLine.objects.values_list("quantity", flat=True))


def failures(answers: Sequence[object]) -> list[object]:
    return [answer for answer in answers if isinstance(answer, Exception)]


def test_many_who_hand_in_one_reply_at_once_add_once(
    mai: User, profile: LinkedAccount, mastodon: Partner, post: Post
) -> None:
    for turn in range(1, ROUNDS + 1):
        jobs = [partial(mentions.hear, mastodon, reply(post, turn))] * HANDS
        answers = at_once(jobs)
        assert failures(answers) == []
        assert len({(each.pk, each.answer) for each in answers}) == 1
        assert pieces() == turn
        assert Notification.objects.filter(user=mai, type=NoticeType.CART).count() == turn


def test_who_dies_while_answering_leaves_the_reply_to_be_handed_in_again(
    mai: User,
    profile: LinkedAccount,
    mastodon: Partner,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(mentions.news, "tell", die)
        with pytest.raises(ZeroDivisionError):
            mentions.hear(mastodon, reply(post))
    assert pieces() == 0
    assert not Mention.objects.exists()
    assert mentions.hear(mastodon, reply(post)).state == "added"
    assert pieces() == 1


def test_many_presses_of_undo_take_back_once(
    mai: User, profile: LinkedAccount, mastodon: Partner, post: Post
) -> None:
    for number in range(ROUNDS):
        first = mentions.hear(mastodon, reply(post, 2 * number))
        mentions.hear(mastodon, reply(post, 2 * number + 1))
        before = pieces()
        answers = at_once([partial(mentions.undo, mai, first.public_id)] * HANDS)
        assert failures(answers) == []
        assert pieces() == before - 1


def test_replies_at_once_are_no_way_around_the_limit(
    mai: User, profile: LinkedAccount, mastodon: Partner, post: Post, settings: Any
) -> None:
    settings.LIMIT_VISITORS = True
    jobs = [partial(mentions.hear, mastodon, reply(post, number)) for number in range(16)]
    states = sorted(each.state for each in at_once(jobs))
    assert states == ["added"] * 10 + ["too_often"] * 6
    assert pieces() == 10


def test_a_link_that_is_being_ended_adds_before_or_not_at_all(
    mai: User, profile: LinkedAccount, mastodon: Partner, post: Post
) -> None:
    late = before_it_is_written(
        lambda: linked_accounts.end(mai, profile.public_id),
        then=lambda: mentions.hear(mastodon, reply(post)),
    )
    assert late.result(timeout=60).state == "unlinked"
    assert pieces() == 0


def test_a_profile_that_two_link_at_once_is_one_persons(mai: User) -> None:
    theo = User.objects.create_user("theo@etal.example", handle="theo", display_name="Théo")
    for number in range(ROUNDS):
        jobs = [
            partial(linked_accounts.link, who, network=NETWORK, external_id=str(number), handle="m")
            for who in (mai, theo)
        ] * 2
        answers = at_once(jobs)
        linked_to = LinkedAccount.objects.get(external_id=str(number)).user
        assert len([each for each in answers if isinstance(each, LinkedElsewhere)]) == 2
        assert len([each for each in answers if isinstance(each, LinkedAccount)]) == 2
        assert OutgoingMail.objects.filter(to=linked_to.email).count() >= 1
    assert OutgoingMail.objects.filter(kind="profile_linked").count() == ROUNDS


def die(_row: object) -> None:
    raise ZeroDivisionError
