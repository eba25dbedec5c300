from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0010_validate_post_body_bounded'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='paid_partnership',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='post',
            name='paid_partnership',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='postrevision',
            name='paid_partnership',
            field=models.BooleanField(db_default=False, default=False),
        ),
        # No repost that is there already has one.
        AddConstraintNotValid(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('repost_of', None), ('paid_partnership', False), _connector='OR'), name='post_repost_has_no_partner', violation_error_message='A repost shows the label of its original.'),
        ),
    ]
