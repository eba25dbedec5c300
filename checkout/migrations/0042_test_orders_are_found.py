from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    # People buy all day: the index is made beside that.
    atomic = False

    dependencies = [
        ("checkout", "0041_tests_and_what_is_real_do_not_mix"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="order",
            index=models.Index(
                condition=models.Q(("test_shop__isnull", False)),
                fields=["test_shop", "-id"],
                name="order_of_test_space",
            ),
        ),
        ValidateConstraint(model_name="order", name="order_test_is_nobodys"),
    ]
