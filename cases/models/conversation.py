"""Citizens, their conversations and what was said in them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.fields import EncryptedTextField
from cases.managers import ConversationQuerySet
from cases.ports import Channel, Kind


class Citizen(models.Model):
    """A person on one channel. The address (phone or chat id) and name are encrypted; the hash finds the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=20, choices=[(c.value, c.value) for c in Channel])
    address_hash = models.CharField(max_length=64)
    address = EncryptedTextField()
    name = EncryptedTextField(blank=True, default="")
    opted_out_at = models.DateTimeField(null=True, blank=True)
    unreachable_reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address_hash"], name="citizen_once_per_channel")]

    def __str__(self) -> str:
        return f"{self.channel}:{self.id}"  # never the address: this string reaches logs


class Conversation(models.Model):
    """All messages of one citizen through one connector; its owner alone answers.

    The row is the lock of the conversation: whoever sends takes `FOR NO KEY UPDATE` on it first, so that a
    takeover and a bot reply exclude each other.
    """

    class Owner(models.TextChoices):
        ASSISTANT = "assistant", "Asisten"
        OFFICER = "officer", "Petugas"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="conversations")
    connector = models.CharField(max_length=40)
    owner = models.CharField(max_length=20, choices=Owner, default=Owner.ASSISTANT)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="conversations"
    )
    flagged_at = models.DateTimeField(null=True, blank=True)
    flag_reason = models.CharField(max_length=60, blank=True, default="")
    fraud_suspected = models.BooleanField(default=False)  # a draft or case here carries a fraud indication
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["citizen", "connector"], name="conversation_once_per_connector"),
            models.CheckConstraint(
                condition=Q(owner="assistant", officer=None) | Q(owner="officer", officer__isnull=False),
                name="conversation_owner_has_officer",
            ),
        ]
        indexes = [models.Index(fields=["flagged_at"], condition=Q(flagged_at__isnull=False), name="flagged")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def channel(self) -> Channel:
        """What the citizen holds in the hand."""
        return Channel(self.citizen.channel)


class Message(models.Model):
    """One message, inbound or outbound, as the transcript shows it."""

    class Author(models.TextChoices):
        CITIZEN = "citizen", "Warga"
        ASSISTANT = "assistant", "Asisten"
        OFFICER = "officer", "Petugas"
        SYSTEM = "system", "Sistem"

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages")
    author = models.CharField(max_length=20, choices=Author)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    external_id = models.CharField(max_length=200, null=True, blank=True)  # inbound: the provider's id
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in Kind], default=Kind.TEXT.value)
    text = models.TextField(blank=True, default="")
    payload = models.CharField(max_length=300, blank=True, default="")
    buttons = models.JSONField(default=list, blank=True)  # outbound: [{"title", "payload"}] offered
    response_key = models.CharField(max_length=80, blank=True, default="")  # outbound: which text of the domain
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    in_reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replies")
    idempotency_key = models.CharField(max_length=120, null=True, blank=True, unique=True)  # outbound effects
    case = models.ForeignKey("cases.Case", null=True, blank=True, on_delete=models.SET_NULL, related_name="messages")
    sent_at = models.DateTimeField()  # inbound: the vendor's clock; outbound: when it was queued
    received_at = models.DateTimeField(auto_now_add=True)
    handled_at = models.DateTimeField(null=True, blank=True)  # inbound: the assistant or an officer has it
    held_at = models.DateTimeField(null=True, blank=True)  # inbound: the holding answer was queued for it

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "external_id"],
                condition=Q(external_id__isnull=False),
                name="message_once_per_conversation",
            )
        ]
        indexes = [
            models.Index(fields=["conversation", "id"]),
            # Asked for every two seconds (`cases.services.holding`).
            models.Index(
                fields=["received_at"], condition=Q(author="citizen", handled_at=None), name="message_unanswered"
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"  # never the text: this string reaches logs

    @property
    def inbound(self) -> bool:
        """Whether the citizen wrote it."""
        return self.author == self.Author.CITIZEN


class Attachment(models.Model):
    """A file of a message. The row exists before the file: a failed download loses no message."""

    class State(models.TextChoices):
        PENDING = "pending", "Menunggu diunduh"
        STORED = "stored", "Tersimpan"
        UNAVAILABLE = "unavailable", "Tidak tersedia"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    reference = EncryptedTextField()  # media id or address at the provider
    content_type = models.CharField(max_length=120, blank=True, default="")
    filename = models.CharField(max_length=200, blank=True, default="")
    size = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    path = models.CharField(max_length=200, blank=True, default="")  # below MEDIA_ROOT; encrypted file
    state = models.CharField(max_length=20, choices=State, default=State.PENDING)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.id)
