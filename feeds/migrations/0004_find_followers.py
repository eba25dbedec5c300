from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People follow all day: the indexes are made beside that.
    atomic = False

    dependencies = [
        ("feeds", "0003_posts_are_found_by_author_and_thread"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="follow",
            index=models.Index(fields=["followed", "-id"], name="follow_followers"),
        ),
        AddIndexConcurrently(
            model_name="follow",
            index=models.Index(fields=["follower", "-id"], name="follow_followed"),
        ),
    ]
