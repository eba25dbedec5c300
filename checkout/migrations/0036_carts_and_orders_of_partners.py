import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Code that runs while this does writes carts and orders of no partner, and no cart's country."""

    dependencies = [
        ("checkout", "0035_orders_are_found_by_email"),
        ("partners", "0001_keys_answers_and_requests"),
    ]

    operations = [
        migrations.AddField(
            model_name="cart",
            name="country",
            field=models.CharField(blank=True, db_default="", default="", max_length=2),
        ),
        migrations.AddField(
            model_name="cart",
            name="partner",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.partner",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="partner",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="partners.partner",
            ),
        ),
        AddConstraintNotValid(
            model_name="cart",
            constraint=models.CheckConstraint(
                condition=models.Q(("partner", None), ("user", None), _connector="OR"),
                name="cart_of_a_partner_is_a_guests",
            ),
        ),
    ]
