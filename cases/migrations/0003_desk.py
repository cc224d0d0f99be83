"""What the desk needs: indexes for queue and search, one deadline in force, and word of changes to open pages."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

# A notification carries the conversation's id only; PostgreSQL drops repeats within a transaction and sends on commit.
CREATE = """
CREATE FUNCTION cases_tell_desk() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    conversation uuid;
BEGIN
    IF TG_TABLE_NAME = 'cases_conversation' THEN
        conversation := NEW.id;
    ELSIF TG_TABLE_NAME IN ('cases_message', 'cases_case') THEN
        conversation := NEW.conversation_id;
    ELSE
        SELECT m.conversation_id INTO conversation FROM cases_message m WHERE m.id = NEW.message_id;
    END IF;
    PERFORM pg_notify('sigap_desk', conversation::text);
    RETURN NULL;
END $$;
CREATE TRIGGER cases_tell_desk AFTER INSERT ON cases_message
    FOR EACH ROW EXECUTE FUNCTION cases_tell_desk();
CREATE TRIGGER cases_tell_desk AFTER UPDATE OF status ON cases_delivery
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION cases_tell_desk();
CREATE TRIGGER cases_tell_desk AFTER UPDATE OF state ON cases_attachment
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION cases_tell_desk();
CREATE TRIGGER cases_tell_desk AFTER UPDATE ON cases_conversation
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION cases_tell_desk();
CREATE TRIGGER cases_tell_desk AFTER UPDATE OF fraud, confidentiality, assignee_id ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_tell_desk();
"""
DROP = """
DROP TRIGGER cases_tell_desk ON cases_message;
DROP TRIGGER cases_tell_desk ON cases_delivery;
DROP TRIGGER cases_tell_desk ON cases_attachment;
DROP TRIGGER cases_tell_desk ON cases_conversation;
DROP TRIGGER cases_tell_desk ON cases_case;
DROP FUNCTION cases_tell_desk();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_event_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        TrigramExtension(),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["assignee", "state"], name="cases_case_assigne_e6b3f7_idx"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-submitted_at"], name="cases_case_submitt_e5aae8_idx"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("summary", "text", config="indonesian"), name="case_words"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("text"), name="gin_trgm_ops"
                ),
                name="case_text_parts",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("summary", name="gin_trgm_ops"), name="case_summary_parts"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("flagged_at__isnull", False)), fields=["flagged_at"], name="flagged"
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("replaced_at", None)), fields=["due_on"], name="deadline_in_force_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_at", None)), fields=("case",), name="one_deadline_in_force"
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
