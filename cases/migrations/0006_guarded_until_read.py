"""Reports that no model has read are guarded; indexes for what is asked for every few seconds or minutes."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0005_field_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='awaits_triage',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('awaits_triage', True)), fields=['created_at'], name='case_awaits_triage'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('status__in', ['queued', 'sending'])), fields=['created_at'], name='delivery_unsent'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('kind', 'answer.edited')), fields=['-id'], name='event_answer_edits'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('author', 'citizen'), ('handled_at', None)), fields=['received_at'], name='message_unanswered'),
        ),
    ]
