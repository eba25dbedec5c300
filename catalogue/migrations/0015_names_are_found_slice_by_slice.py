import django.db.models.deletion
from django.db import migrations, models

# Whoever gives a shop or a category a new name leaves a row, and `catalogue.words` does the rest: not
# all of their products in one statement. A product whose words are made meanwhile is either there when
# the name is, or is made with the new one: its transaction and that of the name wait for each other, by
# locks that nothing else takes. Rows of shops are locked for other reasons, before those of products.
NAMED = """
CREATE FUNCTION catalogue_renamed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(TG_RELID::integer, hashint8(NEW.id));
    IF TG_TABLE_NAME = 'catalogue_merchant' THEN
        INSERT INTO catalogue_renaming (merchant_id) VALUES (NEW.id);
    ELSE
        INSERT INTO catalogue_renaming (category_id) VALUES (NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER keep_words AFTER UPDATE ON catalogue_merchant FOR EACH ROW
    WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION catalogue_renamed();
CREATE OR REPLACE TRIGGER keep_words AFTER UPDATE ON catalogue_category FOR EACH ROW
    WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION catalogue_renamed();
DROP FUNCTION catalogue_words_of_merchant();
DROP FUNCTION catalogue_words_of_category();

CREATE OR REPLACE FUNCTION catalogue_words_of_product() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared('catalogue_merchant'::regclass::integer, hashint8(NEW.merchant_id));
    PERFORM pg_advisory_xact_lock_shared('catalogue_category'::regclass::integer, hashint8(NEW.category_id));
    PERFORM catalogue_keep_words(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
"""
AT_ONCE = """
CREATE OR REPLACE FUNCTION catalogue_words_of_product() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM catalogue_keep_words(ARRAY[NEW.id]);
    RETURN NULL;
END $$;

CREATE FUNCTION catalogue_words_of_merchant() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM catalogue_product WHERE merchant_id = NEW.id ORDER BY id FOR NO KEY UPDATE;
    PERFORM catalogue_keep_words(ARRAY(SELECT id FROM catalogue_product WHERE merchant_id = NEW.id));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER keep_words AFTER UPDATE ON catalogue_merchant FOR EACH ROW
    WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION catalogue_words_of_merchant();
CREATE FUNCTION catalogue_words_of_category() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM catalogue_product WHERE category_id = NEW.id ORDER BY id FOR NO KEY UPDATE;
    PERFORM catalogue_keep_words(ARRAY(SELECT id FROM catalogue_product WHERE category_id = NEW.id));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER keep_words AFTER UPDATE ON catalogue_category FOR EACH ROW
    WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION catalogue_words_of_category();
DROP FUNCTION catalogue_renamed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0014_words_of_the_products_there_are'),
    ]

    operations = [
        migrations.CreateModel(
            name='Renaming',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reached', models.BigIntegerField(db_default=0)),
                ('category', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.category')),
                ('merchant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.merchant')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('merchant', None), ('category', None), _connector='XOR'), name='renaming_of_one')],
            },
        ),
        migrations.RunSQL(NAMED, AT_ONCE),
    ]
