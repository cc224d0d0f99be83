"""Rasa's environment and ours share this package, so it may lean on nothing that only one of them has."""

from __future__ import annotations

import ast
import subprocess
import sys

from sigap.house import ASSISTANT_PYTHON
from sigap.settings import ROOT

FILES = sorted((ROOT / "language").glob("*.py"))


def imported(source: str) -> set[str]:
    """Top-level names of everything that a module imports, at whatever depth."""
    nodes = list(ast.walk(ast.parse(source)))
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.split(".")[0] for name in whole | parts}


def test_it_imports_the_standard_library_alone() -> None:
    allowed = sys.stdlib_module_names | {"language"}

    assert FILES
    assert {file.name: imported(file.read_text("utf-8")) - allowed for file in FILES} == {
        file.name: set() for file in FILES
    }


def test_the_assistants_environment_finds_it_in_the_project_and_loads_nothing_besides() -> None:
    names = ", ".join(f"language.{file.stem}" for file in FILES if file.stem != "__init__")
    code = f"import sys, {names}; print(sorted({{'numpy', 'rasa', 'classifiers', 'assistant'}} & set(sys.modules)))"

    finished = subprocess.run([ASSISTANT_PYTHON, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert finished.stdout.strip() == "[]", finished.stderr
