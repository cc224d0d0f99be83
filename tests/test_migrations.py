"""Tables and models agree, and migrations form one line."""

from __future__ import annotations

import io

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader


@pytest.mark.django_db
def test_no_model_change_lacks_its_migration() -> None:
    said = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(f"run `.venv/bin/python manage.py makemigrations`:\n{said.getvalue()}")


@pytest.mark.django_db
def test_every_app_has_one_last_migration() -> None:
    loader = MigrationLoader(connection)
    ours = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
    heads = [key for key in loader.graph.leaf_nodes() if key[0] in ours]

    assert len(heads) == len({app for app, _ in heads}), "two branches added migrations side by side: merge them"
