"""Django app of the domain."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    """Registers the roles of the taxonomy as groups after each migration."""

    name = "cases"
    verbose_name = "Sigap"

    def ready(self) -> None:
        from cases.services.roles import sync_roles

        post_migrate.connect(lambda **_: sync_roles(), sender=self, weak=False, dispatch_uid="cases.sync_roles")
