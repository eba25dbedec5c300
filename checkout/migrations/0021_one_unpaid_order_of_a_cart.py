"""Two forms of one cart, in two windows, are one purchase.

Until the new code runs, a second window that places an order of the same cart gets an error: the old
code does not know what the index says. Where one did so just before the index was made, this fails
and leaves nothing half done that a second `migrate` does not put right.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    # Orders are many and placed all day: the index is made beside that. What a broken attempt left
    # goes first.
    atomic = False

    dependencies = [("checkout", "0020_older_unpaid_orders_leave_their_cart")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "DROP INDEX CONCURRENTLY IF EXISTS order_one_unpaid_per_cart",
                        # Once more, for what was placed since the last migration.
                        """
                        UPDATE checkout_order SET cart_id = NULL
                        WHERE status = 'awaiting_payment' AND cart_id IS NOT NULL AND id NOT IN (
                            SELECT max(id) FROM checkout_order
                            WHERE status = 'awaiting_payment' AND cart_id IS NOT NULL
                            GROUP BY cart_id, currency
                        )
                        """,
                        """
                        CREATE UNIQUE INDEX CONCURRENTLY order_one_unpaid_per_cart
                        ON checkout_order (cart_id, currency)
                        WHERE cart_id IS NOT NULL AND status = 'awaiting_payment'
                        """,
                    ],
                    "DROP INDEX CONCURRENTLY order_one_unpaid_per_cart",
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="order",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            ("cart__isnull", False), ("status", "awaiting_payment")
                        ),
                        fields=("cart", "currency"),
                        name="order_one_unpaid_per_cart",
                    ),
                ),
            ],
        ),
    ]
