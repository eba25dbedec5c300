from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("fulfilment", "0015_returns_have_lines_and_a_history"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='carriermessage',
            index=models.Index(condition=models.Q(('next_attempt_at__isnull', True)), fields=['received_at'], name='carrier_message_over'),
        ),
    ]
