"""WhatsApp's customer service window: free-form text only within 24 hours of the citizen's last message.

https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages#customer-service-windows
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from cases.ports import OutgoingPart, WindowClosed

WINDOW = timedelta(hours=24)


def require_open_window(part: OutgoingPart) -> None:
    """Raise `WindowClosed` when the vendor would refuse free-form text now; an unknown opening is left to it."""
    opened = part.reply_window_opened_at
    if opened is not None and timezone.now() - opened >= WINDOW:
        raise WindowClosed(
            code="window_closed", sentence="lebih dari 24 jam sejak pesan terakhir warga; WhatsApp menolak teks bebas"
        )
