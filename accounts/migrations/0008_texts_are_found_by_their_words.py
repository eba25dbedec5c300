"""How texts are cut into words, in English and French; docs/adr/0088 says why so."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

# Stop words of both languages are nobody's search, whichever language a text is in. English ones go
# while the accents are there, so that "thé" is no "the"; French ones after that, so that "été" is
# the summer and not a form of "être".
DICTIONARIES = """
CREATE TEXT SEARCH DICTIONARY etal_stop_en (TEMPLATE = simple, STOPWORDS = english, ACCEPT = false);
CREATE TEXT SEARCH DICTIONARY etal_stop_fr (TEMPLATE = simple, STOPWORDS = french, ACCEPT = false);
CREATE TEXT SEARCH DICTIONARY etal_stem_en (TEMPLATE = snowball, LANGUAGE = english);
CREATE TEXT SEARCH DICTIONARY etal_stem_fr (TEMPLATE = snowball, LANGUAGE = french);
CREATE TEXT SEARCH CONFIGURATION etal_en (COPY = simple);
CREATE TEXT SEARCH CONFIGURATION etal_fr (COPY = simple);
CREATE TEXT SEARCH CONFIGURATION etal_plain (COPY = simple);
"""
DROP_DICTIONARIES = """
DROP TEXT SEARCH CONFIGURATION etal_plain, etal_fr, etal_en;
DROP TEXT SEARCH DICTIONARY etal_stem_fr, etal_stem_en, etal_stop_fr, etal_stop_en;
"""
MAPPING = """
ALTER TEXT SEARCH CONFIGURATION {name}
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
    WITH {dictionaries};
"""
MAPPINGS = "".join(
    MAPPING.format(name=name, dictionaries=dictionaries)
    for name, dictionaries in (
        ("etal_en", "etal_stop_en, unaccent, etal_stop_fr, etal_stem_en"),
        ("etal_fr", "etal_stop_en, unaccent, etal_stop_fr, etal_stem_fr"),
        ("etal_plain", "unaccent, simple"),
    )
)
# Their bodies are parsed here and now: no search path changes later what they mean.
FUNCTIONS = """
-- Lower case without accents. unaccent() is only STABLE because its dictionary could be altered.
CREATE FUNCTION etal_unaccent(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN lower(unaccent('unaccent'::regdictionary, $1));

-- The stretches of ids that a row is in, as words that no text can hold: shopping.matches.
CREATE FUNCTION etal_stretches(bigint) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN array_to_tsvector(ARRAY[
        'in 10 ' || ($1 >> 10), 'in 13 ' || ($1 >> 13), 'in 16 ' || ($1 >> 16)]);

-- A text of unknown language. Stop words hold the two apart, so that its last word and its first do
-- not stand beside each other where one looks for words in quotes.
CREATE FUNCTION etal_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN to_tsvector('etal_en'::regconfig, $1)
        || to_tsvector('etal_fr'::regconfig, 'of of of of ' || $1);

CREATE FUNCTION etal_person_name(handle text, name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT RETURN etal_unaccent(handle || ' ' || name);

CREATE FUNCTION etal_person_words(bigint, text, text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN to_tsvector('etal_plain'::regconfig, $2 || ' ' || $3) || etal_stretches($1);
"""
DROP_FUNCTIONS = """
DROP FUNCTION etal_person_words(bigint, text, text);
DROP FUNCTION etal_person_name(text, text);
DROP FUNCTION etal_words(text);
DROP FUNCTION etal_stretches(bigint);
DROP FUNCTION etal_unaccent(text);
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0007_sessions_can_be_ended"),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(DICTIONARIES, DROP_DICTIONARIES),
        migrations.RunSQL(MAPPINGS, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
    ]
