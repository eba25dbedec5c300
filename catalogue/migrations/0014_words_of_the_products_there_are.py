from typing import Any

from django.db import migrations

BATCH = 500
FILL = """
SELECT max(id), catalogue_keep_words(array_agg(id)) FROM (
    SELECT id FROM catalogue_product WHERE id > %s ORDER BY id LIMIT %s) batch
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """In batches, each committed by itself, so that no shop waits for more than one."""
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while last is not None:
            cursor.execute(FILL, [last, BATCH])
            last = cursor.fetchone()[0]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("catalogue", "0013_products_are_found_by_their_words"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
