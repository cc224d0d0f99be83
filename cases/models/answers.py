"""Answers that officers edit, and the registry of trained models."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Answer(models.Model):
    """The answer to one FAQ topic; seeded from `nlu_data/faq/`, corrected in the desk without a retrain."""

    topic = models.CharField(max_length=60, primary_key=True)
    group = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=900)
    buttons = models.JSONField(default=list, blank=True)  # related topics worth offering
    legal_basis = models.CharField(max_length=400, blank=True, default="")
    check_at = models.CharField(max_length=200, blank=True, default="")
    last_checked = models.DateField()
    seed_hash = models.CharField(max_length=64, blank=True, default="")  # of the file's version; "" once edited
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["group", "topic"]

    def __str__(self) -> str:
        return self.topic


class ModelVersion(models.Model):
    """A trained model on disk; at most one per name is live."""

    name = models.CharField(max_length=20)  # nlu | triage
    version = models.CharField(max_length=80)
    path = models.CharField(max_length=300)
    card = models.JSONField(default=dict, blank=True)
    live = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="model_version_once"),
            models.UniqueConstraint(fields=["name"], condition=models.Q(live=True), name="one_live_model"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
