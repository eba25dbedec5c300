from django.db import migrations, models


class Migration(migrations.Migration):
    """Both tables are new with the same update, so that they are checked at once."""

    dependencies = [("checkout", "0024_finished_months_are_closed")]

    operations = [
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(status="succeeded", stripe_id__isnull=False)
                | (~models.Q(status="succeeded") & models.Q(stripe_id=None)),
                name="transfer_succeeded_iff_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(status="requested", next_attempt_at__isnull=False)
                | (~models.Q(status="requested") & models.Q(next_attempt_at=None)),
                name="transfer_due_iff_requested",
            ),
        ),
        migrations.AddConstraint(
            model_name="transferreversal",
            constraint=models.CheckConstraint(
                condition=models.Q(status="succeeded", stripe_id__isnull=False)
                | (~models.Q(status="succeeded") & models.Q(stripe_id=None)),
                name="reversal_succeeded_iff_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="transferreversal",
            constraint=models.CheckConstraint(
                condition=models.Q(status="requested", next_attempt_at__isnull=False)
                | (~models.Q(status="requested") & models.Q(next_attempt_at=None)),
                name="reversal_due_iff_requested",
            ),
        ),
    ]
