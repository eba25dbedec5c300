"""What is on sale, and which picture shows it: the one text of it for statements in SQL.

In each of them `v` is the variant, `p` its product and `m` its merchant; the texts are of our own
words alone.
"""

from __future__ import annotations


def active(clock: str = "now()") -> str:
    """Published, and within its schedule at `clock`, an expression of SQL.

    catalogue.models.products.offered says the same in Django's words.
    """
    begun = f"(p.on_sale_from IS NULL OR p.on_sale_from <= {clock})"
    lasts = f"(p.on_sale_until IS NULL OR p.on_sale_until > {clock})"
    return f"p.status = 'active' AND {begun} AND {lasts}"


# By the clock of the database, whatever a worker does.
ACTIVE = active()
# A drop that is not open yet, and one that has ended.
WAITS = "EXISTS (SELECT FROM catalogue_drop d WHERE d.product_id = p.id AND d.opens_at > now())"
ENDED = "EXISTS (SELECT FROM catalogue_drop d WHERE d.product_id = p.id AND d.ends_at <= now())"
# How many pieces of it one person may buy; NULL where there is no limit.
PER_PERSON = "(SELECT d.per_person FROM catalogue_drop d WHERE d.product_id = p.id)"
# Offered by its shop, whether or not the shop may sell just now.
OFFERED = f"v.active AND {ACTIVE} AND m.status = 'active' AND NOT {ENDED}"
# What it is called where it may be seen: its shop may work at a draft that somebody still holds, or
# at what it will show later.
TITLE = "CASE WHEN p.status = 'draft' OR p.on_sale_from > now() THEN '' ELSE p.title END"
# A product that its shop shows and sells; of whether a drop waits or has ended, nothing.
LISTED = f"{ACTIVE} AND m.sells"
# What can be ordered of a shop that meets a condition of its own, as far as there are pieces of it.
_OF_A_SHOP = f"v.active AND {ACTIVE} AND {{shop}} AND NOT {WAITS} AND NOT {ENDED}"
# What can be put into a cart, quoted and ordered.
ON_SALE = _OF_A_SHOP.format(shop="m.sells")
# What an order of a test space can hold, by whoever holds a key of it, and of nobody else's; the
# shop itself need not be paid by Stripe, nor be let in yet.
ON_SALE_IN_TEST = _OF_A_SHOP.format(
    shop="""EXISTS (SELECT FROM catalogue_merchant real
    WHERE real.id = m.test_of_id AND real.status <> 'suspended')"""
)
# The variant's own picture, else the product's first; its name in the media storage, or NULL.
PICTURE = """(
    SELECT image.file FROM catalogue_productimage image WHERE image.product_id = p.id
    ORDER BY image.variant_id IS NOT DISTINCT FROM v.id DESC, image.position, image.id LIMIT 1
)"""
