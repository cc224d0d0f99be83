"""Django app of the simulator."""

from __future__ import annotations

from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    """Tables and pages of the simulated providers."""

    name = "connectors.simulator"
    label = "simulator"
    verbose_name = "Simulator penyedia pesan"
