from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("feeds", "0008_interests_and_promotions"),
    ]

    operations = [
        ValidateConstraint(model_name="post", name="post_body_bounded"),
    ]
