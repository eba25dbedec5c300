from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # People post all day: the indexes are made beside that.
    atomic = False

    dependencies = [
        ("feeds", "0002_feed_in_full"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(
                fields=["author", "-created_at", "-id"],
                condition=Q(deleted_at=None, hidden_at=None, reply_to=None),
                name="post_author_timeline",
            ),
        ),
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(
                fields=["reply_to", "created_at", "id"],
                condition=Q(reply_to__isnull=False),
                name="post_replies",
            ),
        ),
    ]
