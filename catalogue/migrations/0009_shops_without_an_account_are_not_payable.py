"""Nobody can be paid without an account: the next migration asks for it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0008_merchants_with_an_account_go_on_selling")]

    operations = [
        migrations.RunSQL(
            "UPDATE catalogue_merchant SET payable = false"
            " WHERE payable AND stripe_account_id = ''",
            migrations.RunSQL.noop,
        )
    ]
