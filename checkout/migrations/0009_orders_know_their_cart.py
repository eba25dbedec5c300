import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """An order says which cart it came from, and a merged cart where its lines went."""

    dependencies = [("checkout", "0008_carts_of_guests_and_saved_lines")]

    operations = [
        migrations.AddField(
            "cart",
            "merged_into",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="checkout.cart",
            ),
        ),
        migrations.AddField(
            "order",
            "cart",
            models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="checkout.cart",
            ),
        ),
    ]
