import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fulfilment', '0009_parcels_hold_what_was_sent'),
    ]

    operations = [
        migrations.AlterField(
            model_name='trackingevent',
            name='merchant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.merchant'),
        ),
    ]
