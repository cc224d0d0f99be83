"""The list of connectors is complete, and each comes with its tests."""

from __future__ import annotations

from pathlib import Path

import connectors
from cases.ports import senders
from connectors.registry import CONNECTORS
from sigap.settings import Settings, setting_name
from tests.connectors.providers import HERE, PROVIDERS

ROOT = Path(connectors.__file__).parent


def test_every_channel_folder_is_registered_and_every_connector_has_a_folder():
    folders = {folder.name for folder in ROOT.iterdir() if folder.is_dir() and (folder / "__init__.py").exists()}

    assert {type(connector).__module__.split(".")[1] for connector in CONNECTORS} == folders - {"simulator"}


def test_codes_and_paths_are_unique():
    codes = [connector.code for connector in CONNECTORS]
    paths = [path for connector in CONNECTORS for path in connector.paths]

    assert len(set(codes)) == len(codes)
    assert len(set(paths)) == len(paths)


def test_the_domain_knows_every_connector_as_a_sender():
    assert {connector.code for connector in CONNECTORS} <= set(senders())


def test_required_settings_exist():
    known = {setting_name(name) for name in Settings.model_fields}

    assert {name for connector in CONNECTORS for name in connector.required_settings} <= known


def test_every_connector_has_payload_files_of_its_own():
    for provider in PROVIDERS.values():
        assert (HERE / provider.folder / "payloads").is_dir()
        assert len(provider.payload_names()) >= 10, f"{provider}: write payloads before code"
