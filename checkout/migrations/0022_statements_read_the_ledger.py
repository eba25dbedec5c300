from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The ledger is long and written to all day: the index is made beside that.
    atomic = False

    dependencies = [
        ("catalogue", "0006_merchants_say_who_they_are_on_invoices"),
        ("checkout", "0021_one_unpaid_order_of_a_cart"),
    ]

    operations = [
        migrations.CreateModel(
            name="MerchantStatements",
            fields=[],
            options={
                "verbose_name": "statements",
                "verbose_name_plural": "statements",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("catalogue.merchant",),
        ),
        AddIndexConcurrently(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("merchant__isnull", False)),
                fields=["merchant", "transaction"],
                include=("account", "amount", "currency"),
                name="ledger_entry_of_merchant",
            ),
        ),
    ]
