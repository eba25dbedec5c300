"""Many products of a shop, and what a list of them asks of the database."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.shops import Shop

PRODUCTS = "/admin/catalogue/product/"
VARIANTS = "/admin/catalogue/variant/"
FILL = """
WITH made AS (
    INSERT INTO catalogue_product (public_id, merchant_id, external_id, title, slug, description,
        tax_kind, tags, option_names, currency, status, created_at, updated_at)
    SELECT gen_random_uuid(), %(merchant)s, 'EXT-' || n, 'Thing number ' || n, 'thing', 'Words',
           'standard', '{}', '{Size}', 'EUR', CASE WHEN n %% 50 = 0 THEN 'draft' ELSE 'active' END,
           now(), now()
    FROM generate_series(1, %(many)s) n
    RETURNING id, merchant_id, external_id
), forms AS (
    INSERT INTO catalogue_variant (public_id, product_id, merchant_id, sku, option_values, price,
        weight_grams, barcode, requires_shipping, position, active)
    SELECT gen_random_uuid(), id, merchant_id, 'SKU-' || substr(external_id, 5) || '-' || size,
           ARRAY[size], 1000 + (id %% 900), 0, '', true, 0, true
    FROM made, unnest(ARRAY['S', 'M']) size
    RETURNING id
)
INSERT INTO catalogue_stockitem (variant_id, on_hand, reserved) SELECT id, 3, 0 FROM forms
"""


def fill(shop: Shop, *, many: int) -> None:
    """Products of a shop in two sizes each; each fiftieth is a draft."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"merchant": shop.merchant.pk, "many": many})


def statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in seen.captured_queries]
