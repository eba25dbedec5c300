from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkout", "0022_statements_read_the_ledger"),
    ]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="credited_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
