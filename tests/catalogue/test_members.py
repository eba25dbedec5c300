"""Who works for a shop: asked, let in once, given another role, removed, and all of it written down."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import OutgoingMail
from catalogue import members
from catalogue.members import MemberError, NoInvitation
from catalogue.models import Invitation, Membership, MerchantAct
from tests.shops import open_shop, person


@pytest.fixture
def shop(db):
    return open_shop("plage")


@pytest.fixture
def owner(shop):
    return join(shop, "nour", "owner")


@pytest.fixture
def mai(db):
    return confirmed("mai")


def join(shop, handle: str, role: str):
    user = person(handle)
    Membership.objects.create(user=user, merchant=shop, role=role)
    return user


def confirmed(handle: str):
    user = person(handle)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def invite(shop, owner, email="mai@people.example", role="editor") -> Invitation:
    return members.invite(shop, email=email, role=role, actor=owner)


def log() -> list[tuple[str, str]]:
    return list(MerchantAct.objects.order_by("id").values_list("kind", "subject"))


def roles(shop) -> dict[str, str]:
    return dict(shop.memberships.values_list("user__handle", "role"))


def test_an_invitation_goes_by_mail_and_lets_in_who_was_asked(shop, owner, mai):
    invite(shop, owner, email="MAI@people.example")
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.to) == ("invitation", "MAI@people.example")
    assert mail.subject == "“Plage” invites you to work with them"
    secret = re.search(r"/invitations/(\S+)/", mail.text)[1]
    member = members.accept(secret, user=mai)
    assert (member.role, roles(shop)) == ("editor", {"nour": "owner", "mai": "editor"})
    assert log() == [("invited", "MAI@people.example · editor"), ("joined", "@mai · editor")]
    assert MerchantAct.objects.filter(operator=True).count() == 0


def test_a_link_is_good_once(shop, owner, mai):
    secret = members.token(invite(shop, owner))
    members.accept(secret, user=mai)
    Membership.objects.filter(user=mai).delete()
    with pytest.raises(NoInvitation):
        members.accept(secret, user=mai)
    assert roles(shop) == {"nour": "owner"}


def test_a_link_ends_after_seven_days(shop, owner, mai):
    asked = invite(shop, owner)
    week = timedelta(days=7)
    assert timedelta(0) <= timezone.now() + week - asked.expires_at < timedelta(minutes=1)
    Invitation.objects.update(expires_at=timezone.now())
    with pytest.raises(NoInvitation):
        members.accept(members.token(asked), user=mai)


def test_a_link_that_was_taken_back_lets_nobody_in(shop, owner, mai):
    asked = invite(shop, owner)
    members.revoke(asked, actor=owner)
    with pytest.raises(NoInvitation):
        members.accept(members.token(asked), user=mai)
    with pytest.raises(NoInvitation):
        members.revoke(asked, actor=owner)
    assert log()[1:] == [("revoked", "mai@people.example")]


@pytest.mark.parametrize("text", ["", "x", "x:y:z"])
def test_a_forged_link_is_none(shop, text):
    with pytest.raises(NoInvitation):
        members.of_token(text)


def test_the_link_of_another_is_not_ones_own(shop, owner, mai):
    secret = members.token(invite(shop, owner, email="theo@people.example"))
    with pytest.raises(MemberError, match="another address"):
        members.accept(secret, user=mai)
    assert Invitation.objects.get().accepted_at is None
    assert roles(shop) == {"nour": "owner"}


def test_who_only_says_that_the_address_is_theirs_is_not_let_in(shop, owner):
    liar = person("mai")
    EmailAddress.objects.create(user=liar, email=liar.email, verified=False, primary=True)
    with pytest.raises(MemberError, match="another address"):
        members.accept(members.token(invite(shop, owner)), user=liar)


def test_a_second_invitation_replaces_the_first(shop, owner, mai):
    first = invite(shop, owner, role="owner")
    second = invite(shop, owner, email="Mai@People.example", role="read_only")
    with pytest.raises(NoInvitation):
        members.accept(members.token(first), user=mai)
    assert members.accept(members.token(second), user=mai).role == "read_only"


def test_the_database_keeps_one_open_invitation_an_address(shop, owner):
    asked = invite(shop, owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            merchant=shop,
            email=asked.email.upper(),
            role="editor",
            invited_by=owner,
            expires_at=asked.expires_at,
        )


@pytest.mark.parametrize(
    ("email", "role", "said"),
    [
        ("mai", "editor", "whole e-mail address"),
        ("", "editor", "whole e-mail address"),
        ("mai@people.example", "boss", "Choose a role"),
        ("NOUR@people.example", "editor", "works for this shop already"),
    ],
)
def test_what_will_not_do_is_refused_and_leaves_nothing(shop, owner, email, role, said):
    with pytest.raises(MemberError, match=said):
        invite(shop, owner, email=email, role=role)
    assert (Invitation.objects.count(), OutgoingMail.objects.count(), log()) == (0, 0, [])


def test_a_shop_invites_twenty_people_a_day(shop, owner):
    for number in range(20):
        invite(shop, owner, email=f"m{number}@people.example")
    with pytest.raises(MemberError, match="20 invitations a day"):
        invite(shop, owner)
    assert OutgoingMail.objects.count() == 20
    other = open_shop("rayon")
    members.invite(other, email="mai@people.example", role="editor", actor=person("theo"))
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=1))
    invite(shop, owner)


def test_a_role_is_changed_and_written_down(shop, owner):
    join(shop, "mai", "editor")
    members.give_role(shop.memberships.get(user__handle="mai"), "owner", actor=owner)
    assert roles(shop) == {"nour": "owner", "mai": "owner"}
    act = MerchantAct.objects.get()
    assert (act.kind, act.subject, act.actor) == ("role", "@mai · editor → owner", owner)
    assert act.changes == {"role": ["editor", "owner"]}
    members.give_role(shop.memberships.get(user__handle="mai"), "owner", actor=owner)
    assert MerchantAct.objects.count() == 1


def test_the_last_owner_stays(shop, owner):
    join(shop, "mai", "editor")
    last = shop.memberships.get(user=owner)
    for verb in (
        lambda: members.remove(last, actor=owner),
        lambda: members.give_role(last, "editor", actor=owner),
    ):
        with pytest.raises(MemberError, match="A shop has an owner"):
            verb()
    assert (roles(shop), log()) == ({"nour": "owner", "mai": "editor"}, [])


def test_an_owner_whose_account_is_closed_is_no_owner_left(shop, owner):
    closed = join(shop, "mai", "owner")
    closed.is_active = False
    closed.save()
    with pytest.raises(MemberError, match="A shop has an owner"):
        members.remove(shop.memberships.get(user=owner), actor=owner)
    members.remove(shop.memberships.get(user=closed), actor=owner)
    assert roles(shop) == {"nour": "owner"}


@pytest.mark.parametrize("way", ["remove", "give_role"])
def test_who_owns_the_shop_no_longer_leaves_no_way_back_in(shop, owner, mai, way):
    join(shop, "theo", "owner")
    asked = invite(shop, owner, role="owner")
    leaving = shop.memberships.get(user=owner)
    if way == "remove":
        members.remove(leaving, actor=owner)
    else:
        members.give_role(leaving, "editor", actor=owner)
    with pytest.raises(NoInvitation):
        members.accept(members.token(asked), user=mai)


def test_who_is_gone_already_is_said_to_be(shop, owner):
    join(shop, "mai", "editor")
    member = shop.memberships.get(user__handle="mai")
    members.remove(member, actor=owner)
    with pytest.raises(MemberError, match="no longer"):
        members.remove(shop.memberships.model(pk=member.pk, merchant=shop), actor=owner)
    assert log() == [("removed", "@mai · editor")]


def test_what_is_written_down_stays(shop, owner):
    invite(shop, owner)
    for change in (
        lambda: MerchantAct.objects.update(subject="Nothing"),
        lambda: MerchantAct.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_operator_says_why_or_the_database_refuses(shop):
    staff = person("staff", is_staff=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        members.invite(shop, email="mai@people.example", role="owner", actor=staff, reason=" ")
    members.invite(shop, email="mai@people.example", role="owner", actor=staff, reason="Lost keys")
    act = MerchantAct.objects.get()
    assert (act.operator, act.reason, act.actor) == (True, "Lost keys", staff)
