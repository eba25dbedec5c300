from django.db import migrations, models


class Migration(migrations.Migration):
    """The fee of a refund's part is negative where our own offers gave more than the fee."""

    dependencies = [("checkout", "0026_transfers_that_never_went_are_dropped")]

    operations = [
        migrations.RemoveConstraint(model_name="refundpart", name="refund_part_not_negative"),
        migrations.AddConstraint(
            model_name="refundpart",
            constraint=models.CheckConstraint(
                condition=models.Q(amount__gte=0, tax__gte=0), name="refund_part_not_negative"
            ),
        ),
    ]
