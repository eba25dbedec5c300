from django.db import migrations

# Rows stay as they were written, but for the columns that may name a person: those can be changed in a
# transaction that says that it takes somebody out (shopping.personal.taking_out), and nothing else of
# the row, and no row can be deleted.
FUNCTION = """
CREATE FUNCTION privacy_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('etal.taking_out', true) = 'on'
        AND to_jsonb(NEW) - TG_ARGV::text[] = to_jsonb(OLD) - TG_ARGV::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
GUARD = """
DROP TRIGGER append_only ON {table};
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION privacy_refuse_change('{column}')
"""
BACK = """
DROP TRIGGER append_only ON {table};
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {function}()
"""
TABLES = (
    ("fulfilment_invoice", "buyer", "checkout_refuse_change"),
    ("fulfilment_internalnote", "text", "checkout_refuse_change"),
    ("fulfilment_shopmessage", "text", "checkout_refuse_change"),
    ("catalogue_merchantact", "subject", "catalogue_refuse_change"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0001_initial"),
        ("fulfilment", "0013_workbench"),
        ("catalogue", "0016_members_are_invited"),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION privacy_refuse_change()"),
        *(
            migrations.RunSQL(
                GUARD.format(table=table, column=column),
                BACK.format(table=table, function=function),
            )
            for table, column, function in TABLES
        ),
    ]
