"""Webhooks as the providers build and sign them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Webhook:
    """One request to our webhook address: `path` on the public host, headers and the exact bytes signed."""

    path: str
    headers: dict[str, str]
    body: bytes
