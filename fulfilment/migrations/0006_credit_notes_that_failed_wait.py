import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkout", "0023_refunds_without_credit_notes"),
        ("fulfilment", "0005_credit_notes_once_a_refund"),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditFailure",
            fields=[
                (
                    "refund",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="credit_failure",
                        serialize=False,
                        to="checkout.refund",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=500)),
                ("next_attempt_at", models.DateTimeField()),
            ],
        ),
    ]
