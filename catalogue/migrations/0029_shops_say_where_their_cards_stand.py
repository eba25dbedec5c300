import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0028_categories_know_googles"),
        ("partners", "0001_keys_answers_and_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmbedOrigin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        help_text="Its address up to the first slash: https://www.example.com",
                        max_length=260,
                        verbose_name="site",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="embed_origins",
                        to="catalogue.merchant",
                        verbose_name="shop",
                    ),
                ),
            ],
            options={
                "verbose_name": "site for cards",
                "verbose_name_plural": "sites for cards",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "origin"),
                        name="embed_origin_once_a_shop",
                        violation_error_message="This site is in the list already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin__regex", "^https?://[a-z0-9.:\\[\\]-]+$")),
                        name="embed_origin_is_one",
                        violation_error_message="Write the site as https://www.example.com.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerAgreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "commission_bps",
                    models.PositiveIntegerField(verbose_name="commission in basis points"),
                ),
                (
                    "active",
                    models.BooleanField(
                        default=True,
                        help_text="Without it the partner’s sales are still marked, and cost you nothing.",
                        verbose_name="in force",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partner_agreements",
                        to="catalogue.merchant",
                        verbose_name="shop",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="partners.partner",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "agreement with a partner",
                "verbose_name_plural": "agreements with partners",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "partner"),
                        name="agreement_once_a_partner",
                        violation_error_message="There is an agreement with this partner already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("commission_bps__lte", 5000)),
                        name="agreement_at_most_half",
                        violation_error_message="A commission is at most 5,000 basis points, one half.",
                    ),
                ],
            },
        ),
    ]
