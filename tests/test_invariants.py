"""What holds for the whole application, whoever adds to it; each failure says what to do and where."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from procrastinate.contrib.django import app

from cases.models import Attachment, Case, Citizen, Conversation, Event, OfficerProfile
from desk import history, labels
from desk.access import EVERYONE, PUBLIC

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("cases", "connectors", "actions", "desk", "sigap", "classifiers", "assistant", "language")
CLI = ("sigap/commands/", "sigap/cli.py", "sigap/processes.py", "sigap/prepare.py")
PERSONAL = ("0812-3456-789", "Budi Santoso", "minta setoran lima juta")
LONGEST_MODULE, LONGEST_TEST, LONGEST_BODY = 400, 600, 40


@lru_cache(maxsize=1)
def sources() -> dict[str, ast.Module]:
    """Our Python files by path, parsed; migrations are made by Django."""
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    ours = [path for path in paths if ".venv" not in path.parts and "migrations" not in path.parts]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in ours}


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Calls of a function or method of that name, with the file they are in."""
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name in (getattr(node.func, "attr", ""), getattr(node.func, "id", "")):
                yield path, node


def constants(node: ast.AST) -> set[str]:
    """Strings written out in an expression."""
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


# --- jobs ------------------------------------------------------------------------------------------------------------


def our_tasks() -> list[Any]:
    return [task for task in app.tasks.values() if task.name.startswith("cases.")]


@pytest.mark.parametrize("task", our_tasks(), ids=lambda task: task.name)
def test_every_job_is_tried_again_or_comes_again(task: Any) -> None:
    periodic = {periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()}

    assert task.retry_strategy or task.name in periodic, "cases/tasks.py: a failure must not be the end of the work"
    assert (task.name in periodic) == bool(task.queueing_lock), (
        "periodic jobs need a queueing lock, others must have none"
    )


def test_arguments_of_jobs_are_ids() -> None:
    """Jobs are kept for days and shown in logs: what they are about stays in its encrypted table."""
    given = {keyword.arg for _, call in calls("enqueue") for keyword in call.keywords}

    assert given <= {"lock", "priority", "message_id", "message_ids", "attachment_id"}


# --- history and flags -----------------------------------------------------------------------------------------------


def test_every_event_of_a_timeline_has_a_sentence() -> None:
    recorded = {text for _, call in calls("record") if call.args for text in constants(call.args[0])}
    shown = {kind for kind in recorded if kind.startswith(("case.", "conversation.", "draft."))}

    assert shown
    assert sorted(shown - set(history._SENTENCES) - set(history.TIMELINE_HIDDEN)) == [], "desk/history.py: add it"


def test_every_reason_to_ask_for_an_officer_has_words() -> None:
    given = [call.args[1] for name in ("flag", "withdraw") for _, call in calls(name) if len(call.args) == 2]
    reasons = {text for argument in given for text in constants(argument)}

    assert reasons
    assert sorted(reasons - set(labels.FLAGS)) == [], "desk/labels.py: say it in FLAGS"


# --- personal data ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", list(apps.get_app_config("cases").get_models()), ids=lambda model: model.__name__)
def test_no_row_says_who_or_what_it_is_about(model: type[models.Model]) -> None:
    """`str()` and `repr()` of a row reach logs and error reports."""
    private = {"address", "name", "text", "summary", "value", "reference", "filename", "body", "payload", "reason"}
    coded = {"CaseField.name", "ModelVersion.name"}
    row = model(at=timezone.now()) if model is Event else model()
    if model is OfficerProfile:
        row.user = User(username="ani")  # an officer's own name is no secret among colleagues
    for field in model._meta.get_fields():
        if field.name in private and f"{model.__name__}.{field.name}" not in coded:
            setattr(row, field.name, " ".join(PERSONAL))

    assert [word for word in PERSONAL if word in f"{row} {row!r}"] == [], f"{model.__name__}.__str__: name the id only"


def test_logs_are_given_codes_not_contents() -> None:
    private = {"text", "address", "name", "summary", "payload", "body", "sentence"}
    found = [
        f"{path}:{call.lineno}"
        for level in ("debug", "info", "warning", "error", "exception")
        for path, call in calls(level)
        if getattr(getattr(call.func, "value", None), "id", "") in {"log", "logger"}
        for argument in call.args[1:]
        if isinstance(argument, ast.Attribute)
        and argument.attr in private
        and getattr(argument.value, "id", "") not in {"group", "child"}
    ]

    assert found == [], "log ids and codes"


@pytest.mark.parametrize("model", [Case, Citizen, Conversation, Attachment], ids=lambda model: model.__name__)
def test_what_addresses_name_cannot_be_counted_through(model: type[models.Model]) -> None:
    assert isinstance(model._meta.pk, models.UUIDField)


# --- addresses -------------------------------------------------------------------------------------------------------


def views() -> Iterator[tuple[str, Any]]:
    """Every address of the web process, and what answers it."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Any]]:
        for pattern in patterns:
            address = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, address)
            else:
                yield address, pattern.callback

    yield from walk(get_resolver().url_patterns, "")


def test_only_providers_may_post_without_a_form_of_ours() -> None:
    exempt = {address for address, view in views() if getattr(view, "csrf_exempt", False)}

    assert exempt
    assert [a for a in exempt if not a.startswith(("webhooks/", "simulator/api/", "simulator/^api/"))] == []


def test_only_known_addresses_need_no_login() -> None:
    public = {a for a, view in views() if not getattr(view, "login_required", True) and not a.startswith("simulator/")}
    account = {f"desk/{name}" for name in ("login", "logout", "language")}

    assert {a for a in public if not a.startswith("webhooks/")} == {"healthz", "readyz", "metrics", *account}


def test_every_page_of_the_desk_names_its_roles() -> None:
    open_to_all = {a for a, view in views() if getattr(view, "roles", None) in (EVERYONE, PUBLIC)}

    assert open_to_all == {f"desk/{name}" for name in ("", "login", "logout", "password", "language")}


# --- migrations ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_migration_can_be_taken_back() -> None:
    loader = MigrationLoader(connection)
    ours = [m for (label, _), m in loader.disk_migrations.items() if label in {"cases", "simulator"}]

    assert ours
    assert [f"{m.name}: {op.describe()}" for m in ours for op in m.operations if not op.reversible] == []


# --- code ------------------------------------------------------------------------------------------------------------


def test_modules_are_short() -> None:
    tests = list((ROOT / "tests").rglob("*.py"))
    long = [p for p in sources() if len((ROOT / p).read_text("utf-8").splitlines()) > LONGEST_MODULE]
    long += [p.name for p in tests if len(p.read_text("utf-8").splitlines()) > LONGEST_TEST]

    assert long == [], "split by concern"


def bodies() -> Iterator[tuple[int, str]]:
    """Lines of every function's body without its docstring, and where it is."""
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                yield (node.end_lineno or 0) - first.lineno + 1, f"{path}:{node.lineno} {node.name}"


def test_functions_are_short() -> None:
    lengths = sorted(length for length, _ in bodies())

    assert [where for length, where in bodies() if length > LONGEST_BODY] == []
    assert statistics.median(lengths) <= 10
    assert lengths[int(len(lengths) * 0.9)] <= 30


def test_nobody_catches_everything() -> None:
    """`except Exception` hides faults; name what can happen."""
    found = [
        f"{path}:{node.lineno}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or {"Exception", "BaseException"} & {getattr(n, "id", "") for n in ast.walk(node.type)})
    ]

    assert found == []


def test_only_the_command_line_prints() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, call in calls("print")
        if isinstance(call.func, ast.Name) and not path.startswith(CLI)
    ]

    assert found == []


def test_nothing_is_left_for_later() -> None:
    mark = ("TO" + "DO", "FIX" + "ME")
    found = [path for path in sources() if any(word in (ROOT / path).read_text("utf-8") for word in mark)]

    assert found == []
