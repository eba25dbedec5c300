from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    # Invoices are many and written all day: they are read beside that. What a broken attempt left
    # goes first.
    atomic = False

    dependencies = [("fulfilment", "0004_credit_notes_are_of_a_refund")]

    operations = [
        ValidateConstraint(model_name="invoice", name="invoice_credit_note_corrects_one"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "DROP INDEX CONCURRENTLY IF EXISTS invoice_one_per_part",
                        """
                        CREATE UNIQUE INDEX CONCURRENTLY invoice_one_per_part
                        ON fulfilment_invoice (fulfilment_order_id) WHERE kind = 'invoice'
                        """,
                    ],
                    "DROP INDEX CONCURRENTLY invoice_one_per_part",
                ),
                migrations.RunSQL(
                    [
                        "DROP INDEX CONCURRENTLY IF EXISTS invoice_credit_note_once",
                        """
                        CREATE UNIQUE INDEX CONCURRENTLY invoice_credit_note_once
                        ON fulfilment_invoice (refund_id, fulfilment_order_id)
                        WHERE refund_id IS NOT NULL
                        """,
                    ],
                    "DROP INDEX CONCURRENTLY invoice_credit_note_once",
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("kind", "invoice")),
                        fields=("fulfilment_order",),
                        name="invoice_one_per_part",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("refund__isnull", False)),
                        fields=("refund", "fulfilment_order"),
                        name="invoice_credit_note_once",
                    ),
                ),
            ],
        ),
        # Last: until here it keeps out what the two above do.
        migrations.RemoveConstraint(
            model_name="invoice", name="invoice_one_per_part_and_kind"
        ),
    ]
