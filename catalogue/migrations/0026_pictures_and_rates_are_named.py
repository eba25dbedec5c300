import django.contrib.postgres.functions
from django.db import migrations, models

import shopping.ids


def named(model_name):
    """Rows that are there are named by the database, and so are those that the old code adds."""
    return migrations.AddField(
        model_name=model_name,
        name='public_id',
        field=models.UUIDField(
            db_default=django.contrib.postgres.functions.RandomUUID(),
            default=shopping.ids.public_id,
            editable=False,
            unique=True,
        ),
    )


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0025_names_are_no_web_addresses'),
    ]

    operations = [named('productimage'), named('shippingrate')]
