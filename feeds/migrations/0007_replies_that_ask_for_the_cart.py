import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0010_who_is_payable_has_an_account'),
        ('feeds', '0006_drafts_and_texts_as_people_count'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CartReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked', models.CharField(help_text='The reply as it was published.', max_length=500)),
                ('state', models.CharField(choices=[('wanted', 'not answered yet'), ('added', 'in the cart'), ('undone', 'taken out again'), ('which_product', 'asked which product'), ('which_variant', 'asked which variant'), ('sold_out', 'sold out'), ('not_open', 'not open for sale yet'), ('not_delivered', 'not delivered to their address'), ('paused', 'the shop takes no orders'), ('withdrawn', 'no longer on sale'), ('no_product', 'no product there'), ('cart_full', 'no room in the cart'), ('all_in_cart', 'as many in the cart as can be had'), ('refused', 'refused by the cart'), ('too_often', 'asked too often'), ('no_cart', 'the author has no cart'), ('deleted', 'the reply was gone before')], default='wanted', max_length=15)),
                ('due_at', models.DateTimeField(blank=True, help_text='When a sweep looks at it, until it is answered.', null=True)),
                ('quantity', models.PositiveIntegerField(default=0)),
                ('line', models.BigIntegerField(blank=True, null=True)),
                ('was_saved', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('carrier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feeds.post')),
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='cart_reply', to='feeds.post')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='cart_replies', to=settings.AUTH_USER_MODEL)),
                ('variant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.variant')),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-created_at'], name='cart_reply_newest'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='cart_reply_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('state', 'wanted')), models.Q(models.Q(('state', 'wanted'), _negated=True), ('due_at', None)), _connector='OR'), name='cart_reply_due_until_answered'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'added'), _negated=True), models.Q(('line__isnull', False), ('quantity__gte', 1), ('user__isnull', False)), _connector='OR'), name='cart_reply_added_pieces')],
            },
        ),
    ]
