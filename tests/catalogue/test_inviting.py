"""Invitations are mails to people who asked for none: how many there are, and whose words they carry."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import people
from accounts.models import OutgoingMail, User
from catalogue import members, merchants
from catalogue.members import MemberError
from catalogue.models import Invitation, Merchant
from tests.shops import open_shop, person


@pytest.fixture
def owner(db) -> User:
    return person("nour")


def shop_that_is(status: str, handle: str = "plage") -> Merchant:
    shop = open_shop(handle)
    Merchant.objects.filter(pk=shop.pk).update(status=status)
    return shop


def invite(shop: Merchant, actor: User, email: str) -> Invitation:
    return members.invite(
        shop, email=f"{email}@people.example", role="editor", actor=actor, reason="Asked us"
    )


def sent() -> int:
    return OutgoingMail.objects.filter(kind="invitation").count()


def test_a_shop_that_nobody_looked_at_yet_invites_three_people_in_all(owner):
    shop = shop_that_is("pending")
    for number in range(3):
        members.revoke(invite(shop, owner, f"m{number}"), actor=owner)
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=30))
    with pytest.raises(MemberError, match="three people until we have looked at it"):
        invite(shop, owner, "mai")
    assert sent() == 3
    Merchant.objects.filter(pk=shop.pk).update(status="active")
    invite(shop, owner, "mai")


def test_another_shop_of_the_same_person_invites_no_more(owner):
    """Neither does anybody get twenty a day for each of their shops."""
    for number in range(3):
        invite(shop_that_is("pending", f"shop{number}"), owner, "mai")
    with pytest.raises(MemberError, match="three people until we have looked at it"):
        invite(shop_that_is("pending", "shop3"), owner, "mai")
    assert sent() == 3


def test_a_person_invites_twenty_a_day_for_all_of_their_shops(owner):
    plage, rayon = open_shop("plage"), open_shop("rayon")
    for number in range(20):
        invite((plage, rayon)[number % 2], owner, f"m{number}")
    with pytest.raises(MemberError, match="20 invitations a day"):
        invite(rayon, owner, "mai")
    assert sent() == 20
    invite(rayon, person("another"), "mai")


def test_the_operators_staff_is_not_counted_as_a_person(db):
    staff = person("staff", is_staff=True)
    plage, rayon = open_shop("plage"), open_shop("rayon")
    for number in range(20):
        invite(plage, staff, f"m{number}")
    invite(rayon, staff, "mai")
    assert sent() == 21


def test_a_shop_that_is_suspended_invites_nobody(owner):
    with pytest.raises(MemberError, match="suspended"):
        invite(shop_that_is("suspended"), owner, "mai")
    assert sent() == 0


def test_the_subject_says_where_a_shops_name_begins_and_ends(owner):
    shop = open_shop("plage", name="Your parcel is held")
    invite(shop, owner, "mai")
    assert OutgoingMail.objects.get().subject.startswith("“Your parcel is held” invites you")


WEB = ["pay at http://evil.example", "WWW.evil.example", "Pay evil.example/now", "a\nb", "a\u2028b"]


@pytest.mark.parametrize("name", WEB)
def test_no_name_of_a_shop_is_a_web_address(owner, name):
    shop = open_shop("plage")
    with pytest.raises(ValidationError, match="without a web address"):
        merchants.edit(shop, fields={"name": name})
    shop.refresh_from_db()
    assert shop.name == "Plage"


@pytest.mark.parametrize("name", [each for each in WEB if each.isprintable()])
def test_no_name_of_a_person_is_a_web_address(owner, name):
    with pytest.raises(ValidationError, match="without a web address"):
        people.edit(owner, display_name=name, bio="")


@pytest.mark.parametrize("name", ["Étal.fr", "A/B Studio", "L’Œuvre & Cie.", "24/7", "St. John"])
def test_other_names_are_names(owner, name):
    assert merchants.edit(open_shop("plage"), fields={"name": name}).name == name
    people.edit(owner, display_name=name, bio="")


@pytest.mark.parametrize("stored", WEB)
def test_a_name_from_before_carries_no_web_address_into_a_mail(owner, stored):
    shop = open_shop("plage", name=stored)
    with pytest.raises(MemberError, match="without a web address"):
        invite(shop, owner, "mai")
    User.objects.filter(pk=owner.pk).update(display_name=stored)
    owner.refresh_from_db()
    with pytest.raises(MemberError, match="without a web address"):
        invite(open_shop("rayon"), owner, "mai")
    assert sent() == 0
