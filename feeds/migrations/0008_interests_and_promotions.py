import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import feeds.models.promotions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_user_adult_since'),
        ('catalogue', '0010_who_is_payable_has_an_account'),
        ('feeds', '0007_replies_that_ask_for_the_cart'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('post', 'a post'), ('like', 'a like'), ('follow', 'a follow'), ('choice', 'a choice'), ('purchase', 'a purchase')], max_length=10)),
                ('reference', models.CharField(max_length=60)),
                ('weight', models.FloatField()),
                ('happened_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'evidence',
            },
        ),
        migrations.CreateModel(
            name='InterestProfile',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='interest_profile', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('status', models.CharField(choices=[('active', 'active'), ('paused', 'paused'), ('deleted', 'deleted')], default='active', max_length=10)),
                ('since', models.DateTimeField(blank=True, null=True)),
                ('purchases', models.BooleanField(default=False)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PostTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='Showing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reading', models.CharField(max_length=32)),
                ('place', models.PositiveIntegerField()),
                ('topic', models.CharField(max_length=40)),
                ('price', models.PositiveIntegerField()),
                ('shown_on', models.DateField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RemoveField(
            model_name='interest',
            name='evidence',
        ),
        migrations.RemoveField(
            model_name='interest',
            name='weight',
        ),
        migrations.AddField(
            model_name='interest',
            name='removed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        # No code has written a promotion so far: its table is empty, and its rows need no values.
        migrations.AddField(
            model_name='promotion',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='promotion',
            name='merchant',
            field=models.ForeignKey(default=0, on_delete=django.db.models.deletion.PROTECT, related_name='promotions', to='catalogue.merchant'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='promotion',
            name='price',
            field=models.PositiveIntegerField(default=feeds.models.promotions.price_of_showing, verbose_name='price of one showing'),
        ),
        migrations.AddField(
            model_name='promotion',
            name='stopped_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='stopped'),
        ),
        migrations.AlterField(
            model_name='promotion',
            name='budget',
            field=models.BigIntegerField(verbose_name='budget'),
        ),
        migrations.AlterField(
            model_name='promotion',
            name='currency',
            field=models.CharField(max_length=3, verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='promotion',
            name='ends_at',
            field=models.DateTimeField(verbose_name='ends'),
        ),
        migrations.AlterField(
            model_name='promotion',
            name='post',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promotions', to='feeds.post', verbose_name='post'),
        ),
        migrations.AlterField(
            model_name='promotion',
            name='spent',
            field=models.BigIntegerField(default=0, verbose_name='spent'),
        ),
        migrations.AlterField(
            model_name='promotion',
            name='starts_at',
            field=models.DateTimeField(verbose_name='begins'),
        ),
        migrations.AlterField(
            model_name='promotion',
            name='topics',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='topics'),
        ),
        migrations.AddIndex(
            model_name='promotion',
            index=models.Index(condition=models.Q(('stopped_at', None)), fields=['ends_at'], name='promotion_running'),
        ),
        migrations.AddConstraint(
            model_name='promotion',
            constraint=models.CheckConstraint(condition=models.Q(('budget__gte', models.F('price')), ('price__gt', 0)), name='promotion_budget_shows_once', violation_error_message='The budget pays for one showing at least.'),
        ),
        migrations.AddConstraint(
            model_name='promotion',
            constraint=models.CheckConstraint(condition=models.Q(('topics', []), _negated=True), name='promotion_has_topics', violation_error_message='Choose a topic at least.'),
        ),
        migrations.AlterConstraint(
            model_name='promotion',
            name='promotion_within_budget',
            constraint=models.CheckConstraint(condition=models.Q(('spent__gte', 0), ('spent__lte', models.F('budget'))), name='promotion_within_budget', violation_error_message='No more is spent than the budget.'),
        ),
        migrations.AlterConstraint(
            model_name='promotion',
            name='promotion_ends_after_start',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='promotion_ends_after_start', violation_error_message='A promotion ends after its beginning.'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='followed',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='evidence',
            name='interest',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='feeds.interest'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='post',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='feeds.post'),
        ),
        migrations.AddIndex(
            model_name='interestprofile',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='interest_profile_due'),
        ),
        migrations.AddField(
            model_name='posttopic',
            name='post',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='feeds.post'),
        ),
        migrations.AddField(
            model_name='showing',
            name='promotion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='showings', to='feeds.promotion'),
        ),
        migrations.AddField(
            model_name='showing',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='showings', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('interest', 'reference'), name='evidence_once'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gt', 0)), name='evidence_weighs'),
        ),
        migrations.AddIndex(
            model_name='posttopic',
            index=models.Index(fields=['topic', '-post'], name='post_topic_newest'),
        ),
        migrations.AddConstraint(
            model_name='posttopic',
            constraint=models.UniqueConstraint(fields=('post', 'topic'), name='post_topic_unique'),
        ),
        migrations.AddIndex(
            model_name='showing',
            index=models.Index(fields=['user', 'shown_on', 'promotion'], name='showing_of_the_day'),
        ),
        migrations.AddConstraint(
            model_name='showing',
            constraint=models.UniqueConstraint(fields=('user', 'reading', 'place'), name='showing_once'),
        ),
    ]
