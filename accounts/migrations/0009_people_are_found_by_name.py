from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import F, Func


class Migration(migrations.Migration):
    # People sign up all day: the indexes are made beside that.
    atomic = False

    dependencies = [
        ("accounts", "0008_texts_are_found_by_their_words"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=GinIndex(
                Func(F("id"), F("display_name"), F("handle"), function="etal_person_words"),
                fastupdate=False,
                name="user_words",
            ),
        ),
        AddIndexConcurrently(
            model_name="user",
            index=GinIndex(
                OpClass(
                    Func(F("handle"), F("display_name"), function="etal_person_name"),
                    name="gin_trgm_ops",
                ),
                fastupdate=False,
                name="user_names",
            ),
        ),
    ]
