from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0009_shops_without_an_account_are_not_payable")]

    operations = [
        migrations.AddConstraint(
            model_name="merchant",
            constraint=models.CheckConstraint(
                condition=models.Q(payable=False) | ~models.Q(stripe_account_id=""),
                name="merchant_payable_has_account",
            ),
        ),
    ]
