"""What shopper and merchants read, each in their language."""

from __future__ import annotations

import re

import pytest
from django.db.models import F
from django.utils import translation

from accounts.models import OutgoingMail
from checkout import orders
from checkout.models import Offer, Order, OrderDiscount
from fulfilment import fulfilment_orders, letter_parts

pytestmark = pytest.mark.django_db(transaction=True)


def mail(kind: str, to: str = "") -> OutgoingMail:
    return OutgoingMail.objects.get(kind=kind, **({"to": to} if to else {}))


def test_the_receipt_says_what_how_much_when_and_where(order, settings):
    fulfilment_orders.open_for(order.pk)
    receipt = mail("receipt")
    assert receipt.subject == f"Your order É-{order.number} is paid"
    link = f"{settings.PUBLIC_URL}/orders/{orders.token(order)}/"
    for text in (receipt.text, receipt.html):
        assert "Thank you, Maï. It’s yours." in text
        assert "Corniche flip-flops" in text
        assert "Coral, 42" in text
        assert "€68.00" in text
        assert "€7.80" in text
        assert "€6.32" in text
        assert "€174.80" in text
        assert "Visa ending 4242" in text
        assert "Thu 12 – Fri 13 June" in text
        assert "14 rue des Lices" in text
        assert "35000 Rennes" in text
        assert "You have 14 days" in text
        assert link in text
    assert "Plage & Fils is packing your order." in receipt.text
    assert "Plage &amp; Fils is packing your order." in receipt.html
    assert orders.by_token(link.split("/")[-2]) == order


def test_french_mails_have_the_space_before_a_colon(order_of, flipflops):
    fulfilment_orders.open_for(order_of(flipflops, locale="fr").pk)
    text = mail("receipt").text
    for words in ("quantité 2\u00a0: 68,00", "Livraison\u00a0: 3,90", "Total\u00a0: 71,90"):
        assert words in text
    assert not re.search(r"\w: ", text)


def test_the_receipt_names_the_card_as_the_pages_do(order):
    order.payments.update(card_brand="amex", card_last4="0005")
    fulfilment_orders.open_for(order.pk)
    assert "American Express ending 0005" in mail("receipt").text


def test_a_merchants_mail_says_what_to_send_and_where_and_nothing_of_others(order):
    fulfilment_orders.open_for(order.pk)
    letter = mail("new_order", "orders@plage.example")
    assert letter.subject == f"Order É-{order.number}: 2 pieces to send"
    for text in (letter.text, letter.html):
        assert "FLIP-42" in text
        assert "Coral, 42" in text
        assert "14 rue des Lices" in text
        assert "+33 6 12" in text
        assert "mai@lefort.example" in text
        assert "€71.90" in text
        assert "Lampe" not in text
        assert "4242" not in text
        assert orders.token(order) not in text


def test_words_of_people_cannot_become_markup(order_of, flipflops):
    order = order_of(flipflops, name="<b>Maï</b> Lefort", city="<script>x</script>")
    fulfilment_orders.open_for(order.pk)
    for letter in OutgoingMail.objects.all():
        assert "<b>Maï" not in letter.html
        assert "<script" not in letter.html
        assert "<script>x</script>" in letter.text


def test_the_shipping_mail_brings_the_tracking_link(parcel):
    fulfilment_orders.ship(parcel, carrier="Colissimo", tracking_number="6A 1849", actor=None)
    letter = mail("shipped")
    assert letter.to == "mai@lefort.example"
    assert letter.subject == f"Plage & Fils sent your order É-{parcel.order.number}"
    for text in (letter.text, letter.html):
        assert "With Colissimo" in text
        assert "6A 1849" in text
        assert "https://www.laposte.fr/outils/suivre-vos-envois?code=6A1849" in text


def test_a_merchants_language_is_not_the_shoppers(order, rayon, monkeypatch):
    """Each mail is made in its reader's language, whatever the worker's is."""
    spoken: dict[str, str | None] = {}
    original = letter_parts.render_to_string

    def listening(name, context):
        reader = context["part"].merchant.name if "part" in context else "shopper"
        spoken[reader] = translation.get_language()
        return original(name, context)

    monkeypatch.setattr(letter_parts, "render_to_string", listening)
    order.locale = "fr"
    order.save()
    with translation.override("en"):
        fulfilment_orders.open_for(order.pk)
        assert translation.get_language() == "en"
    assert spoken == {"shopper": "fr", "Plage & Fils": "en", "Rayon": "fr"}
    assert "99,00\xa0€" in mail("new_order", "orders@rayon.example").text
    assert "jeu. 12 – ven. 13 juin" in mail("receipt").text


def test_what_an_offer_took_off_stands_in_the_receipt_and_not_in_what_the_shop_gets(
    order, flipflops
):
    offer = Offer.objects.create(name="Summer", kind="percentage", basis_points=1000, most=5000)
    fields = {"order": order, "offer": offer, "label": "Summer (SUN)"}
    OrderDiscount.objects.create(merchant=flipflops.merchant, amount=680, **fields)
    order.lines.filter(variant=flipflops).update(discount=680)
    Order.objects.filter(pk=order.pk).update(discount_total=680, total=F("total") - 680)
    fulfilment_orders.open_for(order.pk)
    assert "Summer (SUN): -€6.80" in mail("receipt").text
    assert "€168.00" in mail("receipt").text
    # €68.00 and €3.90 for the parcel, less €6.80.
    assert "€65.10" in mail("new_order", "orders@plage.example").text
