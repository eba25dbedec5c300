from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkout", "0005_books_are_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="second_intent_id",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        # Code that does not know the column yet goes on writing refunds.
        migrations.RunSQL(
            "ALTER TABLE checkout_refund ALTER COLUMN second_intent_id SET DEFAULT ''",
            "ALTER TABLE checkout_refund ALTER COLUMN second_intent_id DROP DEFAULT",
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("second_intent_id", ""), _negated=True),
                fields=["second_intent_id"],
                name="refund_of_second_intent",
            ),
        ),
    ]
