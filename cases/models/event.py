"""The append-only history of cases and conversations."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Event(models.Model):
    """Who did what, when. A trigger in the database refuses UPDATE and DELETE."""

    kind = models.CharField(max_length=60)  # dotted: case.submitted, conversation.taken_over ...
    actor = models.CharField(max_length=20)  # citizen | assistant | officer | system
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    case = models.ForeignKey("cases.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    conversation = models.ForeignKey(
        "cases.Conversation", null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["case", "id"]),
            models.Index(fields=["conversation", "id"]),
            # The only history that belongs to neither a case nor a conversation.
            models.Index(fields=["-id"], condition=models.Q(kind="answer.edited"), name="event_answer_edits"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
