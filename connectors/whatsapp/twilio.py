"""WhatsApp through Twilio. https://www.twilio.com/docs/whatsapp/api"""

from __future__ import annotations

from cases.ports import Channel, Limits, OutgoingPart, Sent
from connectors.twilio_base import TEXT_LIMIT, TwilioConnector
from connectors.whatsapp.window import require_open_window
from sigap.settings import load


class TwilioWhatsApp(TwilioConnector):
    """WhatsApp through Twilio."""

    code = "whatsapp_twilio"
    channel = Channel.WHATSAPP
    # buttons need a content template that Meta approved beforehand: choices go as numbered text
    limits = Limits(text=TEXT_LIMIT, text_unit="utf16")
    paths = ("whatsapp/twilio", "whatsapp/twilio/status")
    required_settings = ("SIGAP_TWILIO_ACCOUNT_SID", "SIGAP_TWILIO_AUTH_TOKEN", "SIGAP_TWILIO_WHATSAPP_FROM")
    whatsapp = True

    def sender_number(self) -> str:
        """Our WhatsApp number; the setting may carry Twilio's prefix."""
        return (load().sigap_twilio_whatsapp_from or "").removeprefix("whatsapp:")

    def try_send(self, part: OutgoingPart) -> Sent:
        """Send within the 24-hour window."""
        require_open_window(part)
        return super().try_send(part)
