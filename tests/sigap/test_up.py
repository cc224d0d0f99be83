"""`sigap up` as a whole: what happens to its processes when it ends, in whatever way."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from sigap.settings import ROOT
from tests.system import System

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with System() as running:
        yield running


def assert_gone(processes: list[psutil.Process]) -> None:
    gone, alive = psutil.wait_procs(processes, timeout=30)
    assert [process.name() for process in alive] == []
    assert len(gone) == len(processes)


def test_all_five_processes_run_and_a_second_supervisor_is_refused(system: System) -> None:
    assert set(system.children()) == {"postgres", "assistant", "actions", "worker", "web"}

    second = subprocess.run(
        [sys.executable, "-m", "sigap.cli", "up", "--demo"],
        cwd=ROOT, env=system.environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert second.returncode == 1
    assert "already running" in second.stderr


def test_a_killed_supervisor_leaves_nothing_behind_and_can_start_again(system: System) -> None:
    children = list(system.children().values())
    started = time.monotonic()

    system._process.kill()
    system._process.wait()

    assert_gone(children)
    system.start()
    assert time.monotonic() - started < 170
    assert len(system.children()) == 5


def test_sigterm_stops_everything_and_is_no_failure(system: System) -> None:
    children = list(system.children().values())

    system.stop()

    assert system._process.returncode == 0
    assert_gone(children)
    log = system.log.read_text("utf-8", "replace")
    assert "database system is shut down" in log
    assert log.rstrip().endswith("stopped")
