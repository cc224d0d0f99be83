"""What the simulated providers remember: phones, messages, files, webhooks on their way, calls received, faults."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.utils import timezone


class SimulatedPhone(models.Model):
    """One account of one invented citizen at one provider."""

    class Channel(models.TextChoices):
        WHATSAPP_META = "whatsapp_meta", "WhatsApp (Meta)"
        WHATSAPP_TWILIO = "whatsapp_twilio", "WhatsApp (Twilio)"
        SMS_TWILIO = "sms_twilio", "SMS (Twilio)"
        TELEGRAM = "telegram", "Telegram"

    channel = models.CharField(max_length=20, choices=Channel)
    address = models.CharField(max_length=140)  # E.164 with "+", Telegram's numeric user id, or Meta's user id
    name = models.CharField(max_length=80)
    blocked = models.BooleanField(default=False)  # the citizen blocked us, or sent STOP by SMS
    typing_until = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveBigIntegerField(default=1)  # grows with every change that the phone would show
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="simulated_phone_once")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} #{self.pk}"

    @property
    def digits(self) -> str:
        """The address as Meta writes it: without the plus."""
        return self.address.lstrip("+")

    def touch(self) -> None:
        """Let open pages know that something changed."""
        SimulatedPhone.objects.filter(pk=self.pk).update(revision=F("revision") + 1)


class SimulatedFile(models.Model):
    """A file held at a provider: a citizen's photo, or what a sender uploaded."""

    phone = models.ForeignKey(SimulatedPhone, on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    filename = models.CharField(max_length=200, blank=True, default="")
    content_type = models.CharField(max_length=120)
    content = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"file {self.pk}"

    @property
    def handle(self) -> str:
        """The id under which the providers know it; long and numeric like Meta's."""
        return str(HANDLE_BASE + self.pk)


HANDLE_BASE = 700_000_000_000_000


class SimulatedMessage(models.Model):
    """One message in a phone's thread."""

    class Author(models.TextChoices):
        CITIZEN = "citizen", "Warga"
        SIGAP = "sigap", "Sigap"

    class Kind(models.TextChoices):
        TEXT = "text", "Teks"
        BUTTON = "button", "Tombol"
        IMAGE = "image", "Gambar"
        DOCUMENT = "document", "Dokumen"
        LOCATION = "location", "Lokasi"

    class Status(models.TextChoices):
        PENDING = "pending", "menunggu"
        ACCEPTED = "accepted", "diterima penyedia"
        SENT = "sent", "terkirim"
        DELIVERED = "delivered", "sampai"
        READ = "read", "dibaca"
        FAILED = "failed", "gagal"

    phone = models.ForeignKey(SimulatedPhone, on_delete=models.CASCADE, related_name="messages")
    author = models.CharField(max_length=10, choices=Author)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TEXT)
    external_id = models.CharField(max_length=120, unique=True)
    text = models.TextField(blank=True, default="")
    choices = models.JSONField(default=list, blank=True)  # [{"title", "payload", "description"}]
    choices_style = models.CharField(max_length=10, blank=True, default="")  # buttons | list | inline
    choices_label = models.CharField(max_length=40, blank=True, default="")  # what opens the list
    pressed = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="answers")
    payload = models.CharField(max_length=300, blank=True, default="")  # value of the pressed choice
    waiting_callback = models.CharField(max_length=60, blank=True, default="")  # Telegram callback not yet answered
    file = models.ForeignKey(SimulatedFile, on_delete=models.SET_NULL, null=True, blank=True)
    link = models.URLField(max_length=600, blank=True, default="")  # a file that the sender gave by address
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    place = models.CharField(max_length=120, blank=True, default="")
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    reason = models.CharField(max_length=200, blank=True, default="")
    reference = models.CharField(max_length=512, blank=True, default="")  # Meta's biz_opaque_callback_data
    status_url = models.CharField(max_length=600, blank=True, default="")  # Twilio's StatusCallback
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["phone", "id"], name="simulated_thread")]

    def __str__(self) -> str:
        return f"{self.author} {self.external_id}"


class SimulatedWebhook(models.Model):
    """A webhook on its way to us, and afterwards the record of it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu"
        SENDING = "sending", "Dikirim"
        DONE = "done", "Diterima"
        GIVEN_UP = "given_up", "Menyerah"

    phone = models.ForeignKey(SimulatedPhone, on_delete=models.CASCADE, related_name="webhooks")
    message = models.ForeignKey(SimulatedMessage, on_delete=models.CASCADE, null=True, blank=True)
    marks = models.CharField(max_length=10, blank=True, default="")  # status of the message that it reports
    path = models.CharField(max_length=600)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    copy = models.BooleanField(default=False)  # a duplicate made by a fault; may overtake the others
    due_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    response_body = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="simulated_webhook_due")]

    def __str__(self) -> str:
        return f"webhook {self.pk} {self.state}"


class SimulatedCall(models.Model):
    """One API call of a sender, without its credentials."""

    phone = models.ForeignKey(SimulatedPhone, on_delete=models.CASCADE, null=True, blank=True, related_name="calls")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    request = models.TextField()  # JSON as text: the order of its fields is part of what one wants to see
    response_status = models.PositiveSmallIntegerField()
    response = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.response_status}"


class SimulatedFault(models.Model):
    """A fault that the next few calls or webhooks meet."""

    class Kind(models.TextChoices):
        THROTTLE = "throttle", "API menjawab 429 (terlalu cepat)"
        SERVER_ERROR = "server_error", "API menjawab 500"
        TIMEOUT = "timeout", "API tidak menjawab (pesan tidak diambil)"
        ANSWER_LOST = "answer_lost", "API mengambil pesan, jawabannya hilang"
        DELAY = "delay", "Webhook terlambat"
        DUPLICATE = "duplicate", "Webhook dikirim berulang"
        REORDER = "reorder", "Webhook tiba terbalik"

    kind = models.CharField(max_length=20, choices=Kind, unique=True)
    remaining = models.PositiveIntegerField(default=0)
    amount = models.PositiveIntegerField(default=0)  # seconds of delay, or number of copies

    def __str__(self) -> str:
        return f"{self.kind} ×{self.remaining}"
