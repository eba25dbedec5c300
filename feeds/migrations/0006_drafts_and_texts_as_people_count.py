import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import shopping.ids
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0005_notices_are_chosen'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(editable=False)),
                ('body', models.TextField(blank=True)),
                ('products', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name='PendingImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=shopping.ids.public_id, editable=False, unique=True)),
                ('files', models.JSONField()),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('alt', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AlterField(
            model_name='post',
            name='body',
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name='postrevision',
            name='body',
            field=models.TextField(),
        ),
        # What is there already was no longer than 500.
        AddConstraintNotValid(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('body'), 6000)), name='post_body_bounded', violation_error_message='This text is too long.'),
        ),
        migrations.AddField(
            model_name='draft',
            name='author',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draft',
            name='post',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='feeds.post'),
        ),
        migrations.AddField(
            model_name='draft',
            name='quote_of',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='quote_drafts', to='feeds.post'),
        ),
        migrations.AddField(
            model_name='draft',
            name='reply_to',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reply_drafts', to='feeds.post'),
        ),
        migrations.AddField(
            model_name='draft',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pendingimage',
            name='draft',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='images', to='feeds.draft'),
        ),
        migrations.AddField(
            model_name='pendingimage',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pending_images', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(condition=models.Q(('post', None)), fields=['user', '-updated_at'], name='draft_newest'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(fields=['updated_at'], name='draft_swept'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(fields=('user', 'key'), name='draft_key_unique'),
        ),
        migrations.AddIndex(
            model_name='pendingimage',
            index=models.Index(condition=models.Q(('draft', None)), fields=['created_at'], name='pending_image_nobodys'),
        ),
    ]
