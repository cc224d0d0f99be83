"""The list of connectors. A new channel is a folder and one line here."""

from __future__ import annotations

from connectors.base import Connector
from connectors.sms.twilio import TwilioSms
from connectors.telegram.connector import Telegram
from connectors.whatsapp.meta import MetaWhatsApp
from connectors.whatsapp.twilio import TwilioWhatsApp

CONNECTORS: tuple[Connector, ...] = (MetaWhatsApp(), TwilioWhatsApp(), TwilioSms(), Telegram())
