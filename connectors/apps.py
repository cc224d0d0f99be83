"""Django app of the connectors: registers their senders with the domain."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """Hands every configured connector to the domain as a sender."""

    name = "connectors"

    def ready(self) -> None:
        from cases.ports import register_sender
        from connectors.registry import CONNECTORS

        for connector in CONNECTORS:
            register_sender(connector)
