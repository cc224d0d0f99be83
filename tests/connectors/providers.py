"""The providers' side of a webhook: payload files, signatures and requests as the vendors make them."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client
from twilio.request_validator import RequestValidator

from connectors.base import Connector, WebhookRequest
from connectors.registry import CONNECTORS
from sigap.settings import load

HERE = Path(__file__).parent
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
PERSON = "Budi Santoso"
NUMBER = "+6281234567890"


@dataclass(frozen=True)
class Delivery:
    """One webhook on its way to us."""

    path: str
    body: bytes
    content_type: str
    headers: Mapping[str, str]
    query: str = ""

    def post(self, client: Client | None = None) -> HttpResponse:
        """Deliver it to the application."""
        address = f"/webhooks/{self.path}" + (f"?{self.query}" if self.query else "")
        return (client or Client()).post(address, self.body, content_type=self.content_type, headers=dict(self.headers))

    def with_headers(self, headers: Mapping[str, str]) -> Delivery:
        """The same with other headers."""
        return replace(self, headers=headers)


@dataclass(frozen=True)
class Provider(ABC):
    """How one vendor delivers; `bad_signatures` are headers that must all be refused."""

    connector: Connector
    folder: str
    prefix: str
    secret_setting: str
    signature_header: str

    def __str__(self) -> str:
        return self.connector.code

    @property
    def path(self) -> str:
        """The path of inbound messages."""
        return self.connector.paths[0]

    def payload_names(self) -> set[str]:
        """Names of the payload files, without prefix and ending."""
        found = (HERE / self.folder / "payloads").glob(f"{self.prefix}*.json")
        return {file.stem.removeprefix(self.prefix) for file in found}

    def payload(self, name: str) -> Any:
        """A payload file's content."""
        return json.loads((HERE / self.folder / "payloads" / f"{self.prefix}{name}.json").read_text("utf-8"))

    @abstractmethod
    def deliver(self, payload: Any, *, path: str | None = None, secret: str | None = None, query: str = "") -> Delivery:
        """Encode and sign a payload as the vendor does."""

    @abstractmethod
    def deliver_bytes(self, body: bytes, content_type: str = "text/plain") -> Delivery:
        """Sign bytes that are not of the vendor's media type."""

    def named(self, name: str, **options: Any) -> Delivery:
        """A payload file, encoded and signed."""
        return self.deliver(self.payload(name), **options)

    @abstractmethod
    def text(self, text: str, number: int = 1) -> Delivery:
        """A text message; the number makes its id."""

    def read(self, name: str) -> list[Any]:
        """What the connector understands of a payload file."""
        delivery = self.named(name)
        return list(
            self.connector.parse(WebhookRequest("POST", "", {"content-type": delivery.content_type}, {}, delivery.body))
        )

    def secret(self) -> str:
        """The secret in force."""
        return os.environ[self.secret_setting]


class Meta(Provider):
    """Meta's Cloud API."""

    def deliver(self, payload: Any, *, path: str | None = None, secret: str | None = None, query: str = "") -> Delivery:
        body = json.dumps(payload, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/").encode()
        return self._signed(body, JSON, secret)

    def deliver_bytes(self, body: bytes, content_type: str = "text/plain") -> Delivery:
        return self._signed(body, content_type, None)

    def _signed(self, body: bytes, content_type: str, secret: str | None) -> Delivery:
        digest = hmac.new((secret or self.secret()).encode(), body, hashlib.sha256).hexdigest()
        return Delivery(self.path, body, content_type, {self.signature_header: f"sha256={digest}"})

    def text(self, text: str, number: int = 1) -> Delivery:
        payload = copy.deepcopy(self.payload("text"))
        message = payload["entry"][0]["changes"][0]["value"]["messages"][0]
        message |= {"text": {"body": text}, "id": f"wamid.TEXT{number}"}
        return self.deliver(payload)


class Twilio(Provider):
    """Twilio, for both of its channels."""

    def deliver(self, payload: Any, *, path: str | None = None, secret: str | None = None, query: str = "") -> Delivery:
        path = path or (self.path + "/status" if "MessageStatus" in payload else self.path)
        url = f"{load().public_url}/webhooks/{path}" + (f"?{query}" if query else "")
        params = {key: value if isinstance(value, list) else [value] for key, value in payload.items()}
        signed = RequestValidator(secret or self.secret()).compute_signature(url, _Lists(params))
        return Delivery(path, urlencode(params, doseq=True).encode(), FORM, {self.signature_header: signed}, query)

    def deliver_bytes(self, body: bytes, content_type: str = "text/plain") -> Delivery:
        query = f"bodySHA256={hashlib.sha256(body).hexdigest()}"
        url = f"{load().public_url}/webhooks/{self.path}?{query}"
        signed = RequestValidator(self.secret()).compute_signature(url, {})
        return Delivery(self.path, body, content_type, {self.signature_header: signed}, query)

    def text(self, text: str, number: int = 1) -> Delivery:
        sid = f"SM{number:032x}"
        return self.deliver(self.payload("text") | {"Body": text, "MessageSid": sid, "SmsSid": sid})


class _Lists(dict):  # type: ignore[type-arg]
    def getlist(self, key: str) -> list[str]:
        return self[key]


class TelegramBot(Provider):
    """Telegram's Bot API."""

    def deliver(self, payload: Any, *, path: str | None = None, secret: str | None = None, query: str = "") -> Delivery:
        return Delivery(self.path, json.dumps(payload).encode(), JSON, {self.signature_header: secret or self.secret()})

    def deliver_bytes(self, body: bytes, content_type: str = "text/plain") -> Delivery:
        return Delivery(self.path, body, content_type, {self.signature_header: self.secret()})

    def text(self, text: str, number: int = 1) -> Delivery:
        payload = self.payload("text")
        payload["update_id"] = 5000 + number
        payload["message"] |= {"text": text, "message_id": 5000 + number}
        return self.deliver(payload)


_SHAPES = {
    "whatsapp_meta": (Meta, "whatsapp", "meta_", "SIGAP_META_APP_SECRET", "X-Hub-Signature-256"),
    "whatsapp_twilio": (Twilio, "whatsapp", "twilio_", "SIGAP_TWILIO_AUTH_TOKEN", "X-Twilio-Signature"),
    "sms_twilio": (Twilio, "sms", "", "SIGAP_TWILIO_AUTH_TOKEN", "X-Twilio-Signature"),
    "telegram": (TelegramBot, "telegram", "", "SIGAP_TELEGRAM_SECRET_TOKEN", "X-Telegram-Bot-Api-Secret-Token"),
}


def provider_of(connector: Connector) -> Provider:
    """The vendor behind a connector. A new connector needs an entry in `_SHAPES`."""
    make, *rest = _SHAPES[connector.code]
    return make(connector, *rest)


PROVIDERS = {connector.code: provider_of(connector) for connector in CONNECTORS}
