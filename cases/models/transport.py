"""What went over the wire: raw webhook payloads, and the parts of a reply on their way to the provider."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cases.fields import EncryptedBinaryField


class RawEvent(models.Model):
    """A webhook body exactly as received; kept encrypted because it holds numbers and text."""

    class State(models.TextChoices):
        STORED = "stored", "Tersimpan"
        QUARANTINED = "quarantined", "Karantina"

    connector = models.CharField(max_length=40)
    body = EncryptedBinaryField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=State, default=State.STORED)
    reason = models.CharField(max_length=300, blank=True, default="")
    received_at = models.DateTimeField(auto_now_add=True)
    deliveries = models.PositiveIntegerField(default=1)  # how often the provider delivered this very body

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connector", "sha256"], name="raw_event_once")]
        indexes = [models.Index(fields=["state", "received_at"])]

    def __str__(self) -> str:
        return f"{self.connector} {self.sha256[:12]}"


class Delivery(models.Model):
    """One part of an outbound message: the outbox row and its fate at the provider."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Menunggu"
        SENDING = "sending", "Sedang dikirim"
        SENT = "sent", "Terkirim"
        DELIVERED = "delivered", "Diterima"
        READ = "read", "Dibaca"
        FAILED = "failed", "Gagal"
        CANCELLED = "cancelled", "Dibatalkan"

    message = models.ForeignKey("cases.Message", on_delete=models.PROTECT, related_name="deliveries")
    connector = models.CharField(max_length=40)
    index = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(blank=True, default="")
    buttons = models.JSONField(default=list, blank=True)
    external_id = models.CharField(max_length=200, null=True, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=60, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")
    may_have_been_sent = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    status_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["message_id", "index"]
        constraints = [
            models.UniqueConstraint(fields=["message", "index"], name="delivery_part_once"),
            models.UniqueConstraint(
                fields=["connector", "external_id"],
                condition=Q(external_id__isnull=False),
                name="delivery_external_id_once",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(status__in=["queued", "sending"]), name="delivery_unsent")
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"

    @property
    def key(self) -> str:
        """What names this part to the provider, and comes back in the delivery reports of some."""
        return f"{self.message_id}:{self.index}"


class EarlyStatus(models.Model):
    """A delivery report that came before our own send had stored the provider's id; applied when it has."""

    connector = models.CharField(max_length=40)
    external_id = models.CharField(max_length=200)
    status = models.CharField(max_length=20, choices=Delivery.Status)
    at = models.DateTimeField()
    error_code = models.CharField(max_length=60, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")
    reference = models.CharField(max_length=100, blank=True, default="")  # key of the part, where the provider gives it
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connector", "external_id", "status"], name="early_status_once")]
        indexes = [models.Index(fields=["received_at"]), models.Index(fields=["connector", "reference"])]

    def __str__(self) -> str:
        return f"{self.connector} {self.status}"
