"""Two forms of one cart, in two windows, are one purchase."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkout", "0020_older_unpaid_orders_leave_their_cart")]

    operations = [
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cart__isnull", False), ("status", "awaiting_payment")),
                fields=("cart", "currency"),
                name="order_one_unpaid_per_cart",
            ),
        ),
    ]
