from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    # People buy all day: the indexes are made beside that.
    atomic = False

    dependencies = [
        ("checkout", "0036_carts_and_orders_of_partners"),
    ]

    operations = [
        ValidateConstraint(model_name="cart", name="cart_of_a_partner_is_a_guests"),
        AddIndexConcurrently(
            model_name="order",
            index=models.Index(
                condition=models.Q(("partner__isnull", False)),
                fields=["partner", "-id"],
                name="order_by_partner",
            ),
        ),
        AddIndexConcurrently(
            model_name="orderline",
            index=models.Index(fields=["merchant", "-order"], name="order_line_of_shop"),
        ),
    ]
