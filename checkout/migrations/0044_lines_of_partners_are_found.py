from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    # People buy all day: the indexes are made, and what there is is looked through, beside that.
    atomic = False

    dependencies = [
        ("checkout", "0043_accounts_of_partners_and_of_tests"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("partner__isnull", False)),
                fields=["partner"],
                name="ledger_entry_of_partner",
            ),
        ),
        AddIndexConcurrently(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("partner__isnull", False)),
                fields=["partner"],
                name="order_line_of_partner",
            ),
        ),
        ValidateConstraint(model_name="ledgerentry", name="ledger_entry_partners_are_owed"),
        ValidateConstraint(model_name="orderline", name="order_line_commission_is_a_partners"),
        ValidateConstraint(model_name="orderline", name="order_line_commission"),
    ]
