"""The texts of the onboarding page, in the languages of the shop."""

from __future__ import annotations

ENGLISH = {
    "lang": "en",
    "stand_in": "Stand-in for Stripe",
    "notice": "This is a test page. It asks for little, checks little and sends nothing anywhere. "
    "Do not enter real bank details.",
    "title": "Set up your payouts",
    "why": "So that what you sell can be paid out to your bank, say who you are and where the money goes.",
    "account_label": "Account",
    "name_label": "Legal name of the business",
    "name_hint": "As it is registered, for example Atelier Lumière SARL.",
    "number_label": "IBAN or account number",
    "number_hint": "For example FR14 2004 1010 0505 0001 3M02 606.",
    "finish": "Finish",
    "save": "Save for later",
    "problem": "Please check what is marked below.",
    "problem_short": "Error",
    "name_missing": "Enter the legal name of the business.",
    "name_long": "Shorten the name to 100 characters at most.",
    "number_missing": "Enter the IBAN or account number that payouts should go to.",
    "number_wrong": "This is no valid number. Check it for typing errors: an IBAN begins with two letters "
    "and two digits; an account number has 4 to 17 digits.",
    "nowhere_title": "This link leads nowhere",
    "nowhere": "The stand-in for Stripe does not know it. Go back to the shop and open a new one there.",
    "dashboard_title": "Your account",
    "balance_label": "Balance",
}
FRENCH = {
    "lang": "fr",
    "stand_in": "Remplaçant de Stripe",
    "notice": "Ceci est une page de test. Elle demande peu, vérifie peu et n’envoie rien nulle part. "
    "N’indiquez pas de vraies coordonnées bancaires.",
    "title": "Préparez vos versements",
    "why": "Pour que vos ventes soient versées à votre banque, dites qui vous êtes et où va l’argent.",
    "account_label": "Compte",
    "name_label": "Nom légal de l’entreprise",
    "name_hint": "Tel qu’il est enregistré, par exemple Atelier Lumière SARL.",
    "number_label": "IBAN ou numéro de compte",
    "number_hint": "Par exemple FR14 2004 1010 0505 0001 3M02 606.",
    "finish": "Terminer",
    "save": "Enregistrer pour plus tard",
    "problem": "Vérifiez ce qui est signalé ci-dessous.",
    "problem_short": "Erreur",
    "name_missing": "Indiquez le nom légal de l’entreprise.",
    "name_long": "Raccourcissez le nom à 100 caractères au plus.",
    "number_missing": "Indiquez l’IBAN ou le numéro de compte qui recevra les versements.",
    "number_wrong": "Ce numéro n’est pas valable. Vérifiez la saisie : un IBAN commence par deux lettres et "
    "deux chiffres ; un numéro de compte a de 4 à 17 chiffres.",
    "nowhere_title": "Ce lien ne mène nulle part",
    "nowhere": "Le remplaçant de Stripe ne le connaît pas. Revenez à la boutique et ouvrez-en un nouveau.",
    "dashboard_title": "Votre compte",
    "balance_label": "Solde",
}


def texts_for(languages: str) -> dict[str, str]:
    """The texts for an `Accept-Language` header: the first language of it that there is."""
    for part in languages.lower().split(","):
        if part.strip().startswith("fr"):
            return FRENCH
        if part.strip().startswith("en"):
            break
    return ENGLISH
