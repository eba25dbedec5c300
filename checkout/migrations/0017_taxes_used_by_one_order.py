"""Stripe records a calculation of taxes as one order's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    # Orders are many and placed all day: the index is made beside that. What a broken attempt left
    # goes first.
    atomic = False

    dependencies = [("checkout", "0017_taxes_by_stripe")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "DROP INDEX CONCURRENTLY IF EXISTS order_tax_calculation_unique",
                        """
                        CREATE UNIQUE INDEX CONCURRENTLY order_tax_calculation_unique
                        ON checkout_order (tax_calculation) WHERE tax_calculation IS NOT NULL
                        """,
                    ],
                    "DROP INDEX CONCURRENTLY order_tax_calculation_unique",
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="order",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("tax_calculation__isnull", False)),
                        fields=("tax_calculation",),
                        name="order_tax_calculation_unique",
                    ),
                ),
            ],
        ),
    ]
