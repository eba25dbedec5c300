from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkout", "0025_transfers_are_due_until_they_are_sent")]

    operations = [
        migrations.AlterField(
            model_name="transfer",
            name="status",
            field=models.CharField(
                choices=[
                    ("requested", "on its way"),
                    ("succeeded", "transferred"),
                    ("dropped", "not needed any more"),
                ],
                default="requested",
                max_length=10,
            ),
        ),
    ]
