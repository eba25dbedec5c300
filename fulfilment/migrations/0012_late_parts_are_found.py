from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("fulfilment", "0011_parts_are_late"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='fulfilmentorder',
            index=models.Index(condition=models.Q(('status__in', ['open', 'packed', 'partly_shipped'])), fields=['merchant', 'leaves_by'], name='fulfilment_to_send_by'),
        ),
    ]
