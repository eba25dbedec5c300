import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Offers, what orders hold of them, and what they took off each line.

    Code that runs while this does writes lines without a discount, so the database has a default.
    """

    dependencies = [
        ("catalogue", "0004_merchants_have_a_history"),
        ("checkout", "0010_cards_are_added_and_deleted"),
    ]

    operations = [
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="What shoppers read beside the amount.",
                        max_length=80,
                        verbose_name="name",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        error_messages={"unique": "This code is taken: choose another one."},
                        help_text="What shoppers type. Without one, the offer holds by itself.",
                        max_length=40,
                        null=True,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("percentage", "percentage off the goods"),
                            ("amount", "amount off the goods"),
                            ("free_delivery", "free delivery"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "basis_points",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="1000 is 10 %.",
                        null=True,
                        verbose_name="hundredths of a per cent",
                    ),
                ),
                ("amount", models.BigIntegerField(blank=True, null=True, verbose_name="amount")),
                (
                    "currency",
                    models.CharField(
                        blank=True,
                        help_text="Needed for amounts. A shop’s offers are in its own currency.",
                        max_length=3,
                        verbose_name="currency",
                    ),
                ),
                ("minimum", models.BigIntegerField(default=0, verbose_name="goods for at least")),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="starts")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                (
                    "total_limit",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Counted from the moment that an offer has a limit.",
                        null=True,
                        verbose_name="orders in all",
                    ),
                ),
                (
                    "person_limit",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="orders a person"
                    ),
                ),
                ("used", models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="OfferUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("principal", models.CharField(max_length=80)),
                ("email", models.EmailField(max_length=254)),
            ],
        ),
        migrations.CreateModel(
            name="OrderDiscount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=130)),
                ("amount", models.BigIntegerField()),
                ("by_platform", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="orderdelivery",
            name="discount",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="orderline",
            name="discount",
            field=models.BigIntegerField(default=0),
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ALTER COLUMN discount SET DEFAULT 0",
                f"ALTER TABLE {table} ALTER COLUMN discount DROP DEFAULT",
            )
            for table in ("checkout_orderdelivery", "checkout_orderline")
        ),
        migrations.AddConstraint(
            model_name="orderdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount__gte", 0), ("discount__lte", models.F("amount"))),
                name="order_delivery_discount",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount__gte", 0), ("discount__lte", models.F("total"))),
                name="order_line_discount",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="merchant",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offers",
                to="catalogue.merchant",
                verbose_name="shop",
            ),
        ),
        migrations.AddField(
            model_name="offeruse",
            name="offer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uses",
                to="checkout.offer",
            ),
        ),
        migrations.AddField(
            model_name="offeruse",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offer_uses",
                to="checkout.order",
            ),
        ),
        migrations.AddField(
            model_name="orderdiscount",
            name="merchant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalogue.merchant",
            ),
        ),
        migrations.AddField(
            model_name="orderdiscount",
            name="offer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="checkout.offer"
            ),
        ),
        migrations.AddField(
            model_name="orderdiscount",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="discounts",
                to="checkout.order",
            ),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(
                condition=models.Q(("active", True), ("code", None)),
                fields=["merchant"],
                name="offer_automatic",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("code", None), ("code__regex", "^[A-Z0-9][A-Z0-9_-]{2,39}$"), _connector="OR"
                ),
                name="offer_code_shape",
                violation_error_message="A code is 3 to 40 capital letters, digits, hyphens and underscores.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount", None),
                        ("basis_points__gte", 1),
                        ("basis_points__isnull", False),
                        ("basis_points__lte", 10000),
                        ("kind", "percentage"),
                    ),
                    models.Q(
                        ("amount__gt", 0),
                        ("amount__isnull", False),
                        ("basis_points", None),
                        ("kind", "amount"),
                        models.Q(("currency", ""), _negated=True),
                    ),
                    models.Q(("amount", None), ("basis_points", None), ("kind", "free_delivery")),
                    _connector="OR",
                ),
                name="offer_is_of_one_kind",
                violation_error_message="A percentage has a rate (0.01 to 100 per cent), an amount has an amount with its currency, free delivery has neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minimum", 0),
                    models.Q(("minimum__gt", 0), models.Q(("currency", ""), _negated=True)),
                    _connector="OR",
                ),
                name="offer_minimum_has_a_currency",
                violation_error_message="Say in which currency the minimum is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_at", None),
                    ("ends_at", None),
                    ("ends_at__gt", models.F("starts_at")),
                    _connector="OR",
                ),
                name="offer_ends_after_it_starts",
                violation_error_message="An offer ends after it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("total_limit", None),
                        models.Q(("total_limit__gte", 1), ("used__lte", models.F("total_limit"))),
                        _connector="OR",
                    ),
                    models.Q(("person_limit", None), ("person_limit__gte", 1), _connector="OR"),
                ),
                name="offer_limits_hold",
                violation_error_message="A limit is at least 1, and at least what was used already; switch the offer off to end it.",
            ),
        ),
        migrations.AddIndex(
            model_name="offeruse",
            index=models.Index(fields=["offer", "principal"], name="offer_use_by_principal"),
        ),
        migrations.AddIndex(
            model_name="offeruse",
            index=models.Index(fields=["offer", "email"], name="offer_use_by_email"),
        ),
        migrations.AddConstraint(
            model_name="offeruse",
            constraint=models.UniqueConstraint(fields=("order", "offer"), name="offer_use_unique"),
        ),
        migrations.AddConstraint(
            model_name="orderdiscount",
            constraint=models.UniqueConstraint(
                fields=("order", "offer", "merchant"), name="order_discount_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderdiscount",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="order_discount_positive"
            ),
        ),
    ]
