import django.db.models.deletion
from django.db import migrations, models

# Named by Django for the field's own table. What they held stands first in `tagged_newest` and in the
# key of post and hashtag.
DROPPED = {
    "feeds_post_hashtags_hashtag_id_8796db76": "hashtag_id",
    "feeds_post_hashtags_post_id_614c2cf3": "post_id",
}


class Migration(migrations.Migration):
    # People post all day: the indexes go beside that.
    atomic = False

    dependencies = [
        ("feeds", "0018_decisions_are_append_only"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="posthashtag",
                    name="hashtag",
                    field=models.ForeignKey(db_index=False,
                                            on_delete=django.db.models.deletion.CASCADE,
                                            related_name="+", to="feeds.hashtag"),
                ),
                migrations.AlterField(
                    model_name="posthashtag",
                    name="post",
                    field=models.ForeignKey(db_index=False,
                                            on_delete=django.db.models.deletion.CASCADE,
                                            related_name="+", to="feeds.post"),
                ),
            ],
        ),
        *[
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                f"CREATE INDEX CONCURRENTLY {name} ON feeds_post_hashtags ({column})",
            )
            for name, column in DROPPED.items()
        ],
    ]
