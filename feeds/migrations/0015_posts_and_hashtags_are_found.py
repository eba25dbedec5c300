from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Func, Q


class Migration(migrations.Migration):
    # People post all day: the indexes are made beside that.
    atomic = False

    dependencies = [
        ("feeds", "0014_words_that_are_found"),
    ]

    operations = [
        # A like or a reply counted on a full page moves the row, and all its indexes with it.
        migrations.RunSQL(
            "ALTER TABLE feeds_post SET (fillfactor = 85)",
            "ALTER TABLE feeds_post RESET (fillfactor)",
        ),
        AddIndexConcurrently(
            model_name="post",
            index=GinIndex(
                Func(F("id"), F("language"), F("body"), function="etal_post_words"),
                condition=Q(deleted_at=None, hidden_at=None, repost_of=None),
                fastupdate=False,
                name="post_words",
            ),
        ),
        AddIndexConcurrently(
            model_name="hashtag",
            index=models.Index(
                OpClass(Func(F("name"), function="etal_unaccent"), name="text_pattern_ops"),
                name="hashtag_beginning",
            ),
        ),
        AddIndexConcurrently(
            model_name="hashtag",
            index=GinIndex(
                OpClass(Func(F("name"), function="etal_unaccent"), name="gin_trgm_ops"),
                fastupdate=False,
                name="hashtag_likeness",
            ),
        ),
    ]
