import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper

# Exact words begin with a sign that no word of a text has: the shop, the number, the address, a SKU.
WORDS = """
CREATE FUNCTION fulfilment_part_words(bigint) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT array_to_tsvector(
        ARRAY['=m' || part.merchant_id, '=n' || orders.number, '=e' || lower(orders.email)]
        || coalesce(array_agg('=s' || lower(line.sku)) FILTER (WHERE line.sku <> ''), '{}'))
        || to_tsvector('etal_plain'::regconfig,
            orders.name || ' ' || coalesce(string_agg(line.title, ' '), ''))
    FROM fulfilment_fulfilmentorder part
    JOIN checkout_order orders ON orders.id = part.order_id
    LEFT JOIN checkout_orderline line
        ON line.order_id = part.order_id AND line.merchant_id = part.merchant_id
    WHERE part.id = $1 GROUP BY part.id, orders.id;
END
"""
# Written by the database, whoever opens a part: what older code opens meanwhile is found as well.
TRIGGER = """
CREATE FUNCTION fulfilment_write_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fulfilment_partwords (part_id, words)
    SELECT id, fulfilment_part_words(id) FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER words AFTER INSERT ON fulfilment_fulfilmentorder
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fulfilment_write_words()
"""
UNDO_TRIGGER = """
DROP TRIGGER words ON fulfilment_fulfilmentorder;
DROP FUNCTION fulfilment_write_words()
"""
FILL = """
INSERT INTO fulfilment_partwords (part_id, words)
SELECT id, fulfilment_part_words(id) FROM fulfilment_fulfilmentorder
WHERE id > %s AND id <= %s ON CONFLICT DO NOTHING
"""
BATCH = 10_000


def fill(apps, schema_editor):
    """Of the parts there are; in batches, none of which holds a lock for long."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM fulfilment_fulfilmentorder")
        (last,) = cursor.fetchone()
        for begin in range(0, last, BATCH):
            cursor.execute(FILL, [begin, begin + BATCH])


class Migration(migrations.Migration):
    # Shops work all day: rows and indexes are made beside that, and each batch is its own.
    atomic = False

    dependencies = [
        ("accounts", "0008_texts_are_found_by_their_words"),
        ("checkout", "0034_orders_have_notes"),
        ("fulfilment", "0013_workbench"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartWords",
            fields=[
                (
                    "part",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="fulfilment.fulfilmentorder",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.RunSQL(WORDS, "DROP FUNCTION fulfilment_part_words(bigint)"),
        migrations.RunSQL(TRIGGER, UNDO_TRIGGER),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        AddIndexConcurrently(
            model_name="partwords",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["words"], fastupdate=False, name="part_words"
            ),
        ),
        AddIndexConcurrently(
            model_name="fulfilmentorder",
            index=models.Index(fields=["merchant", "-id"], name="part_of_shop"),
        ),
        AddIndexConcurrently(
            model_name="fulfilmentorder",
            index=models.Index(fields=["merchant", "status", "-id"], name="part_in_shops_queue"),
        ),
        AddIndexConcurrently(
            model_name="fulfilmentorder",
            index=models.Index(fields=["status", "-id"], name="part_in_queue"),
        ),
        AddIndexConcurrently(
            model_name="shipment",
            index=models.Index(
                Upper("tracking_number"),
                condition=~models.Q(tracking_number=""),
                name="shipment_by_number",
            ),
        ),
    ]
