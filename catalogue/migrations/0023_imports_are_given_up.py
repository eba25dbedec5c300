from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0022_movements_are_found"),
    ]

    operations = [
        migrations.AddField(
            model_name='import',
            name='attempts',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='import',
            name='last_error',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=500),
        ),
    ]
