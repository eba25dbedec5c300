import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("feeds", "0020_by_how_many_posts_are_seen"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='searchword',
            name='search_word_plain',
        ),
        migrations.AddIndex(
            model_name='searchword',
            index=models.Index(django.contrib.postgres.indexes.OpClass(models.F('plain'), name='varchar_pattern_ops'), name='search_word_beginning'),
        ),
    ]
