"""Runs the checks that need the assistant's own environment, one process for each module of `inside/`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "assistant" / ".venv" / "bin" / "python"
CHECKS = sorted(path.stem for path in (Path(__file__).parent / "inside").glob("check_*.py"))


def run_inside(module: str, **variables: str) -> None:
    """Run one module of unittest checks in the assistant's environment; its output is the failure's text."""
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        **variables,
    }
    finished = subprocess.run(
        [PYTHON, "-W", "ignore", "-m", "unittest", f"tests.assistant.inside.{module}"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert finished.returncode == 0, finished.stderr[-6000:]


@pytest.mark.parametrize("module", CHECKS)
def test_checks_inside_the_assistants_environment_pass(module: str, assistant_database: str) -> None:
    run_inside(module, SIGAP_ASSISTANT_DATABASE_URL=assistant_database)


def test_the_line_command_starts_without_rasa_and_tensorflow() -> None:
    code = "import sys, assistant.understand; print(sorted({'rasa', 'tensorflow', 'sklearn'} & set(sys.modules)))"
    finished = subprocess.run([PYTHON, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert finished.stdout.strip() == "[]", finished.stderr


def test_a_missing_model_is_one_sentence_and_exit_code_one() -> None:
    finished = subprocess.run(
        [PYTHON, "-m", "assistant.understand", "--model", "no/such.tar.gz"],
        cwd=ROOT,
        input="halo\n",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert finished.returncode == 1
    assert len(finished.stderr.splitlines()) == 1


def test_the_database_of_these_tests_is_their_own(assistant_database: str) -> None:
    with psycopg.connect(assistant_database) as connection:
        [name] = connection.execute("SELECT current_database()").fetchone() or ("",)
    assert name == "assistant_test"
