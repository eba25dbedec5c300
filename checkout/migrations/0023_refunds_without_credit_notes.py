from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Refunds are written all day: the index is made beside that.
    atomic = False

    dependencies = [("checkout", "0023_refunds_know_their_credit_notes")]

    operations = [
        AddIndexConcurrently(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("credited_at", None), ("status", "succeeded")),
                fields=["id"],
                name="refund_uncredited",
            ),
        ),
    ]
