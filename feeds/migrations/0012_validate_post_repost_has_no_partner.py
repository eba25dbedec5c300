from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("feeds", "0011_posts_say_that_they_are_paid_for"),
    ]

    operations = [
        ValidateConstraint(model_name="post", name="post_repost_has_no_partner"),
    ]
