import django.db.models.deletion
import django.db.models.expressions
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who brought a line, what they get of it, and what is owed to them in the ledger.

    Code that runs while this does writes lines without a commission, so the database has defaults.
    What there is, is looked through and indexed beside the writing: 0044.
    """

    dependencies = [
        ("catalogue", "0029_shops_say_where_their_cards_stand"),
        ("checkout", "0038_replies_on_other_networks"),
        ("feeds", "0021_words_are_found_by_their_beginning"),
        ("partners", "0001_keys_answers_and_requests"),
    ]

    operations = [
        migrations.AddField(
            model_name="ledgerentry",
            name="partner",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ledger_entries",
                to="partners.partner",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="commission",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="orderline",
            name="commission_bps",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="orderline",
            name="partner",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="order_lines",
                to="partners.partner",
            ),
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE checkout_orderline ALTER COLUMN {column} SET DEFAULT 0",
                f"ALTER TABLE checkout_orderline ALTER COLUMN {column} DROP DEFAULT",
            )
            for column in ("commission", "commission_bps")
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="account",
            field=models.CharField(
                choices=[
                    ("stripe", "Stripe balance"),
                    ("merchant", "owed to merchant"),
                    ("fees", "our fees"),
                    ("partners", "owed to partners"),
                    ("refunds", "refunds to make"),
                    ("transfers", "transfers under way"),
                    ("costs", "Stripe’s fees"),
                    ("bank", "our bank account"),
                    ("exchange", "changed into another currency"),
                ],
                max_length=10,
            ),
        ),
        AddConstraintNotValid(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account", "partners"), ("partner__isnull", False)),
                    models.Q(models.Q(("account", "partners"), _negated=True), ("partner", None)),
                    _connector="OR",
                ),
                name="ledger_entry_partners_are_owed",
            ),
        ),
        AddConstraintNotValid(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("partner__isnull", False),
                    models.Q(("commission", 0), ("commission_bps", 0)),
                    _connector="OR",
                ),
                name="order_line_commission_is_a_partners",
            ),
        ),
        AddConstraintNotValid(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("commission__gte", 0),
                    (
                        "commission__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("total"), "-", models.F("discount")
                        ),
                    ),
                    ("commission_bps__lte", 10000),
                ),
                name="order_line_commission",
            ),
        ),
        migrations.CreateModel(
            name="PartnerAccount",
            fields=[],
            options={
                "verbose_name": "account of a partner",
                "verbose_name_plural": "accounts of partners",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("partners.partner",),
        ),
    ]
