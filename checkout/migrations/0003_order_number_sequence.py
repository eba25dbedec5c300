from django.db import migrations, models


class Migration(migrations.Migration):
    """Numbers come from a sequence, so that no two orders wait for each other's commit."""

    dependencies = [("checkout", "0002_order_fulfilment_opened")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE checkout_order_number START 20001",
            "DROP SEQUENCE checkout_order_number",
        ),
        migrations.AlterField(
            model_name="order",
            name="number",
            field=models.BigIntegerField(
                db_default=models.Func(models.Value("checkout_order_number"), function="nextval"),
                editable=False,
                unique=True,
            ),
        ),
    ]
