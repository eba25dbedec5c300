import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Nothing here reads the invoices that are there: the next migration checks them."""

    dependencies = [
        ("checkout", "0023_refunds_know_their_credit_notes"),
        ("fulfilment", "0003_invoices_without_gaps"),
    ]

    operations = [
        migrations.AddField(
            model_name="invoice",
            name="refund",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_notes",
                to="checkout.refund",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="invoice", name="invoice_credit_note_corrects_one"
        ),
        AddConstraintNotValid(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corrects", None), ("kind", "invoice"), ("refund", None)),
                    models.Q(("corrects__isnull", False), ("kind", "credit_note")),
                    _connector="OR",
                ),
                name="invoice_credit_note_corrects_one",
            ),
        ),
    ]
