"""The command line as its users see it: as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sigap import demo, house
from sigap.cli import COMMANDS, main
from sigap.settings import ROOT


def sigap(*arguments: str, state: Path, **env: str) -> subprocess.CompletedProcess[str]:
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith(("SIGAP_", "DATABASE_", "DJANGO_"))
    }
    bare |= {"SIGAP_STATE_DIR": str(state), "SIGAP_ENV_FILE": os.devnull, **env}
    return subprocess.run(
        [sys.executable, "-m", "sigap.cli", *arguments], cwd=ROOT, env=bare, capture_output=True, text=True, timeout=120
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert [word for word in words if word not in done.stderr] == []


def test_help_lists_every_command(tmp_path: Path) -> None:
    done = sigap("--help", state=tmp_path)

    assert done.returncode == 0
    listed = {line.split()[0] for line in done.stdout.split("Commands:")[1].splitlines() if line.startswith("  ")}
    assert set(COMMANDS) <= listed


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: sigap {command}")


def test_an_unknown_command_is_one_sentence_and_code_2(tmp_path: Path) -> None:
    assert_one_sentence(sigap("fly", state=tmp_path), 2, "No such command 'fly'")


def test_a_missing_argument_is_one_sentence_and_code_2(tmp_path: Path) -> None:
    assert_one_sentence(sigap("user", "add", state=tmp_path), 2, "username")


def test_wrong_settings_are_one_sentence_and_code_2(tmp_path: Path) -> None:
    done = sigap("check", state=tmp_path, SIGAP_PROT="1", SIGAP_PORT="x")

    assert_one_sentence(done, 2, "SIGAP_PROT", "SIGAP_PORT")


def test_without_secrets_it_refuses_to_start_and_names_them(tmp_path: Path) -> None:
    done = sigap("up", state=tmp_path)

    assert_one_sentence(done, 1, "SIGAP_SECRET_KEY", "SIGAP_FIELD_KEYS", "SIGAP_ASSISTANT_SECRET", "--demo")


def test_a_single_process_refuses_to_run_without_secrets_too(tmp_path: Path) -> None:
    assert_one_sentence(sigap("run", "web", state=tmp_path), 1, "SIGAP_SECRET_KEY")


def test_secrets_of_an_earlier_demo_do_not_serve_citizens_by_accident(tmp_path: Path) -> None:
    demo.ensure_environment(tmp_path, 8000)

    assert_one_sentence(sigap("up", state=tmp_path), 1, "SIGAP_SECRET_KEY")


def test_without_models_it_says_to_train(tmp_path: Path) -> None:
    assert_one_sentence(sigap("up", "--demo", state=tmp_path), 1, "`sigap train`")


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    done = sigap(
        "user", "add", "budi", "--role", "tim_data", state=tmp_path, DATABASE_URL="postgresql://x@127.0.0.1:9/sigap"
    )

    assert_one_sentence(done, 1, "database does not answer")


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    assert_one_sentence(sigap("restore", str(tmp_path / "none.tar"), state=tmp_path), 1, "none.tar", "No such file")


def test_check_names_what_is_missing_and_fails(tmp_path: Path) -> None:
    done = sigap("check", state=tmp_path, COLUMNS="200")

    assert done.returncode == 1
    assert "set SIGAP_SECRET_KEY" in done.stdout
    assert "sigap train nlu" in done.stdout
    assert "set SIGAP_PUBLIC_URL" in done.stdout


def test_the_demo_makes_its_secrets_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = demo.ensure_environment(tmp_path, 8000).read_text("utf-8")
    second = demo.ensure_environment(tmp_path, 9000).read_text("utf-8")

    assert (tmp_path / "demo.env").stat().st_mode & 0o077 == 0
    kept = [line for line in first.splitlines() if "8000" not in line]
    assert [line for line in kept if line not in second.splitlines()] == []
    assert "SIGAP_META_API_BASE=http://127.0.0.1:9000/simulator/api/meta" in second


def test_the_assistant_gets_none_of_the_providers_secrets() -> None:
    from sigap.settings import load

    env = house.assistant_environment(load())

    assert {name for name in env if name.startswith("SIGAP_")} == {
        "SIGAP_ASSISTANT_SECRET",
        "SIGAP_ASSISTANT_DATABASE_URL",
        "SIGAP_ACTIONS_URL",
        "SIGAP_STATE_DIR",
    }
    assert "DATABASE_URL" not in env
