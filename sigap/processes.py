"""Child processes: started, watched, restarted, stopped; their output interleaved with one prefix each.

Children never outlive us: each asks Linux for a signal when its parent dies, and each is stopped with its whole
process group.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field

from sigap.errors import CommandError
from sigap.leash import as_account, die_with_parent

RESTARTS_A_MINUTE = 3
COLOURS = (36, 33, 35, 32, 34, 31)
LINE_LIMIT = 1024 * 1024


class GaveUp(CommandError):
    """A child died more often than it may; the text names it, says how it ended and what it said last."""


async def _always() -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Child:
    """A program to keep running.

    Args:
        name: prefix of its log lines.
        command: makes the command line, anew at each start.
        env: its whole environment.
        ready: whether it can do its work by now.
        stop_signal: what asks it to end.
        orphan_signal: what it gets when the supervisor itself was killed. Nobody is left to insist then, and all
            work is in the database, so what is stateless is killed.
        account: system account to run as, or None for ours.
        stage: children of a higher stage are stopped first.
        noise: what to leave out of its output, with the indented lines after it.
    """

    name: str
    command: Callable[[], Sequence[str]]
    env: Mapping[str, str]
    ready: Callable[[], Awaitable[bool]] = _always
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    account: str | None = None
    stage: int = 1
    noise: re.Pattern[str] | None = None


def log(name: str, text: str, colour: int = 37) -> None:
    """Write one line of a process, prefixed with its name."""
    prefix = f"{time.strftime('%H:%M:%S')} {name:<9} | "
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
    print(prefix + text, flush=True)


@dataclass
class Keeper:
    """Keeps one child running until told to stop."""

    child: Child
    colour: int
    process: asyncio.subprocess.Process | None = field(default=None, init=False)
    starts: int = field(default=0, init=False)
    _stopping: bool = field(default=False, init=False)
    _wanted: bool = field(default=False, init=False)
    _deaths: deque[float] = field(default_factory=deque, init=False)
    _last: deque[str] = field(default_factory=lambda: deque(maxlen=4), init=False)

    async def keep(self) -> None:
        """Run the child, and run it again when it ends. Raises `GaveUp`."""
        while not self._stopping:
            code = await self._run_once()
            if self._stopping:
                return
            if self._wanted:
                self._wanted = False
                continue
            self._allow_another(code)
            log(self.child.name, f"{_how(code)}; restarted", self.colour)
            await asyncio.sleep(0.5)

    async def restart(self) -> None:
        """End the child so that it starts anew; this does not count as a death."""
        if self.process is not None and self.process.returncode is None:
            self._wanted = True
            self.process.send_signal(self.child.stop_signal)

    async def stop(self, patience: float = 10) -> None:
        """Ask the child to end; after `patience` seconds its process group is killed."""
        self._stopping = True
        process = self.process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(self.child.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), patience)
        except TimeoutError:
            log(self.child.name, f"did not end within {patience:.0f} s; killed", self.colour)
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill whatever is left of the child's process group, without waiting."""
        self._stopping = True
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _allow_another(self, code: int) -> None:
        now = time.monotonic()
        self._deaths.append(now)
        while self._deaths and now - self._deaths[0] > 60:
            self._deaths.popleft()
        if len(self._deaths) > RESTARTS_A_MINUTE:
            said = f": {' / '.join(self._last)}" if self._last else ""
            raise GaveUp(f"{self.child.name} ended {len(self._deaths)} times within a minute, last {_how(code)}{said}")

    async def _run_once(self) -> int:
        self._last.clear()
        self.starts += 1
        self.process = await asyncio.create_subprocess_exec(
            *self.child.command(),
            env=dict(self.child.env),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=LINE_LIMIT,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(self.child.orphan_signal),
            **as_account(self.child.account),
        )
        if self._stopping:  # asked to stop while the process was being made
            self.kill()
        pump = asyncio.create_task(self._pump(self.process))
        code = await self.process.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pump, 1)  # a grandchild may hold the pipe open
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return code

    def _is_noise(self, text: str) -> bool:
        return self.child.noise is not None and self.child.noise.search(text) is not None

    async def _pump(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101 - asked for a pipe
        hushed = False
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:
                continue  # a line beyond the limit; asyncio has dropped it
            if not line:
                return
            text = line.decode("utf-8", "replace").rstrip()
            hushed = self._is_noise(text) or (hushed and text.startswith("  "))
            if text and not hushed:
                self._last.append(text)
                log(self.child.name, text, self.colour)


def _how(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"ended with exit code {code}"
    return f"ended by {signal.Signals(-code).name}"


class Supervisor:
    """A set of keepers that start together and end together."""

    def __init__(self) -> None:
        self.keepers: dict[str, Keeper] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.watchers: list[asyncio.Task[None]] = []

    def start(self, child: Child) -> Keeper:
        """Start keeping a child."""
        keeper = Keeper(child, COLOURS[len(self.keepers) % len(COLOURS)])
        self.keepers[child.name] = keeper
        self.tasks[child.name] = asyncio.create_task(keeper.keep(), name=child.name)
        return keeper

    async def wait_ready(self, names: Sequence[str], seconds: float) -> None:
        """Wait until the named children are ready.

        Raises:
            CommandError: one of them is not ready in time (the text names it).
            GaveUp: one of them died too often.
        """
        deadline = time.monotonic() + seconds
        for name in names:
            while not await self.keepers[name].child.ready():
                self._raise_failures()
                if time.monotonic() > deadline:
                    raise CommandError(f"{name} was not ready after {seconds:.0f} seconds; its log is above")
                await asyncio.sleep(0.1)

    async def wait(self, stop: asyncio.Event) -> None:
        """Wait until asked to stop. Raises `GaveUp` when a child died too often."""
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([stopped, *self.tasks.values()], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
        self._raise_failures()

    def watch(self, watcher: Coroutine[None, None, None]) -> None:
        """Run something beside the children for as long as they run."""
        self.watchers.append(asyncio.create_task(watcher))

    async def stop(self) -> None:
        """Stop every child, stage by stage from the highest down."""
        for watcher in self.watchers:
            watcher.cancel()
        for stage in sorted({keeper.child.stage for keeper in self.keepers.values()}, reverse=True):
            await asyncio.gather(*(k.stop() for k in self.keepers.values() if k.child.stage == stage))
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)

    def kill(self) -> None:
        """Kill every child at once."""
        for keeper in self.keepers.values():
            keeper.kill()

    def _raise_failures(self) -> None:
        for task in self.tasks.values():
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise error
