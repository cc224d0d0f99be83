"""Counters of the webhooks, for `/metrics`; labels carry codes, never addresses."""

from __future__ import annotations

from prometheus_client import Counter

WEBHOOKS = Counter("sigap_webhooks_total", "Webhook requests by connector and outcome", ["connector", "outcome"])
INBOUND = Counter("sigap_inbound_events_total", "Events inside webhooks by connector and kind", ["connector", "kind"])
