import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People post all day: the index is made beside that.
    atomic = False

    dependencies = [
        ("feeds", "0015_posts_and_hashtags_are_found"),
    ]

    operations = [
        # The table is the one that the field has had all along; only now is it a model.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PostHashtag",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True,
                                                   serialize=False, verbose_name="ID")),
                        ("hashtag", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE,
                                                      related_name="+", to="feeds.hashtag")),
                        ("post", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE,
                                                   related_name="+", to="feeds.post")),
                    ],
                    options={
                        "db_table": "feeds_post_hashtags",
                        "unique_together": {("post", "hashtag")},
                    },
                ),
                migrations.AlterField(
                    model_name="post",
                    name="hashtags",
                    field=models.ManyToManyField(blank=True, related_name="posts",
                                                 through="feeds.PostHashtag", to="feeds.hashtag"),
                ),
            ],
        ),
        AddIndexConcurrently(
            model_name="posthashtag",
            index=models.Index(fields=["hashtag", "-post"], name="tagged_newest"),
        ),
    ]
