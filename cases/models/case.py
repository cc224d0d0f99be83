"""The case: a ticket that the assistant filled in and officers work on."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from cases.managers import CaseQuerySet
from cases.models.conversation import Conversation


class Case(models.Model):
    """One report of a citizen. Codes are those of `nlu_data/taxonomy.yml`."""

    class State(models.TextChoices):
        DRAF = "draf", "Draf"
        BARU = "baru", "Baru"
        DIVERIFIKASI = "diverifikasi", "Diverifikasi"
        DIPROSES = "diproses", "Diproses unit"
        SELESAI = "selesai", "Selesai"
        DITOLAK = "ditolak", "Tidak dapat ditindaklanjuti"
        DIBATALKAN = "dibatalkan", "Dibatalkan pelapor"

    class Confidentiality(models.TextChoices):
        BIASA = "biasa", "Biasa"
        RAHASIA = "rahasia", "Rahasia"
        ANONIM = "anonim", "Anonim"

    OPEN_STATES = (State.BARU, State.DIVERIFIKASI, State.DIPROSES)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True, null=True, blank=True)  # set on submission
    submit_key = models.CharField(max_length=120, unique=True, null=True, blank=True)  # one case per confirmation
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=20, choices=State, default=State.DRAF)
    confidentiality = models.CharField(max_length=20, choices=Confidentiality, default=Confidentiality.BIASA)
    text = models.TextField(blank=True, default="")  # the citizen's own words; spans of fields point into it
    summary = models.CharField(max_length=200, blank=True, default="")
    report_type = models.CharField(max_length=40, default="pengaduan")
    category = models.CharField(max_length=40, blank=True, default="")
    unit = models.CharField(max_length=60, blank=True, default="")
    fraud = models.BooleanField(default=False)
    # No model could read it yet: guarded like a fraud case. The database's default lets the former version run on.
    awaits_triage = models.BooleanField(default=False, db_default=False)
    fraud_types = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    draft_stage = models.CharField(max_length=30, blank=True, default="")  # what the assistant last asked for
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["conversation"], condition=Q(state="draf"), name="one_draft_at_a_time"),
            models.CheckConstraint(
                condition=Q(state__in=["draf", "dibatalkan"]) | Q(number__isnull=False), name="submitted_has_number"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "unit"]),
            models.Index(fields=["fraud", "state"]),
            models.Index(fields=["assignee", "state"]),
            models.Index(fields=["-submitted_at"]),
            models.Index(fields=["created_at"], condition=Q(awaits_triage=True), name="case_awaits_triage"),
            # The desk's search: whole words through Indonesian stemming, parts and typing errors through trigrams.
            GinIndex(SearchVector("summary", "text", config="indonesian"), name="case_words"),
            GinIndex(OpClass(Upper("text"), name="gin_trgm_ops"), name="case_text_parts"),
            GinIndex(OpClass("summary", name="gin_trgm_ops"), name="case_summary_parts"),
        ]

    def __str__(self) -> str:
        return self.number or f"draf {self.id}"


class CaseField(models.Model):
    """A fact found in the text (or typed by a person): its value, and the span it came from."""

    class Source(models.TextChoices):
        MODEL = "model", "Model"
        CITIZEN = "citizen", "Pelapor"
        OFFICER = "officer", "Petugas"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="fields")
    name = models.CharField(max_length=40)
    value = models.TextField()
    start = models.PositiveIntegerField(null=True, blank=True)  # offsets into Case.text, end exclusive
    end = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=20, choices=Source, default=Source.MODEL)

    class Meta:
        ordering = ["start", "id"]
        indexes = [GinIndex(OpClass(Upper("value"), name="gin_trgm_ops"), name="field_value_parts")]

    def __str__(self) -> str:
        return f"{self.name} of {self.case_id}"


class Prediction(models.Model):
    """What a model decided about a case, kept as it was decided."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="predictions")
    head = models.CharField(max_length=40)  # report_type | category | fraud | fraud_type:<code>
    value = models.CharField(max_length=60)
    probability = models.FloatField()
    abstained = models.BooleanField(default=False)
    evidence = models.JSONField(default=list, blank=True)  # [{"start", "end", "weight"}] into Case.text
    model_version = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.head} of {self.case_id}"


class Label(models.Model):
    """An officer's correction: training data with a name and a time on it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="labels")
    field = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.field} of {self.case_id}"


class Deadline(models.Model):
    """By when a case must be answered, in working days after submission."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField(max_length=40)  # a key of the taxonomy's deadlines
    working_days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    met_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)  # a later classification changed the rule

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(replaced_at=None), name="one_deadline_in_force")
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(replaced_at=None), name="deadline_in_force_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"
