"""The documents say what is true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from sigap.cli import COMMANDS
from sigap.commands.run import Process
from sigap.settings import ROOT, Settings, setting_name

OPERATOR = (ROOT / "docs" / "operator.md").read_text("utf-8")
DEPENDENCIES = (ROOT / "docs" / "dependencies.md").read_text("utf-8")


def section(text: str, title: str) -> str:
    return text.split(f"## {title}", 1)[1].split("\n## ", 1)[0]


def first_column(text: str) -> list[str]:
    rows = [line.split("|")[1].strip().strip("`") for line in text.splitlines() if line.startswith("| ")]
    return [row for row in rows if row not in {"setting", "package"}]


def direct(name: str) -> set[str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return {
        re.split(r"[\[=~<>]", line)[0].strip() for line in lines if line.strip() and not line.startswith(("-", "#"))
    }


def test_the_operators_guide_lists_every_setting_and_no_other() -> None:
    assert sorted(first_column(section(OPERATOR, "Settings"))) == sorted(map(setting_name, Settings.model_fields))


def test_the_example_file_names_known_settings_only() -> None:
    named = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)

    assert [name for name in named if name not in set(map(setting_name, Settings.model_fields))] == []


@pytest.mark.parametrize(
    ("file", "title"),
    [
        ("requirements/base.in", "What runs"),
        ("requirements/dev.in", "What tests and checks it"),
        ("assistant/requirements.in", "The assistant"),
        ("requirements/uv.in", "Set-up"),
    ],
)
def test_every_direct_dependency_has_a_reason(file: str, title: str) -> None:
    listed = first_column(section(DEPENDENCIES, title))

    assert sorted(set(listed)) == sorted(direct(file)), f"bring docs/dependencies.md and {file} together"


@pytest.mark.parametrize("file", ["requirements/base", "requirements/dev", "requirements/uv", "assistant/requirements"])
def test_every_direct_dependency_is_pinned_by_hash_and_names_no_index(file: str) -> None:
    pinned = (ROOT / f"{file}.txt").read_text("utf-8")
    names = {match.lower() for match in re.findall(r"^([\w.-]+)==", pinned, re.MULTILINE)}

    assert {name.lower() for name in direct(f"{file}.in")} - names == set()
    assert "://" not in pinned
    for block in re.split(r"^(?=[\w.-]+==)", pinned, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in block


def test_documents_name_real_commands() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "deploy" / "README.md"]
    unknown = []
    for path in documents:
        text = path.read_text("utf-8")
        quoted = [
            *re.findall(r"`([^`\n]+)`", text),
            *"\n".join(re.findall(r"^```\n(.*?)^```", text, re.M | re.S)).splitlines(),
        ]
        for command in quoted:
            if (made := re.match(r"make ([a-z-]+)", command)) and f"\n{made[1]}:" not in makefile:
                unknown.append((path.name, command))
            if (asked := re.match(r"(?:\.venv/bin/)?sigap ([a-z][a-z-]*)", command)) and asked[1] not in COMMANDS:
                unknown.append((path.name, command))

    assert unknown == []


def test_documents_link_to_files_that_exist() -> None:
    broken = []
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "deploy" / "README.md"]:
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text("utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)} -> {target}")

    assert broken == []


def test_the_version_is_the_same_everywhere() -> None:
    from sigap import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__


def test_units_compose_and_manifests_run_processes_that_exist() -> None:
    known = {process.value for process in Process}
    started: dict[str, set[str]] = {"systemd": set(), "compose": set(), "kubernetes": set()}
    for unit in (ROOT / "deploy" / "systemd").glob("*.service"):
        started["systemd"] |= set(re.findall(r"^ExecStart=\S+ run (\S+)$", unit.read_text("utf-8"), re.MULTILINE))
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yml").read_text("utf-8"))
    started["compose"] |= {service["command"][1] for service in compose["services"].values() if "command" in service}
    for manifest in (ROOT / "deploy" / "kubernetes").glob("*.yaml"):
        started["kubernetes"] |= set(re.findall(r"args: \[run, (\w+)\]", manifest.read_text("utf-8")))

    assert started == {"systemd": known, "compose": known, "kubernetes": known}


def test_settings_in_deployments_exist() -> None:
    known = set(map(setting_name, Settings.model_fields))
    files = [path for path in (ROOT / "deploy").rglob("*") if path.is_file()]
    named = {name for path in files for name in re.findall(r"SIGAP_[A-Z_]+", path.read_text("utf-8"))}

    assert named - known == set()


def test_no_file_of_the_repository_names_a_path_of_this_machine() -> None:
    mine = [str(ROOT), str(Path.home())]
    places = ("*.md", "*.toml", "Makefile", "docs/**/*.md", "scripts/*", "deploy/**/*", "sigap/**/*.py", ".ci/run")
    files = {path for place in places for path in ROOT.glob(place) if path.is_file()}

    assert [path for path in files for name in mine if len(name) > 5 and name in path.read_text("utf-8")] == []
