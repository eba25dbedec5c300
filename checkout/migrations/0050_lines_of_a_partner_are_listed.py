from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People buy all day: the index is made beside that, and then the one goes that it takes the place of.
    atomic = False

    dependencies = [
        ("checkout", "0049_sessions_know_their_agent"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("partner__isnull", False)),
                fields=["partner", "-id"],
                name="order_line_by_partner",
            ),
        ),
        RemoveIndexConcurrently(model_name="orderline", name="order_line_of_partner"),
    ]
