from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The ledger is long and written to all day: the index is made beside that.
    atomic = False

    dependencies = [
        ("checkout", "0018_books_are_compared_with_stripe"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="ledgertransaction",
            index=models.Index(fields=["created_at"], name="ledger_by_time"),
        ),
    ]
