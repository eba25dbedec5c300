from django.db import migrations

# An order has lines of one test space or of real shops alone. One look a statement, whatever the
# number of lines.
LINES = """
CREATE FUNCTION checkout_refuse_mixed_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added
        JOIN checkout_order o ON o.id = added.order_id
        JOIN catalogue_merchant m ON m.id = added.merchant_id
        WHERE CASE WHEN o.test_shop_id IS NULL THEN m.test_of_id IS NOT NULL
                   ELSE m.test_of_id IS NULL OR m.id <> o.test_shop_id END
    ) THEN
        RAISE EXCEPTION 'an order has lines of its test space, or of real shops alone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_lines_of_one_space';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER order_lines_of_one_space AFTER INSERT ON checkout_orderline
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION checkout_refuse_mixed_lines()
"""
# A payment is of its order's space.
PAYMENTS = """
CREATE FUNCTION checkout_refuse_mixed_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added JOIN checkout_order o ON o.id = added.order_id
        WHERE o.test_shop_id IS DISTINCT FROM added.test_shop_id
    ) THEN
        RAISE EXCEPTION 'a payment is of its order''s test space'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_of_its_orders_space';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payment_of_its_orders_space AFTER INSERT ON checkout_payment
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION checkout_refuse_mixed_payment()
"""
# What was a test stays one, and what is real stays real.
MOVES = """
CREATE FUNCTION checkout_refuse_other_space() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% stays in its space', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'stays_in_its_space';
END $$;
"""
STAYS = """
CREATE TRIGGER stays_in_its_space BEFORE UPDATE OF {column} ON {table} FOR EACH ROW
WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION checkout_refuse_other_space()
"""
STAYING = {
    "checkout_order": "test_shop_id",
    "checkout_payment": "test_shop_id",
    "catalogue_merchant": "test_of_id",
}


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0030_shops_have_a_test_space"),
        ("checkout", "0040_orders_may_be_tests"),
    ]

    operations = [
        migrations.RunSQL(
            LINES,
            "DROP TRIGGER order_lines_of_one_space ON checkout_orderline;"
            "DROP FUNCTION checkout_refuse_mixed_lines()",
        ),
        migrations.RunSQL(
            PAYMENTS,
            "DROP TRIGGER payment_of_its_orders_space ON checkout_payment;"
            "DROP FUNCTION checkout_refuse_mixed_payment()",
        ),
        migrations.RunSQL(MOVES, "DROP FUNCTION checkout_refuse_other_space()"),
        *[
            migrations.RunSQL(
                STAYS.format(table=table, column=column),
                f"DROP TRIGGER stays_in_its_space ON {table}",
            )
            for table, column in STAYING.items()
        ],
    ]
