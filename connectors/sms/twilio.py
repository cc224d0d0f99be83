"""SMS through Twilio. https://www.twilio.com/docs/messaging"""

from __future__ import annotations

from cases.ports import Channel, Limits, OutgoingPart, Rejected, Sent
from connectors.twilio_base import TEXT_LIMIT, TwilioConnector
from sigap.settings import load


class TwilioSms(TwilioConnector):
    """SMS through Twilio."""

    code = "sms_twilio"
    channel = Channel.SMS
    limits = Limits(text=TEXT_LIMIT, text_unit="utf16")
    paths = ("sms/twilio", "sms/twilio/status")
    required_settings = ("SIGAP_TWILIO_ACCOUNT_SID", "SIGAP_TWILIO_AUTH_TOKEN", "SIGAP_TWILIO_SMS_FROM")
    whatsapp = False

    def sender_number(self) -> str:
        """Our SMS number."""
        return load().sigap_twilio_sms_from or ""

    def try_send(self, part: OutgoingPart) -> Sent:
        """Send text; Indonesian operators carry no MMS. https://www.twilio.com/en-us/guidelines/id/sms"""
        if part.media_path:
            raise Rejected(code="media_unsupported", sentence="SMS tidak dapat membawa berkas")
        return super().try_send(part)
