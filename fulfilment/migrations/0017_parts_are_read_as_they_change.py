"""A shop's parts in the order in which they change, for programs that keep up with them.

The index is made beside the writing; what a broken attempt left of it goes first.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("fulfilment", "0016_carrier_messages_are_forgotten")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS part_of_shop_by_change", ""),
        AddIndexConcurrently(
            model_name="fulfilmentorder",
            index=models.Index(
                fields=["merchant", "updated_at", "id"], name="part_of_shop_by_change"
            ),
        ),
    ]
