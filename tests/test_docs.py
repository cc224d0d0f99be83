"""What the documents name exists: rooms, sub-commands and options, modules, tests, tables of the database."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer
from django.apps import apps

from sigap.cli import COMMANDS, _build
from sigap.settings import ROOT

DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "deploy" / "README.md"]
HELD_OUT = ROOT / "tests" / "heldout" / "README.md"
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
MADE = re.compile(r"<!-- begin: python -m ([\w.]+) -->(.*?)<!-- end: python -m \1 -->", re.DOTALL)
PATH = re.compile(
    r"(?<![\w./-])(?:actions|assistant|benchmarks|cases|classifiers|connectors|deploy|desk|docs|language|nlu_data|requirements"
    r"|scripts|sigap|tests)/[\w./-]*(?![\w./<*-])"
)
"""A path below a room; one with a placeholder or a star in it stands for many and is not looked at."""
UNMEASURED = ("benchmarks/path/result.json", "benchmarks/assistant/result.json")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code_of(path: Path) -> list[str]:
    """Everything in a document that is set as code: lines of blocks, and spans."""
    text = path.read_text("utf-8")
    blocks = "\n".join(FENCE.findall(text)).splitlines()
    return [*blocks, *re.findall(r"`([^`\n]+)`", FENCE.sub("", text))]


def commands_of(path: Path) -> list[list[str]]:
    """Words of every `sigap ...` in a document; a line may pipe or set variables first, and end in a comment."""
    found = []
    for line in code_of(path):
        for part in re.split(r"\s\|\s|\s&&\s", line.split(" #", 1)[0]):
            words = [word for word in part.split() if not re.match(r"[A-Z_]+=", word)]
            if words and words[0] in {"sigap", ".venv/bin/sigap"}:
                found.append(words[1:])
    return found


def complaint(group: Any, words: list[str]) -> str:
    """What is wrong with a command line, or nothing: unknown sub-command or option."""
    command = group
    for word in words:
        if word.startswith("--"):
            known = {option for parameter in command.params for option in parameter.opts}
            if word.split("=")[0] not in known | {"--help"}:
                return f"no option {word}"
        elif hasattr(command, "commands") and re.fullmatch(r"[a-z-]+", word):
            if word not in command.commands:
                return f"no command {word}"
            command = command.commands[word]
    return ""


@pytest.fixture(scope="module")
def program() -> Any:
    group: Any = typer.main.get_command(_build(None))
    assert set(group.commands) == set(COMMANDS)
    return group


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_commands_in_a_document_have_the_sub_commands_and_options_it_names(document: Path, program: Any) -> None:
    wrong = [(" ".join(words), said) for words in commands_of(document) if (said := complaint(program, words))]

    assert wrong == []


def test_the_examination_of_commands_sees_what_is_wrong(program: Any) -> None:
    assert complaint(program, ["classifier", "train", "--data", "x.jsonl", "--out", "y"]) == ""
    assert complaint(program, ["classifier", "teach"]) == "no command teach"
    assert complaint(program, ["train", "--fast"]) == "no option --fast"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_modules_that_a_document_runs_exist(document: Path) -> None:
    named = {module for line in code_of(document) for module in re.findall(r"python -m ([\w.]+)", line)}

    missing = [
        module
        for module in named
        if not (ROOT / f"{module.replace('.', '/')}.py").is_file() and find_spec(module.split(".")[0]) is None
    ]
    assert missing == []


@pytest.mark.parametrize("document", [*DOCUMENTS, HELD_OUT], ids=name_of)
def test_paths_that_a_document_names_exist(document: Path) -> None:
    named = {match[0].rstrip(".") for line in code_of(document) for match in PATH.finditer(line)}

    assert sorted(path for path in named if not (ROOT / path).exists() and path not in UNMEASURED) == []


def test_the_map_shows_every_room_and_no_other() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rooms = text.split("## Rooms", 1)[1].split("\n## ", 1)[0]
    shown = {
        name for row in re.findall(r"^\| (`[^|]+) \|", rooms, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)
    }
    packages = {f"{path.parent.name}/" for path in ROOT.glob("*/__init__.py")}

    assert {name for name in shown if not (ROOT / name).exists()} == set()
    assert packages - shown == set(), "ARCHITECTURE.md lacks a room"


def test_the_map_names_every_table_of_the_domain() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", text))
    tables = {model.__name__ for model in apps.get_app_config("cases").get_models()}

    assert tables - named == set()


def test_queries_in_documents_name_tables_that_exist() -> None:
    ours = {model._meta.db_table for model in apps.get_models()} | {"procrastinate_jobs", "assistant_conversation"}
    named = {table for path in DOCUMENTS for line in code_of(path) for table in re.findall(r"\bFROM ([a-z_]+)", line)}

    assert named - ours == set()


def test_tables_of_figures_stand_between_marks_that_name_their_command() -> None:
    for document, module in (
        ("models.md", "benchmarks.figures"),
        ("models.md", "benchmarks.data_card"),
        ("models.md", "benchmarks.robustness.run"),
        ("scaling.md", "benchmarks.scaling"),
    ):
        blocks = dict(MADE.findall((ROOT / "docs" / document).read_text("utf-8")))
        assert blocks.get(module, "").strip(), f"run `.venv/bin/python -m {module} --write`"


def test_the_data_card_counts_every_file() -> None:
    card = dict(MADE.findall((ROOT / "docs" / "models.md").read_text("utf-8")))["benchmarks.data_card"]
    data = ROOT / "nlu_data"
    files = [*data.glob("complaints/*.jsonl"), *data.glob("faq/*.yml"), *data.glob("nlu/*.yml")]

    missing = sorted(name for file in files if f"`{(name := str(file.relative_to(data)))}`" not in card)
    assert missing == [], "run `.venv/bin/python -m benchmarks.data_card --write`"
