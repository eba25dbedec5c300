"""Owners who remove each other at the same moment leave the shop with one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction

from accounts.models import OutgoingMail, User
from catalogue import members
from catalogue.members import MemberError
from catalogue.models import Membership, Merchant, MerchantAct
from stack.waiting import wait_until
from tests.races.crowd import waiting
from tests.shops import open_shop, person


def tried(verb) -> str:
    try:
        verb()
    except MemberError as refusal:
        return type(refusal).__name__
    finally:
        connection.close()
    return "done"


def both_wait(shop, verbs) -> list[str]:
    """All `verbs` arrive while the shop is locked, and go on together."""
    with ThreadPoolExecutor(len(verbs)) as pool:
        with transaction.atomic():
            Merchant.objects.select_for_update().get(pk=shop.pk)
            pressed = [pool.submit(tried, verb) for verb in verbs]
            wait_until(
                lambda: waiting() == len(verbs), seconds=30, otherwise="nobody waits for the lock"
            )
        return sorted(each.result() for each in pressed)


@pytest.fixture
def shop(transactional_db):
    return open_shop("plage")


@pytest.mark.parametrize("way", ["remove", "give_role"])
def test_two_owners_who_put_each_other_out_leave_one(shop, way):
    nour, mai = person("nour"), person("mai")
    mine, yours = (
        Membership.objects.create(user=user, merchant=shop, role="owner") for user in (nour, mai)
    )

    def put_out(member, actor):
        if way == "remove":
            return lambda: members.remove(member, actor=actor)
        return lambda: members.give_role(member, "editor", actor=actor)

    assert both_wait(shop, [put_out(yours, nour), put_out(mine, mai)]) == ["MemberError", "done"]
    assert Membership.objects.filter(role="owner").count() == 1
    assert MerchantAct.objects.count() == 1


def test_a_link_that_is_pressed_twice_at_once_lets_in_once(shop):
    nour, mai = person("nour"), person("mai")
    EmailAddress.objects.create(user=mai, email=mai.email, verified=True, primary=True)
    secret = members.token(members.invite(shop, email=mai.email, role="editor", actor=nour))
    presses = [lambda: members.accept(secret, user=mai)] * 2
    assert both_wait(shop, presses) == ["NoInvitation", "done"]
    assert MerchantAct.objects.filter(kind="joined").count() == 1


def test_two_shops_of_one_person_count_their_invitations_one_after_another(shop):
    nour, other = person("nour"), open_shop("rayon")
    for number in range(19):
        members.invite(shop, email=f"m{number}@people.example", role="editor", actor=nour)

    def ask(of, email):
        return lambda: members.invite(of, email=email, role="editor", actor=nour)

    asks = [ask(shop, "mai@people.example"), ask(other, "theo@people.example")]
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=nour.pk)
            pressed = [pool.submit(tried, each) for each in asks]
            wait_until(lambda: waiting() == 2, seconds=30, otherwise="nobody waits for the lock")
        assert sorted(each.result() for each in pressed) == ["MemberError", "done"]
    assert OutgoingMail.objects.filter(kind="invitation").count() == 20
