import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkout", "0009_orders_know_their_cart"),
    ]

    operations = [
        migrations.CreateModel(
            name="CardSetup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("setup_id", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="setups",
                        to="checkout.customer",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="replacedcard",
            name="attempt_hash",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
