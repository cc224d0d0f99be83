"""Channels: one folder each behind one contract (`connectors.base`), listed once in `connectors.registry`."""
