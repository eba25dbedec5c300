from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # People sign up all day: the index is made beside that.
    atomic = False

    dependencies = [
        ("accounts", "0002_cities_may_be_left_out"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(
                fields=["id"], condition=Q(is_active=False), name="user_suspended"
            ),
        ),
    ]
