from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_count_changes_of_circle'),
    ]

    operations = [
        migrations.AddField(
            model_name='outgoingmail',
            name='unsubscribe',
            field=models.CharField(blank=True, db_default='', max_length=300),
        ),
    ]
