from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People follow all day: the index is made beside that, and takes the place of the old one after it.
    atomic = False

    dependencies = [
        ("feeds", "0016_tags_are_read_by_their_newest"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="follow",
            index=models.Index(
                fields=["followed", "-id"], include=["follower"], name="follow_followers_whom"
            ),
        ),
        RemoveIndexConcurrently(model_name="follow", name="follow_followers"),
    ]
