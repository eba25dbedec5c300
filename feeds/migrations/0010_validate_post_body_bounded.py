from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("feeds", "0009_cart_replies_keep_whole_texts"),
    ]

    operations = [
        ValidateConstraint(model_name="post", name="post_body_bounded"),
    ]
