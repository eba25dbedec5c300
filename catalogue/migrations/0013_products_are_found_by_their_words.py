import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# The title counts most, then tags, shop and category, then the description, of which HTML is no word.
# Of very long descriptions the beginning: a tsvector has a bound.
# Of several who change a product, its shop and its category at once, the last reads what the others
# wrote: all lock the product first, by changing it or in so many words, and then look anew.
KEEP = """
CREATE FUNCTION catalogue_keep_words(these bigint[]) RETURNS void LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO catalogue_productwords (product_id, words)
    SELECT p.id,
           setweight(etal_words(p.title), 'A')
           || setweight(etal_words(
               concat_ws(' ', array_to_string(p.tags, ' '), m.name, c.name)), 'B')
           || setweight(etal_words(left(p.description, 20000)), 'C')
           || etal_stretches(p.id)
    FROM catalogue_product p
    JOIN catalogue_merchant m ON m.id = p.merchant_id
    LEFT JOIN catalogue_category c ON c.id = p.category_id
    WHERE p.id = ANY (these) ORDER BY p.id
    ON CONFLICT (product_id) DO UPDATE SET words = excluded.words;
END;

CREATE FUNCTION catalogue_words_of_product() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM catalogue_keep_words(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER keep_words AFTER INSERT ON catalogue_product
    FOR EACH ROW EXECUTE FUNCTION catalogue_words_of_product();
CREATE TRIGGER keep_words_changed AFTER UPDATE ON catalogue_product FOR EACH ROW
    WHEN ((OLD.title, OLD.tags, OLD.description, OLD.category_id)
          IS DISTINCT FROM (NEW.title, NEW.tags, NEW.description, NEW.category_id))
    EXECUTE FUNCTION catalogue_words_of_product();

CREATE FUNCTION catalogue_words_of_merchant() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM catalogue_product WHERE merchant_id = NEW.id ORDER BY id FOR NO KEY UPDATE;
    PERFORM catalogue_keep_words(ARRAY(SELECT id FROM catalogue_product WHERE merchant_id = NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER keep_words AFTER UPDATE ON catalogue_merchant FOR EACH ROW
    WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION catalogue_words_of_merchant();

CREATE FUNCTION catalogue_words_of_category() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM catalogue_product WHERE category_id = NEW.id ORDER BY id FOR NO KEY UPDATE;
    PERFORM catalogue_keep_words(ARRAY(SELECT id FROM catalogue_product WHERE category_id = NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER keep_words AFTER UPDATE ON catalogue_category FOR EACH ROW
    WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION catalogue_words_of_category();
"""
DROP = """
DROP TRIGGER keep_words ON catalogue_category;
DROP TRIGGER keep_words ON catalogue_merchant;
DROP TRIGGER keep_words_changed ON catalogue_product;
DROP TRIGGER keep_words ON catalogue_product;
DROP FUNCTION catalogue_words_of_category();
DROP FUNCTION catalogue_words_of_merchant();
DROP FUNCTION catalogue_words_of_product();
DROP FUNCTION catalogue_keep_words(bigint[]);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_texts_are_found_by_their_words'),
        ('catalogue', '0012_merchants_are_called_shops'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductWords',
            fields=[
                ('product', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='catalogue.product')),
                ('words', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['words'], name='product_words')],
            },
        ),
        migrations.RunSQL(KEEP, DROP),
    ]
