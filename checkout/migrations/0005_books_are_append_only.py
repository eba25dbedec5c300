from django.db import migrations

# The ledger, an order's history and the movements of stock are only ever written to the end of.
FORBID = """
CREATE FUNCTION checkout_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
TABLES = [
    "checkout_ledgertransaction",
    "checkout_ledgerentry",
    "checkout_orderevent",
    "catalogue_stockmovement",
]
# Statement triggers: an UPDATE or DELETE that touches no row of these is a mistake as well.
GUARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION checkout_refuse_change()
"""
# Checked when the transaction commits, so that entries may be written one by one.
BALANCE = """
CREATE FUNCTION checkout_require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM checkout_ledgerentry WHERE transaction_id = NEW.transaction_id
        GROUP BY currency HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'ledger transaction % does not balance', NEW.transaction_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_balances AFTER INSERT ON checkout_ledgerentry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION checkout_require_balance()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkout", "0004_when_to_ask_stripe"),
        ("catalogue", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(FORBID, "DROP FUNCTION checkout_refuse_change()"),
        *[
            migrations.RunSQL(
                GUARD.format(table=table), f"DROP TRIGGER append_only ON {table}"
            )
            for table in TABLES
        ],
        migrations.RunSQL(
            BALANCE,
            "DROP TRIGGER ledger_balances ON checkout_ledgerentry;"
            "DROP FUNCTION checkout_require_balance()",
        ),
    ]
