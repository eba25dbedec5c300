from django.db import migrations, models


class Migration(migrations.Migration):
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
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("merchant__isnull", False)),
                fields=["merchant", "transaction"],
                include=("account", "amount", "currency"),
                name="ledger_entry_of_merchant",
            ),
        ),
    ]
