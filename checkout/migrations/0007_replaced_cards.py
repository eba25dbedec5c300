from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkout", "0006_second_intents_are_refunded"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReplacedCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("payment_method_id", models.CharField(max_length=64, unique=True)),
                ("next_attempt_at", models.DateTimeField(db_index=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
