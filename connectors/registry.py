"""The list of connectors. A new channel is a folder and one line here."""

from __future__ import annotations

from connectors.base import Connector

CONNECTORS: tuple[Connector, ...] = ()
