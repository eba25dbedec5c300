from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People buy all day: the indexes are made beside that.
    atomic = False

    dependencies = [
        ("catalogue", "0031_movements_know_their_call"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="product",
            index=models.Index(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=["external_id", "id"],
                name="product_by_external_id",
            ),
        ),
        AddIndexConcurrently(
            model_name="variant",
            index=models.Index(
                condition=models.Q(("sku", ""), _negated=True),
                fields=["sku", "id"],
                name="variant_by_sku",
            ),
        ),
    ]
