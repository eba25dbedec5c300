from typing import Any

from django.db import migrations, transaction

BATCH = 20_000
# The table takes no UPDATE: where that rule is there already, it is put aside for one batch, under a
# lock that lets nobody else change rows.
FILL = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE catalogue_stockmovement DISABLE TRIGGER USER;
UPDATE catalogue_stockmovement movement SET merchant_id = variant.merchant_id
FROM catalogue_variant variant
WHERE variant.id = movement.variant_id AND movement.merchant_id IS NULL
  AND movement.id > %s AND movement.id <= %s;
ALTER TABLE catalogue_stockmovement ENABLE TRIGGER USER
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """In batches, each committed by itself, so that no sale waits for more than one."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM catalogue_stockmovement")
        (last,) = cursor.fetchone()
        for after in range(0, last, BATCH):
            with transaction.atomic():
                cursor.execute(FILL, [after, after + BATCH])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("catalogue", "0020_stock_is_counted_and_watched"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
