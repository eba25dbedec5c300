"""A reply on another network: what it puts into whose cart, and what is posted back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Address, LinkedAccount, OutgoingMail, User
from catalogue.models import Drop, Merchant, Product
from checkout import cart_reply_news, mention_news, mentions
from checkout.mentions import NotYourNetwork
from checkout.models import CartLine, Mention
from feeds import posts
from feeds.models import Notification
from partners.models import Partner
from tests.journeys.cast import Market, set_stock
from tests.mentions.hearing import SITE, hear, in_cart, link_to, partner

pytestmark = pytest.mark.django_db


def page_of(mention: Mention) -> str:
    return f"{SITE}/cart/mentions/{mention.public_id}/"


def test_it_puts_the_product_into_the_linked_cart(
    market: Market, mai: User, profile: LinkedAccount, mastodon: Partner
) -> None:
    mention = hear(mastodon, "Lovely #cart", reply_links=[link_to(market.lamp_post)])
    assert in_cart() == {"Phare lamp": 1}
    assert CartLine.objects.get().cart.user == mai
    assert CartLine.objects.get().post == market.lamp_post
    assert mention.answer == f"In your cart: Phare lamp, €84.00. Undo: {page_of(mention)}"
    assert (mention.state, mention.user) == ("added", mai)


def test_it_is_answered_in_the_language_of_who_has_linked(
    market: Market, mai: User, profile: LinkedAccount, mastodon: Partner
) -> None:
    User.objects.filter(pk=mai.pk).update(locale="fr")
    mention = hear(mastodon, "#cart", reply_links=[link_to(market.lamp_post)], language="en")
    said = f"Dans votre panier : Phare lamp, 84,00 €. Annuler : {page_of(mention)}"
    assert mention.answer.replace("\xa0", " ").replace("\u202f", " ") == said


def test_the_page_of_a_product_will_do(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    lamp = market.lamp
    hear(mastodon, links=[f"{SITE}/products/{lamp.public_id}/{lamp.slug}/?utm_source=mastodon"])
    assert in_cart() == {"Phare lamp": 1}
    assert CartLine.objects.get().post is None


def test_its_own_links_come_before_those_of_what_it_replies_to(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    flipflops, lamp = link_to(market.post), link_to(market.lamp_post)
    assert hear(mastodon, links=[lamp], reply_links=[flipflops]).product == market.lamp


def test_other_sites_lead_nowhere(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    path = f"/posts/{market.lamp_post.public_id}/"
    others = [f"https://evil.example{path}", f"ftp://localhost:8000{path}", "http://[", "x" * 600]
    others += [f"http://localhost:8000@evil.example{path}", f"{SITE}/nowhere/", path]
    mention = hear(mastodon, links=others)
    assert (mention.state, mention.links) == ("no_product", [])
    assert mention.answer == (
        "We found no product here. Reply #cart to a post that shows one, or with its link."
    )


def test_words_choose_the_variant(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    hear(mastodon, "#cart 42 in lagoon", reply_links=[link_to(market.post)])
    assert in_cart() == {"Corniche flip-flops Lagoon, 42": 1}


def test_a_variant_that_nobody_may_guess_is_asked_for(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    mention = hear(mastodon, reply_links=[link_to(market.post)])
    assert mention.answer == f"One more choice for Corniche flip-flops: {page_of(mention)}"
    assert in_cart() == {}


def test_several_products_are_asked_about(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    both = [link_to(market.post), link_to(market.lamp_post)]
    mention = hear(mastodon, links=both)
    assert mention.answer == f"Which one do you mean? Choose it here: {page_of(mention)}"
    assert hear(mastodon, "The lamp #cart", links=both).product == market.lamp


def test_what_is_sold_out_is_said(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    set_stock(market.lamp.variants.get(), pieces=0)
    mention = hear(mastodon, reply_links=[link_to(market.lamp_post)])
    assert mention.answer == f"Sold out: Phare lamp. Be told when it is back: {page_of(mention)}"


def test_what_else_keeps_it_out_is_said(
    market: Market, mai: User, profile: LinkedAccount, mastodon: Partner
) -> None:
    def answer() -> str:
        mention = hear(mastodon, reply_links=[link_to(market.lamp_post)])
        assert in_cart() == {}
        return mention.answer.replace(page_of(mention), "…")

    Address.objects.filter(user=mai).update(country="JP", postal_code="100-0001")
    assert answer() == "Plage & Fils does not deliver to your address. See: …"
    Merchant.objects.update(payable=False)
    assert answer() == "Plage & Fils takes no orders at the moment. See: …"
    Merchant.objects.update(payable=True)
    opens = timezone.now() + timedelta(days=1)
    drop = Drop.objects.create(product=market.lamp, opens_at=opens, per_person=1)
    assert answer() == "The sale of Phare lamp is not open yet: …"
    drop.delete()
    Product.objects.update(status=Product.Status.ARCHIVED)
    assert answer() == "This is not on sale any more: Phare lamp"


def test_a_hidden_post_shows_nothing(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    posts.delete(market.lamp_post)
    assert hear(mastodon, reply_links=[link_to(market.lamp_post)]).state == "no_product"


def test_without_the_tag_nothing_is_asked_and_nothing_posted(
    market: Market, mai: User, profile: LinkedAccount, mastodon: Partner
) -> None:
    mention = hear(mastodon, "What a cart!", reply_links=[link_to(market.lamp_post)])
    assert (mention.state, mention.answer, mention.user) == ("not_asked", "", None)
    assert in_cart() == {}
    assert not Notification.objects.filter(user=mai).exists()


def test_a_long_title_leaves_room_for_the_link(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    Product.objects.filter(pk=market.lamp.pk).update(title="Phare " * 30)
    mention = hear(mastodon, reply_links=[link_to(market.lamp_post)])
    assert len(mention.answer) - len(page_of(mention)) < 200
    assert "…" in mention.answer


# Who ----------------------------------------------------------------------------------------------
def test_who_has_linked_nothing_is_told_how_and_not_too_often(
    market: Market, mai: User, mastodon: Partner
) -> None:
    said = [hear(mastodon, reply_links=[link_to(market.lamp_post)]) for _ in range(5)]
    assert said[0].answer.startswith(
        f"To fill your cart at Étal from here, link this profile once: {SITE}/cart/mentions/link/"
    )
    assert [mention.state for mention in said] == ["unlinked"] * 3 + ["not_asked"] * 2
    assert said[4].answer == ""
    assert in_cart() == {}


def test_a_stranger_is_answered_in_the_language_they_write(
    market: Market, mastodon: Partner
) -> None:
    assert hear(mastodon, author="1", language="fr-CA").answer.startswith("Pour remplir")
    assert hear(mastodon, "#panier", author="2").answer.startswith("Pour remplir")
    assert hear(mastodon, "#panier", author="3", language="de").answer.startswith("Pour remplir")
    assert hear(mastodon, author="4", language="de").answer.startswith("To fill")


def test_the_same_number_on_another_network_is_somebody_else(
    market: Market, profile: LinkedAccount
) -> None:
    other = partner("b", "b.example")
    mention = hear(other, network="b.example", reply_links=[link_to(market.lamp_post)])
    assert mention.state == "unlinked"
    assert in_cart() == {}


def test_a_link_that_was_ended_reaches_no_cart(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    profile.delete()
    assert hear(mastodon, reply_links=[link_to(market.lamp_post)]).state == "unlinked"


def test_who_is_suspended_gets_nothing(
    market: Market, mai: User, profile: LinkedAccount, mastodon: Partner
) -> None:
    User.objects.filter(pk=mai.pk).update(is_active=False)
    assert hear(mastodon, reply_links=[link_to(market.lamp_post)]).state == "refused"
    assert in_cart() == {}


def test_a_partner_speaks_for_its_own_networks_alone(market: Market, mastodon: Partner) -> None:
    with pytest.raises(NotYourNetwork):
        hear(mastodon, network="b.example")
    Partner.objects.update(active=False)
    mastodon.refresh_from_db()
    with pytest.raises(NotYourNetwork):
        hear(mastodon)
    assert not Mention.objects.exists()


def test_a_profile_that_was_renamed_is_shown_by_its_new_name(
    profile: LinkedAccount, mastodon: Partner
) -> None:
    hear(mastodon, handle="@mai_lefort@mastodon.example")
    profile.refresh_from_db()
    assert profile.handle == "@mai_lefort@mastodon.example"


def test_who_asks_very_often_waits(
    market: Market, profile: LinkedAccount, mastodon: Partner, settings: Any
) -> None:
    settings.LIMIT_VISITORS = True
    set_stock(market.lamp.variants.get(), pieces=50)
    said = [hear(mastodon, reply_links=[link_to(market.lamp_post)]) for _ in range(12)]
    assert [mention.state for mention in said] == ["added"] * 10 + ["too_often"] * 2
    assert said[10].answer == (
        f"That was very often within a minute. Try it here: {page_of(said[10])}"
    )
    assert in_cart() == {"Phare lamp": 10}


# Once ---------------------------------------------------------------------------------------------
def test_a_repeat_gets_the_same_answer_and_does_nothing(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    first = hear(mastodon, external_id="7", reply_links=[link_to(market.lamp_post)])
    set_stock(market.lamp.variants.get(), pieces=0)
    other = partner("bridge")
    for by in (mastodon, other):
        again = hear(by, "#cart 2", external_id="7", author="110")
        assert (again.pk, again.answer) == (first.pk, first.answer)
    assert in_cart() == {"Phare lamp": 1}


def test_it_is_told_once_by_notice_and_mail(
    market: Market,
    mai: User,
    profile: LinkedAccount,
    mastodon: Partner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cart_reply_news.notifications, "wants_mail", lambda user_id, type: True)
    for _ in range(2):
        mention = hear(mastodon, external_id="7", reply_links=[link_to(market.lamp_post)])
    notice = Notification.objects.get(user=mai)
    assert notice.target == f"/cart/mentions/{mention.public_id}/"
    assert notice.data["state"] == "added"
    mail = OutgoingMail.objects.get(kind="cart_reply")
    assert (mail.to, mail.subject) == (
        "mai@lefort.example",
        "It’s in your cart, @mai: Phare lamp",
    )
    for text in (mail.text, mail.html):
        assert page_of(mention) in text
        assert "A profile that you linked to your account replied" in text


def test_mails_of_a_day_end_and_notices_do_not(
    market: Market,
    mai: User,
    profile: LinkedAccount,
    mastodon: Partner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cart_reply_news.notifications, "wants_mail", lambda user_id, type: True)
    monkeypatch.setattr(mention_news, "MAILS", 3)
    for _ in range(5):
        hear(mastodon, reply_links=[link_to(market.lamp_post)])
    sent = OutgoingMail.objects.filter(kind="cart_reply")
    assert (sent.count(), Notification.objects.filter(user=mai).count()) == (3, 5)
    Mention.objects.update(created_at=timezone.now() - timedelta(days=1))
    hear(mastodon, reply_links=[link_to(market.lamp_post)])
    assert sent.count() == 4


def test_words_of_strangers_are_forgotten_after_a_month(
    market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    hear(mastodon, author="stranger")
    mine = hear(mastodon, reply_links=[link_to(market.lamp_post)])
    assert mentions.forget() == 0
    Mention.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert mentions.forget() == 1
    assert list(Mention.objects.all()) == [mine]
