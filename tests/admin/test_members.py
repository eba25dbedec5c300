"""The Members page: its owners' alone, of their own shop; and the page that an invitation leads to."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import OutgoingMail
from catalogue import members
from catalogue.admin.members import MembersPage
from catalogue.models import Invitation, Membership, Merchant, MerchantAct
from partners import keys
from shopping.admin_site import site
from tests.admin.filled import WHY
from tests.shops import ROLES, open_shop, person


@pytest.fixture
def url(world):
    return page_of(world.plage)


def page_of(shop):
    return reverse("admin:catalogue_merchant_members", args=[shop.merchant.pk])


def roles(shop):
    return {
        member.user.handle: member.role
        for member in shop.merchant.memberships.select_related("user")
    }


def member(world, role):
    return Membership.objects.get(user=world.plage.members[role])


def acts():
    return list(MerchantAct.objects.order_by("id").values_list("kind", "subject", "reason"))


def said(page):
    return [str(message) for message in page.context["messages"]]


def test_an_owner_invites_and_sees_who_has_not_come_yet(browser, world, url):
    client = browser(world.plage.owner)
    sent = {"do": "invite", "email": "mai@people.example", "role": "editor"}
    page = client.post(url, sent, follow=True)
    assert said(page) == ["mai@people.example is invited."]
    assert "mai@people.example" in page.content.decode()
    assert OutgoingMail.objects.filter(kind="invitation", to="mai@people.example").count() == 1
    assert acts() == [("invited", "mai@people.example · editor", "")]


def test_what_is_refused_is_said_and_what_was_typed_stays(browser, world, url):
    page = browser(world.plage.owner).post(url, {"do": "invite", "email": "mai@", "role": "owner"})
    assert said(page) == ["Write a whole e-mail address, for example name@shop.example."]
    shown = page.content.decode()
    assert 'value="mai@"' in shown
    assert '<option value="owner" selected>' in shown.split("invite-role")[2]
    assert acts() == []


def test_an_owner_gives_roles_removes_and_takes_back(browser, world, url):
    client = browser(world.plage.owner)
    client.post(url, {"do": "role", "member": member(world, "editor").pk, "role": "fulfilment"})
    client.post(url, {"do": "remove", "member": member(world, "read_only").pk})
    client.post(url, {"do": "revoke", "invitation": world.rows["invitation"].pk})
    assert roles(world.plage) == {
        "plage_owner": "owner",
        "plage_editor": "fulfilment",
        "plage_fulfilment": "fulfilment",
    }
    assert [kind for kind, *_rest in acts()] == ["role", "removed", "revoked"]
    page = client.get(url).content.decode()
    for line in ("@plage_editor · editor → fulfilment", "@plage_read_only · read only"):
        assert line in page
    assert browser(world.plage.members["read_only"]).get("/admin/").status_code == 302


def test_the_last_owner_stays(browser, world, url):
    client, own = browser(world.plage.owner), member(world, "owner").pk
    for sent in ({"do": "remove"}, {"do": "role", "role": "editor"}):
        page = client.post(url, sent | {"member": own})
        assert said(page) == ["A shop has an owner. Make somebody else its owner first."]
    assert roles(world.plage)["plage_owner"] == "owner"


@pytest.mark.parametrize("role", [role for role in ROLES if role != "owner"])
def test_the_page_is_the_owners(browser, world, url, role):
    client = browser(world.plage.members[role])
    shop = reverse("admin:catalogue_merchant_change", args=[world.plage.merchant.pk])
    assert url not in client.get(shop).content.decode()
    assert client.get(url).status_code == 403
    own = member(world, role).pk
    sent = {"do": "role", "member": own, "role": "owner"}
    assert client.post(url, sent).status_code == 403
    assert roles(world.plage)[f"plage_{role}"] == role


def test_an_owner_of_another_shop_reaches_nothing_of_this_one(browser, world, url):
    """Neither by the address nor by ids in the forms of their own page."""
    client = browser(world.rayon.owner)
    foreign, asked = member(world, "editor").pk, world.rows["invitation"].pk
    presses = [
        {"do": "invite", "email": "evil@people.example", "role": "owner"},
        {"do": "role", "member": foreign, "role": "owner"},
        {"do": "remove", "member": foreign},
        {"do": "revoke", "invitation": asked},
    ]
    for sent in presses:
        assert client.post(url, sent).status_code == 403
    for sent in presses[1:]:
        assert client.post(page_of(world.rayon), sent).status_code == 404
    assert roles(world.plage)["plage_editor"] == "editor"
    assert Invitation.objects.get(pk=asked).is_open
    assert acts() == []


@pytest.mark.parametrize(
    "sent",
    [
        *[{}, {"do": "x"}, {"do": "remove"}, {"do": "remove", "member": "x"}],
        {"do": "revoke", "invitation": "²"},
        {"do": "role", "member": "9" * 30, "role": "owner"},
    ],
)
def test_a_form_that_no_page_makes_is_not_found(browser, world, url, sent):
    assert browser(world.plage.owner).post(url, sent).status_code == 404
    assert len(roles(world.plage)) == 4


def test_staff_says_why_and_the_owners_read_it(browser, world, url):
    client = browser(world.staff)
    sent = {"do": "role", "member": member(world, "editor").pk, "role": "owner"}
    page = client.post(url, sent | {"operator_reason": "  "})
    assert said(page) == ["Say why: the shop's owners read it."]
    assert roles(world.plage)["plage_editor"] == "editor"
    client.post(url, sent | {"operator_reason": WHY})
    assert acts() == [("role", "@plage_editor · editor → owner", WHY)]
    shown = browser(world.plage.owner).get(url).content.decode()
    assert "The operator" in shown
    assert WHY in shown
    assert "@staff" not in shown


def test_the_link_asks_who_comes_to_sign_in_with_that_address(world):
    link = f"/invitations/{members.token(world.rows['invitation'])}/"
    page = Client().get(link)
    assert "new@plage.example" in page.content.decode()
    assert f"/accounts/signup/?next={quote(link)}" in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    assert Client().post(link).status_code == 200
    assert len(roles(world.plage)) == 4


def test_who_was_asked_accepts_once_their_address_is_confirmed(world):
    link = f"/invitations/{members.token(world.rows['invitation'])}/"
    new = person("new")
    new.email = "new@plage.example"
    new.save()
    client = Client()
    client.force_login(new)
    assert "/account/confirm/" in client.get(link).content.decode()
    client.post(link)
    assert len(roles(world.plage)) == 4
    confirm = client.post("/account/confirm/", {"next": link})
    assert confirm["Location"] == link
    EmailAddress.objects.filter(user=new).update(verified=True)
    assert client.post(link)["Location"] == "/admin/"
    assert roles(world.plage)["new"] == "owner"
    assert client.get(link).status_code == client.post(link).status_code == 404
    # Who has become an owner sets up a second step first.
    assert client.get("/admin/")["Location"].startswith("/account/two-factor/")


def test_another_who_follows_the_link_is_told_whose_it_is(world):
    link = f"/invitations/{members.token(world.rows['invitation'])}/"
    EmailAddress.objects.create(user=world.mai, email=world.mai.email, verified=True, primary=True)
    client = Client()
    client.force_login(world.mai)
    page = client.post(link).content.decode()
    assert "you are signed in as mai@people.example" in page
    assert "mai" not in roles(world.plage)


@pytest.fixture
def numbered(world):
    """Mai owns shop 900 and only reads in 9007."""
    for handle, key, role in (("small", 900, "owner"), ("victim", 9007, "read_only")):
        made = open_shop(handle)
        Merchant.objects.filter(pk=made.pk).update(id=key)
        Membership.objects.create(merchant_id=key, user=world.mai, role=role)
    return Membership.objects.get(merchant=9007)


ODD = ["{:019d}", "{:018d}", "%20{}", "+{}", "9_007", "²", "{}²", "٩٠٠٧", "9" * 5000, "x", "-1"]


@pytest.mark.parametrize("spelled", ["{}", *ODD])
def test_who_owns_another_shop_opens_this_one_by_no_spelling_of_its_id(browser, numbered, spelled):
    """The first 18 digits of 0000000000000009007 are those of shop 900."""
    page = f"/admin/catalogue/merchant/{spelled.format(9007)}/members/"
    sent = {"do": "role", "member": numbered.pk, "role": "owner"}
    client = browser(numbered.user)
    assert client.get(page).status_code == 403
    assert client.post(page, sent).status_code == 403
    numbered.refresh_from_db()
    assert numbered.role == "read_only"


@pytest.mark.parametrize("spelled", ODD)
def test_a_row_of_the_admin_has_one_address(browser, numbered, spelled):
    client = browser(numbered.user)
    for step in ("change", "history"):
        page = f"/admin/catalogue/merchant/{spelled.format(9007)}/{step}/"
        assert client.get(page).status_code == 404
    assert client.get("/admin/catalogue/merchant/9007/change/").status_code == 200


def test_the_page_itself_asks_who_manages_the_shop_that_it_opens(rf, numbered):
    """Whatever stands before it."""
    request = rf.get("/")
    request.user = numbered.user
    with pytest.raises(PermissionDenied):
        MembersPage.members.__wrapped__(site._registry[Merchant], request, "9007")


def test_keys_of_who_left_are_shown_and_ended(browser, world, url):
    """They outlive who made them, for a shop's stock must not stop; so owners see them, and choose."""
    leaver = world.plage.members["editor"]
    key, _secret = keys.make(
        name="Till", scopes=["stock:write"], made_by=leaver, merchant=world.plage.merchant
    )
    client = browser(world.plage.owner)
    assert "Keys of people who left" not in client.get(url).content.decode()
    gone = {"do": "remove", "member": member(world, "editor").pk}
    page = client.post(url, gone, follow=True)
    assert "end those below that they hold" in said(page)[0]
    assert list(page.context["keys"]) == [key]
    page = client.post(url, {"do": "end_key", "key": key.pk}, follow=True)
    assert said(page) == ["The key Till opens nothing any more."]
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert acts()[-1][0] == "changed"
    # Neither a member's own, nor another shop's.
    for other in (world.rows["api_key"], world.rows["rayons_api_key"]):
        assert client.post(url, {"do": "end_key", "key": other.pk}).status_code == 404
