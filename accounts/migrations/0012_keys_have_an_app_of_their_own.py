from django.db import migrations

# Nothing wrote a key there. Without its key to people the table holds up no deletion of theirs.
ALONE = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT conname FROM pg_constraint
        WHERE conrelid = 'accounts_apikey'::regclass AND contype = 'f'
    LOOP
        EXECUTE format('ALTER TABLE accounts_apikey DROP CONSTRAINT %I', found.conname);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    """The table stays until the next release: code that runs meanwhile asks it for the keys of whom
    it deletes."""

    dependencies = [
        ("accounts", "0011_names_are_no_web_addresses"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ALONE, migrations.RunSQL.noop)],
            state_operations=[migrations.DeleteModel(name="ApiKey")],
        ),
    ]
