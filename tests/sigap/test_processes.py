"""The supervisor, with real processes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sigap.house import LIBRARY_WARNINGS
from sigap.processes import Child, GaveUp, Supervisor


def python(code: str, *, name: str = "child", stage: int = 1) -> Child:
    return Child(name=name, command=lambda: [sys.executable, "-c", code], env=dict(os.environ), stage=stage)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def wait_for(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)


async def test_a_child_that_died_is_started_again() -> None:
    supervisor = Supervisor()
    keeper = supervisor.start(python("import time; time.sleep(600)"))
    await wait_for(lambda: keeper.process)
    first = keeper.process.pid

    os.kill(first, signal.SIGKILL)
    await wait_for(lambda: keeper.starts == 2 and keeper.process.pid != first)

    assert alive(keeper.process.pid)
    await supervisor.stop()


async def test_after_three_restarts_in_a_minute_it_gives_up_and_says_which_and_why() -> None:
    supervisor = Supervisor()
    keeper = supervisor.start(python("print('no such file: x.yml'); raise SystemExit(7)", name="assistant"))

    with pytest.raises(GaveUp) as caught:
        await asyncio.wait_for(supervisor.wait(asyncio.Event()), 30)

    assert keeper.starts == 4
    assert "assistant ended 4 times within a minute" in str(caught.value)
    assert "exit code 7" in str(caught.value)
    assert "no such file: x.yml" in str(caught.value)


async def test_a_wanted_restart_is_no_death() -> None:
    supervisor = Supervisor()
    keeper = supervisor.start(python("import time; time.sleep(600)"))
    for expected in range(2, 8):
        await wait_for(lambda: keeper.process and keeper.process.returncode is None)
        await keeper.restart()
        await wait_for(lambda expected=expected: keeper.starts == expected)

    assert not supervisor.tasks["child"].done()
    await supervisor.stop()


async def test_stopping_ends_higher_stages_first() -> None:
    supervisor = Supervisor()
    sleeper = "import time; time.sleep(600)"
    database, web = supervisor.start(python(sleeper, name="db", stage=0)), supervisor.start(python(sleeper, name="web"))
    await wait_for(lambda: database.process and web.process)
    ends: list[str] = []
    for keeper in (database, web):
        asyncio.create_task(note_end(keeper, ends))  # noqa: RUF006 - ends with the test
    await asyncio.sleep(0.2)

    await supervisor.stop()

    await wait_for(lambda: len(ends) == 2)
    assert ends == ["web", "db"]


async def note_end(keeper, ends: list[str]) -> None:
    await keeper.process.wait()
    ends.append(keeper.child.name)


async def test_a_child_that_ignores_the_signal_is_killed_with_its_own_children() -> None:
    stubborn = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); print(p.pid, flush=True);"
        "time.sleep(600)"
    )
    supervisor = Supervisor()
    keeper = supervisor.start(python(stubborn))
    await wait_for(lambda: keeper._last)
    grandchild = int(keeper._last[0])

    await keeper.stop(patience=0.3)

    await wait_for(lambda: not alive(grandchild))
    assert not alive(keeper.process.pid)
    await supervisor.stop()


async def test_output_is_shown_line_by_line_behind_the_name(capsys: pytest.CaptureFixture[str]) -> None:
    supervisor = Supervisor()
    keeper = supervisor.start(python("print('satu\\ndua \\xff'); import time; time.sleep(600)", name="web"))
    await wait_for(lambda: len(keeper._last) == 2)
    await supervisor.stop()

    lines = [line.split(" ", 1)[1] for line in capsys.readouterr().out.splitlines()]
    assert lines[:2] == ["web       | satu", "web       | dua ÿ"]


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
async def test_no_child_survives_a_killed_supervisor(tmp_path: Path) -> None:
    program = tmp_path / "supervisor.py"
    program.write_text(
        "import asyncio, os, sys\n"
        "from sigap.processes import Child, Supervisor\n"
        "async def main():\n"
        "    supervisor = Supervisor()\n"
        "    command = [sys.executable, '-c', 'import os, time; print(os.getpid(), flush=True); time.sleep(600)']\n"
        "    supervisor.start(Child(name='child', command=lambda: command, env=dict(os.environ)))\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n",
        "utf-8",
    )
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True) as process:
        child = int(process.stdout.readline().rsplit("|", 1)[1])
        assert alive(child)
        process.kill()

    await wait_for(lambda: not alive(child))


async def test_noise_is_left_out_with_its_indented_lines(capsys: pytest.CaptureFixture[str]) -> None:
    said = "x/site-packages/y: DeprecationWarning: old\\n  import old\\nready\\n  detail"
    code = f"print('{said}'); import time; time.sleep(600)"
    supervisor = Supervisor()
    child = Child(name="a", command=lambda: [sys.executable, "-c", code], env=dict(os.environ), noise=LIBRARY_WARNINGS)
    keeper = supervisor.start(child)
    await wait_for(lambda: len(keeper._last) == 2)
    await supervisor.stop()

    assert [line.split("| ", 1)[1] for line in capsys.readouterr().out.splitlines()] == ["ready", "  detail"]
