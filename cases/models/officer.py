"""What an officer's account has beyond Django's user."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class OfficerProfile(models.Model):
    """The unit of a `pejabat_penghubung`; roles themselves are groups (`cases.services.roles`)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="officer")
    unit = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.user} ({self.unit or '-'})"
