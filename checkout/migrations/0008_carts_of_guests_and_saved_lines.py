from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A guest's cart is known by the name in their cookie, and a line may wait for later.

    No code reads or writes carts before this, so the column can be renamed while it runs.
    """

    dependencies = [
        ("checkout", "0007_replaced_cards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("cart", "cart_one_open_per_session"),
        migrations.RemoveConstraint("cart", "cart_has_an_owner"),
        migrations.RenameField("cart", "session_key", "guest"),
        migrations.AddConstraint(
            "cart",
            models.UniqueConstraint(
                fields=["guest"],
                condition=Q(closed_at=None, user=None),
                name="cart_one_open_per_guest",
            ),
        ),
        migrations.AddConstraint(
            "cart",
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(guest=""), name="cart_has_an_owner"
            ),
        ),
        migrations.AddField(
            "cartline",
            "saved",
            models.BooleanField(default=False, db_default=False),
        ),
    ]
