from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    """Of people who have an account as well as of guests."""

    # People buy all day: the index is made beside that.
    atomic = False

    dependencies = [
        ("checkout", "0034_orders_have_notes"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="order", index=models.Index(Upper("email"), name="order_by_email")
        ),
        RemoveIndexConcurrently(model_name="order", name="order_of_guest"),
    ]
