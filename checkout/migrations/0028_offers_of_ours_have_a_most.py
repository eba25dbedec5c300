from django.db import migrations, models

# Minor units of whatever currency an order is in; offers for all shops that were there before.
MOST = """
UPDATE checkout_offer SET most = 5000
WHERE merchant_id IS NULL AND kind <> 'amount' AND most IS NULL
"""


class Migration(migrations.Migration):
    """What an offer takes off one order at most; ours had none, and shops say what goods cost."""

    dependencies = [("checkout", "0027_refunds_take_gifts_back")]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="most",
            field=models.BigIntegerField(
                blank=True, null=True, verbose_name="at most, for one order"
            ),
        ),
        migrations.RunSQL(MOST, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=(models.Q(most=None) | models.Q(most__gt=0))
                & (
                    models.Q(merchant__isnull=False)
                    | models.Q(kind="amount")
                    | models.Q(most__isnull=False)
                ),
                name="offer_of_ours_has_a_most",
                violation_error_message="Say what an offer for all shops takes off one order at most: you pay for it.",
            ),
        ),
    ]
