from django.db import migrations

# What was decided stands; what takes it back is a decision of its own.
FORBID = """
CREATE FUNCTION feeds_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON feeds_decision
FOR EACH STATEMENT EXECUTE FUNCTION feeds_refuse_change()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("feeds", "0017_followers_are_counted_by_index"),
    ]

    operations = [
        migrations.RunSQL(
            FORBID,
            "DROP TRIGGER append_only ON feeds_decision; DROP FUNCTION feeds_refuse_change()",
        ),
    ]
