import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON checkout_closedmonth
FOR EACH STATEMENT EXECUTE FUNCTION checkout_refuse_change()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0006_merchants_say_who_they_are_on_invoices"),
        ("checkout", "0023_refunds_without_credit_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("ends_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=40)),
                ("holder", models.JSONField()),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.merchant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("merchant", "month"), name="closed_month_once")
                ],
            },
        ),
        migrations.RunSQL(GUARD, "DROP TRIGGER append_only ON checkout_closedmonth"),
    ]
