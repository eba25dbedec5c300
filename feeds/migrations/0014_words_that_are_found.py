import django.contrib.postgres.indexes
import django.db.models.expressions
from django.db import migrations, models

# A post is cut by the language that its author wrote in.
WORDS = """
CREATE FUNCTION etal_post_words(bigint, text, text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN to_tsvector(
        CASE WHEN left($2, 2) = 'fr' THEN 'etal_fr'::regconfig ELSE 'etal_en'::regconfig END, $3)
        || etal_stretches($1);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_texts_are_found_by_their_words'),
        ('feeds', '0013_reports_decisions_and_appeals'),
    ]

    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION etal_post_words(bigint, text, text)"),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('plain', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.Func(django.db.models.expressions.F('word'), function='etal_unaccent'), output_field=models.CharField(max_length=60))),
                ('uses', models.PositiveIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['plain'], name='search_word_plain'), django.contrib.postgres.indexes.GinIndex(fields=['plain'], name='search_word_likeness', opclasses=['gin_trgm_ops'])],
            },
        ),
    ]
