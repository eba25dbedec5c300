"""What the courier asks for: an endpoint's waiting deliveries, and a span of the log.

Events and deliveries are written all day, so the indexes are made beside that; what a broken attempt
left of one goes first.
"""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("webhooks", "0003_messages_are_counted_and_attempts_logged")]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS delivery_waiting", ""),
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("status", "pending")),
                fields=["endpoint", "next_attempt_at", "id"],
                name="delivery_waiting",
            ),
        ),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS event_span", ""),
        AddIndexConcurrently(
            model_name="event",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["created_at"], name="event_span"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "DROP INDEX CONCURRENTLY IF EXISTS delivery_sequence_once",
                        """
                        CREATE UNIQUE INDEX CONCURRENTLY delivery_sequence_once
                        ON webhooks_delivery (endpoint_id, sequence) WHERE sequence IS NOT NULL
                        """,
                    ],
                    "DROP INDEX CONCURRENTLY delivery_sequence_once",
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("sequence__isnull", False)),
                        fields=("endpoint", "sequence"),
                        name="delivery_sequence_once",
                    ),
                ),
            ],
        ),
        RemoveIndexConcurrently(model_name="delivery", name="delivery_due"),
    ]
