"""What the sheet says at its hard moments, to the letter, in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from checkout import declines, notes
from checkout.choices import Lost
from shopping.money import Money

DECLINED = {
    "en": "Your bank declined this card. Nothing was charged.",
    "fr": "Votre banque a refusé cette carte. Rien n’a été débité.",
}
UNKNOWN = {
    "en": "We have not heard back from the bank. Please do not pay again: we will write within "
    "10 minutes.",
    "fr": "La banque ne nous a pas encore répondu. Ne payez pas une deuxième fois\xa0: nous vous "
    "écrivons dans les 10 minutes.",
}
PRICE = {
    "en": "The price went from €84.00 to €89.00 while you were here. The total is up to date.",
    "fr": "Le prix est passé de 84,00\xa0€ à 89,00\xa0€ entre-temps. Le total est à jour.",
}
SIZE_GONE = {
    "en": "Size 42 has just sold out. 41 and 43 are left.",
    "fr": "Le 42 vient d’être épuisé. Il reste le 41 et le 43.",
}
LAST_SIZE = {
    "en": "Size M has just sold out. L is left.",
    "fr": "Le M vient d’être épuisé. Il reste le L.",
}
COLOUR_GONE = {
    "en": "Colour Coral has just sold out. Lagoon is left.",
    "fr": "Colour Coral vient d’être épuisé. Il reste\xa0: Lagoon.",
}
CHECK = {
    "en": "Your bank wants to check that it’s you. Approve in its app; we wait here.",
    "fr": "Votre banque veut vérifier que c’est bien vous. Validez dans son application, nous "
    "attendons ici.",
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_words(language):
    price = {"before": Money(8400, "EUR"), "now": Money(8900, "EUR")}
    with translation.override(language):
        assert declines.message("generic_decline") == DECLINED[language]
        assert notes.unknown().text == UNKNOWN[language]
        assert notes.price_changed(**price).text == PRICE[language]
        assert notes.sold_out(Lost("Size", "42", ("41", "43"))).text == SIZE_GONE[language]
        assert notes.sold_out(Lost("Size", "M", ("L",))).text == LAST_SIZE[language]
        assert notes.sold_out(Lost("Colour", "Coral", ("Lagoon",))).text == COLOUR_GONE[language]
        assert notes.check(held=None).text == CHECK[language]


@pytest.mark.parametrize(
    ("seconds", "words"), [(600, "10 minutes"), (90, "2 minutes"), (60, "1 minute")]
)
def test_a_letter_is_promised_for_the_end_of_the_reservation(settings, seconds, words):
    settings.RESERVATION_SECONDS = seconds
    assert notes.unknown().text.endswith(f"we will write within {words}.")
