"""What seeded people say and seeded shops sell, in English and in French.

What a text is about is in its noun and its hashtags alone: every other word here is one that no
topic knows, so that `feeds.topics` need not read a million texts to say what they are about.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of goods. `art` is a drawing of the demo's, "" without one."""

    en: str
    a_fr: str  # with its article
    category: str
    art: str = ""

    @property
    def a_en(self) -> str:
        return f"an {self.en}" if self.en[0] in "aeiou" else f"a {self.en}"

    @property
    def fr(self) -> str:
        return self.a_fr.split(" ", 1)[1]

    def noun(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


KINDS = (
    Kind("mug", "une tasse", "tableware", "mug"),
    Kind("lamp", "une lampe", "lighting", "lamp"),
    Kind("candle", "une bougie", "lighting", "vanilla-candle"),
    Kind("shirt", "une chemise", "clothes", "white-cotton-shirt"),
    Kind("bookcase", "une bibliothèque", "furniture", "bookcase"),
    Kind("jacket", "une veste", "clothes", "navy-sport-jacket"),
    Kind("sofa", "un canapé", "furniture", "grey-sofa"),
    Kind("bag", "un sac", "bags", "tote"),
    Kind("armchair", "un fauteuil", "furniture", "pink-armchair"),
    Kind("cushion", "un coussin", "linen", "brown-throw-pillows"),
    Kind("sneaker", "une chaussure", "shoes", "trainers"),
    Kind("flipflop", "une tong", "shoes", "flipflops"),
    Kind("jumper", "un tricot", "clothes", "yellow-wool-jumper"),
    Kind("dress", "une robe", "clothes", "floral-white-top"),
    Kind("blanket", "une couverture", "linen", "white-bed-clothes"),
    Kind("vinyl", "un vinyle", "music", "vinyl"),
    Kind("necklace", "un collier", "jewellery"),
    Kind("vase", "un vase", "tableware", "white-ceramic-pot"),
    Kind("succulent", "un cactus", "plants", "clay-plant-pot"),
    Kind("thermostat", "un thermostat", "energy", "thermostat"),
    Kind("bike", "un vélo", "cycling"),
    Kind("tent", "une tente", "outdoor"),
    Kind("novel", "un roman", "books"),
    Kind("puzzle", "un puzzle", "games"),
    Kind("knife", "un couteau", "kitchen"),
    Kind("yarn", "une laine", "sewing"),
    Kind("guitar", "une guitare", "music"),
    Kind("drawer", "une commode", "furniture", "antique-drawers"),
    Kind("backpack", "un cartable", "bags", "black-leather-bag"),
    Kind("skirt", "une jupe", "clothes", "striped-skirt-and-top"),
)
CATEGORIES = {
    "tableware": "Tableware",
    "lighting": "Lighting",
    "clothes": "Clothes",
    "furniture": "Furniture",
    "bags": "Bags",
    "linen": "Linen",
    "shoes": "Shoes",
    "music": "Music",
    "jewellery": "Jewellery",
    "plants": "Plants",
    "energy": "Energy",
    "cycling": "Cycling",
    "outdoor": "Outdoor",
    "books": "Books",
    "games": "Games",
    "kitchen": "Kitchen",
    "sewing": "Sewing",
}
COLOURS = {
    "en": (
        "navy",
        "ecru",
        "coral",
        "ochre",
        "mustard",
        "charcoal",
        "rust",
        "ivory",
        "teal",
        "sand",
    ),
    "fr": ("bleu nuit", "écru", "corail", "ocre", "moutarde", "anthracite", "rouille", "ivoire"),
}
BEGINNINGS = (
    *("Bel", "Cor", "Dun", "Fal", "Gal", "Hel", "Jor", "Kel", "Lan", "Mer", "Nor", "Ov", "Pel"),
    *("Quin", "Ros", "Sal", "Tor", "Ul", "Ver", "Wil"),
)
ENDINGS = (
    *("aby", "ben", "bury", "eo", "ette", "ia", "ick", "ka", "lo", "mont", "na", "onde", "ova"),
    *("ra", "sby", "ta", "ton", "vaux", "wen", "ys"),
)
FIRST_NAMES = (
    *("Ada", "Adèle", "Amir", "Anouk", "Awa", "Ben", "Camille", "Chloé", "Dina", "Elias", "Emma"),
    *("Farah", "Gaël", "Hana", "Hugo", "Ines", "Jonas", "Jules", "Kenza", "Léa", "Lina", "Louis"),
    *("Maël", "Manon", "Mira", "Nils", "Noé", "Nora", "Oscar", "Paul", "Priya", "Rosa", "Sam"),
    *("Sofia", "Théo", "Tilda", "Ugo", "Vera", "Wim", "Yanis", "Zoé"),
)
LAST_NAMES = (
    *("Arnaud", "Barry", "Bell", "Blanc", "Carter", "Clarke", "Colin", "Costa", "Dubois", "Evans"),
    *("Faure", "Garcia", "Girard", "Hall", "Haddad", "Ito", "Keller", "Lambert", "Leroy", "Martin"),
    *(
        "Mercier",
        "Moreau",
        "Nguyen",
        "Okafor",
        "Patel",
        "Petit",
        "Quinn",
        "Renard",
        "Roux",
        "Silva",
    ),
    *("Simon", "Taylor", "Vidal", "Walker", "Young", "Zidi"),
)
POSTS = {
    "en": (
        "Found {a} at the market this morning and could not leave it there.",
        "Three weeks with {a}, and still the first thing I reach for.",
        "Does anybody know how to look after {a}?",
        "My neighbour swears by {a}. I am nearly convinced.",
        "Saved up all spring for {a}, and no regrets.",
        "Spotted {a} in a small window near the station. Tempting.",
        "A second life for {a}: cleaned, mended, ready again.",
        "A quiet Sunday, {a}, and nothing else to do.",
        "Looking for {a} as a gift. Who makes good ones?",
        "The wait is over: {a} has arrived, and it is even better than I hoped.",
    ),
    "fr": (
        "Trouvé {a} au marché ce matin, impossible de repartir sans.",
        "Trois semaines avec {a}, et toujours le même plaisir.",
        "Quelqu’un sait comment entretenir {a} ?",
        "Ma voisine ne jure que par {a}. Me voilà presque convaincue.",
        "J’ai mis de côté tout le printemps pour {a}, sans regret.",
        "Vu {a} dans une petite vitrine près de la gare. Tentant.",
        "Une deuxième vie pour {a} : propre, comme neuf.",
        "Dimanche calme, {a}, et rien d’autre à faire.",
        "Je cherche {a} à offrir. Qui en fait de belles choses ?",
        "L’attente est finie : {a} vient d’arriver, encore mieux que prévu.",
    ),
}
REPLIES = {
    "en": ("So lovely!", "Where did you find it?", "Same here.", "I want one too.", "Well chosen."),
    "fr": ("Trop beau !", "Tu l’as trouvé où ?", "Pareil ici.", "J’en veux un aussi.", "Bien vu."),
}
TAILS = {
    "en": (
        "",
        "",
        "What do you think?",
        "Worth the wait.",
        "More tomorrow.",
        "I would do it again.",
    ),
    "fr": ("", "", "Vous en pensez quoi ?", "Ça valait le coup.", "La suite demain.", "À refaire."),
}
# The first are the most frequent.
TAGS = (
    *("vintage", "summer", "slow", "weekend", "handmade", "local", "newin", "home", "garden"),
    *("coffee", "sale", "friday", "lyon", "rennes", "bristol", "cosy", "minimal", "running"),
    *("reading", "secondhand", "bijou", "photo", "cuisine", "repair", "linen", "pottery"),
    *(
        f"{place}{year}"
        for place in ("paris", "leeds", "lille", "cardiff")
        for year in range(10, 60)
    ),
)


def name(number: int) -> str:
    """The made-up name of a make; 400 of them."""
    return BEGINNINGS[number % 20] + ENDINGS[number // 20 % 20]


def title(kind: Kind, *, make: str, language: str, chance: Random) -> str:
    """What a shop calls one of its products."""
    colour = chance.choice(COLOURS[language])
    noun = kind.noun(language)
    return (
        f"{make} {noun}, {colour}" if language == "en" else f"{noun.capitalize()} {make} {colour}"
    )


def said(kind: Kind, *, language: str, chance: Random) -> str:
    """A post about `kind`, without its hashtags."""
    text = chance.choice(POSTS[language]).format(a=kind.a_fr if language == "fr" else kind.a_en)
    tail = chance.choice(TAILS[language])
    return f"{text} {tail}" if tail else text


def answered(*, language: str, chance: Random) -> str:
    """A reply, without whom it mentions."""
    return chance.choice(REPLIES[language])
