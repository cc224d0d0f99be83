"""History cannot be rewritten: the database refuses UPDATE and DELETE on events."""

from django.db import migrations

CREATE = """
CREATE FUNCTION cases_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'cases_event is append-only';
END $$;
CREATE TRIGGER cases_event_append_only BEFORE UPDATE OR DELETE ON cases_event
    FOR EACH ROW EXECUTE FUNCTION cases_event_append_only();
"""
DROP = "DROP TRIGGER cases_event_append_only ON cases_event; DROP FUNCTION cases_event_append_only();"


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
