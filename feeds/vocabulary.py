"""What posts may be found to be about, in both languages, and what nobody's interest ever is.

A topic is a thing that shops sell or that people do with it. Nothing here says anything of a
person's health, belief, politics, sexuality, origin or union; see SENSITIVE. Words that mean
something else in the other language, or are said all the time, are of no use: "four", "thé" without
its accent, "of course".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Topic:
    """`words` of both languages, singular, as in texts and hashtags; `categories` are slugs of the
    catalogue. `parent` is the slug of a wider topic, "" for the widest."""

    slug: str
    name: Any
    words: str
    categories: tuple[str, ...] = ()
    parent: str = ""


TOPICS = (
    Topic("home", _("House and home"), "maison appartement décoration déco interior intérieur", ("home",)),
    Topic("lighting", _("Lamps and light"), "lamp lampe lampshade lighting bougie candle "
          "luminaire lantern lanterne", ("lighting", "lamps"), "home"),
    Topic("furniture", _("Furniture"), "furniture meuble sofa canapé chair chaise armchair fauteuil "
          "table desk bureau shelf shelves étagère bookcase bibliothèque drawer commode wardrobe "
          "armoire stool tabouret", ("furniture",), "home"),
    Topic("tableware", _("Tableware and pottery"), "mug tasse cup bowl bol plate assiette vaisselle "
          "tableware pottery poterie ceramic céramique stoneware grès porcelain porcelaine teapot "
          "théière vase", ("tableware", "pottery"), "home"),
    Topic("kitchen", _("Kitchen"), "kitchen cuisine casserole saucepan poêle knife couteau oven "
          "cookware cuisiner cooking", ("kitchen",), "home"),
    Topic("linen", _("Linen and bedding"), "linen lin bedding drap duvet couette pillow oreiller "
          "blanket couverture cushion coussin towel serviette curtain rideau rug tapis",
          ("linen", "textiles"), "home"),
    Topic("energy", _("Heating and energy"), "thermostat heating chauffage radiator radiateur energy "
          "énergie insulation isolation solar solaire", ("energy",), "home"),
    Topic("fashion", _("Fashion"), "fashion outfit tenue vintage", ("fashion",)),
    Topic("clothes", _("Clothes"), "clothes vêtement shirt chemise dress robe jumper sweater coat "
          "manteau jacket veste trousers pantalon jeans skirt jupe scarf écharpe blouse knitwear "
          "tricot", ("apparel", "clothes", "clothing"), "fashion"),
    Topic("shoes", _("Shoes"), "shoe chaussure sneaker trainer sandal sandale boot botte flipflop flop "
          "tong espadrille heel talon sole semelle resoled", ("shoes",), "fashion"),
    Topic("bags", _("Bags"), "bag sac tote backpack cartable handbag pouch pochette wallet portefeuille "
          "luggage valise", ("bags",), "fashion"),
    Topic("jewellery", _("Jewellery and watches"), "jewellery jewelry bijou bague necklace collier "
          "bracelet earring", ("jewellery", "jewelry"), "fashion"),
    Topic("garden", _("Garden"), "garden jardin gardening jardinage allotment potager balcony balcon "
          "watering arrosoir arrosage compost seed graine", ("garden",)),
    Topic("plants", _("Plants"), "plant plante flower fleur succulent cactus monstera bouquet pot "
          "herbier", ("plants",), "garden"),
    Topic("vegetables", _("Vegetables and fruit"), "vegetable légume tomato tomate courgette potato "
          "fruit apple pomme strawberry fraise harvest récolte", (), "garden"),
    Topic("sport", _("Sport"), "sport training entraînement gym", ("sport", "sports")),
    Topic("running", _("Running"), "running runner jogging trail marathon coureur",
          ("running",), "sport"),
    Topic("cycling", _("Cycling"), "bike bicycle vélo cycling cyclisme cyclist cycliste gravel",
          ("cycling", "bikes"), "sport"),
    Topic("swimming", _("Swimming and the sea"), "swimming nage natation baignade swim beach plage surf "
          "sea mer sailing boat bateau narrowboat", ("beach",), "sport"),
    Topic("hiking", _("Hiking and camping"), "hiking randonnée hike camping tent tente climbing escalade "
          "mountain montagne bivouac", ("outdoor", "camping"), "sport"),
    Topic("food", _("Food"), "food recipe recette gourmet épicerie cheese fromage", ("food", "grocery")),
    Topic("baking", _("Bread and baking"), "bread boulangerie baking baguette sourdough levain cake "
          "gâteau pastry pâtisserie biscuit", ("bakery",), "food"),
    Topic("coffee", _("Coffee and tea"), "coffee café espresso tea matcha barista", ("coffee", "tea"),
          "food"),
    Topic("sweets", _("Chocolate and sweets"), "chocolate chocolat candy bonbon caramel honey miel "
          "jam confiture", (), "food"),
    Topic("books", _("Books"), "book livre novel roman poetry poésie library reading comic",
          ("books",)),
    Topic("music", _("Music"), "music musique vinyl vinyle album concert guitar guitare piano song "
          "disque", ("music",)),
    Topic("film", _("Film and photography"), "film cinema cinéma movie photo photography photographie "
          "camera", ("photography",)),
    Topic("games", _("Games"), "game jeu boardgame puzzle chess console", ("games",)),
    Topic("making", _("Making and repairing"), "handmade artisan atelier workshop repair réparation "
          "réparer repairing tool outil diy bricolage craft", ("tools", "craft")),
    Topic("sewing", _("Sewing and knitting"), "sewing couture knitting tricoter wool laine yarn fabric "
          "tissu embroidery broderie", ("sewing",), "making"),
    Topic("wood", _("Woodwork"), "wood bois woodwork menuiserie carpentry oak chêne walnut noyer", (),
          "making"),
    Topic("paper", _("Paper and prints"), "paper papier stationery papeterie notebook carnet "
          "affiche poster bookbinding reliure pen stylo", ("stationery",), "making"),
    Topic("recycled", _("Second-hand and recycled"), "recycled recyclé secondhand upcycling upcycled "
          "brocante fripe thrift", ()),
    Topic("tech", _("Computers and phones"), "computer ordinateur laptop phone téléphone smartphone "
          "tablet keyboard clavier headphone casque speaker", ("electronics", "tech")),
    Topic("toys", _("Toys"), "toy jouet doll poupée lego peluche plush", ("toys",)),
    Topic("pets", _("Pets"), "pet dog chien cat labrador puppy chiot kitten chaton", ("pets",)),
    Topic("travel", _("Travel"), "travel voyage trip holiday vacances roadtrip", ("travel",)),
)  # fmt: skip

# What begins like this, without accents, is of health, belief, politics, sexuality, origin, unions
# or convictions. A post or a product that names any of it gives nobody any interest at all.
SENSITIVE = (
    # Health
    "health", "sante", "malad", "disease", "illness", "sick", "cancer", "diabet", "depress", "anxie",
    "therap", "medic", "hopital", "hospital", "doctor", "docteur", "pharma", "grossesse",
    "pregnan", "enceinte", "infertil", "fertilit", "handicap", "disab", "vaccin", "covid", "autis",
    "adhd", "tdah", "addict", "alcool", "alcohol", "obes", "minceur", "maigrir", "weightloss", "slimming",
    "wheelchair", "menopaus", "epilep", "asthm", "allerg", "dement", "alzheimer",
    # Belief
    "religi", "islam", "musulm", "muslim", "christian", "chretien", "catholi", "protestant", "juif",
    "juive", "jewish", "judai", "bouddh", "buddh", "hindou", "hindu", "atheis", "athee", "eglise",
    "church", "mosque", "synagog", "temple", "bible", "coran", "quran", "torah", "halal", "kosher",
    "casher", "kasher", "ramadan", "hijab", "priere", "prayer", "rosary", "chapelet",
    # Politics
    "politi", "election", "electora", "socialis", "communis", "fascis", "republicain", "republican",
    "democrat", "gauchis", "feminis", "activis", "militant", "referendum", "manifestation",
    # Sexuality
    "sexu", "lesb", "bisex", "transgen", "transsex", "queer", "lgbt", "homosex", "heterosex", "erotic",
    "erotiq", "porn",
    # Origin
    "ethni", "racial", "racis", "maghreb", "africain", "african", "asiatiq", "tzigane", "migrant",
    "immigr", "refugee", "refugie", "indigen",
    # Unions and convictions
    "syndic", "syndiq", "unioni", "tradeunion", "prison", "convict",
)  # fmt: skip
# The same as whole words, where other words begin alike (transport, arabica, gaylord).
SENSITIVE_WORDS = (
    "sex", "sexe", "gay", "gays", "trans", "hiv", "vih", "sida", "aids", "arab", "arabs", "arabe",
    "arabes", "vote", "votes", "voter", "cgt", "cfdt", "pride", "dieu", "god", "allah",
)  # fmt: skip
