"""The whole system as an operator starts it: `sigap up --demo`, with its own database, ports and secrets.

Used by the whole-path tests and the path benchmark. The trained models are the installation's own (`sigap train`
makes them when they are stale), because training belongs to neither.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

from sigap.sockets import socket_url

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "var" / "models"
SIGAP = str(Path(sys.executable).with_name("sigap"))
START_SECONDS = 180


def free_port(count: int = 3) -> int:
    """The first of `count` neighbouring free ports on loopback."""
    for _ in range(200):
        base = secrets.randbelow(20_000) + 20_000
        if all(_is_free(base + offset) for offset in range(count)):
            return base
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


class System:
    """A running installation; use as a context manager.

    Args:
        meta_api_base: where replies on WhatsApp go, when not to the simulator.
    """

    def __init__(self, *, meta_api_base: str = "") -> None:
        self.state = Path(tempfile.mkdtemp(prefix="sigap-system-"))
        self.port = free_port()
        self.run = secrets.token_hex(4)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.state / "system.log"
        self._extra = {"SIGAP_META_API_BASE": meta_api_base} if meta_api_base else {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Environment in which `sigap` commands reach this installation."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SIGAP_")}
        inherited.pop("DATABASE_URL", None)
        inherited.pop("DJANGO_SETTINGS_MODULE", None)
        own = {
            "SIGAP_STATE_DIR": str(self.state),
            "SIGAP_PORT": str(self.port),
            "SIGAP_DEMO": "1",
            "SIGAP_ENV_FILE": os.devnull,
        }
        return inherited | own | self._extra

    def __enter__(self) -> System:
        """Train what is stale, start everything, wait until it answers."""
        subprocess.run([SIGAP, "train", "all"], cwd=ROOT, env=self._training(), check=True)
        (self.state / "models").symlink_to(MODELS)
        try:
            self.start()
        except RuntimeError:
            self.__exit__()  # a `with` that was never entered is not left either
            raise
        return self

    def _training(self) -> dict[str, str]:
        return self.environment | {"SIGAP_STATE_DIR": str(ROOT / "var")}

    def __exit__(self, *_: object) -> None:
        """Stop everything and forget it."""
        self.stop()
        shutil.rmtree(self.state, ignore_errors=True)

    def start(self) -> None:
        """Start the supervisor and wait until every part is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [SIGAP, "up", "--demo", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if self._ready():
                return
            time.sleep(0.3)
        raise RuntimeError(f"the system did not start:\n{self.log.read_text('utf-8', 'replace')[-4000:]}")

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=3).is_success
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """Stop as an operator does, with SIGTERM."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)

    def children(self) -> dict[str, psutil.Process]:
        """The supervised processes by what they run: postgres, assistant, actions, worker, web."""
        marks = {
            "assistant": ("rasa", "run"), "actions": ("-m", "actions"), "worker": ("-m", "sigap.worker"),
            "web": ("uvicorn",), "postgres": ("postgres",),
        }  # fmt: skip
        found: dict[str, psutil.Process] = {}
        assert self._process is not None
        for child in psutil.Process(self._process.pid).children():
            line = child.cmdline()
            name = next((n for n, words in marks.items() if all(any(w in part for part in line) for w in words)), None)
            if name:
                found[name] = child
        return found

    def memory(self) -> dict[str, int]:
        """Proportional memory (PSS, MB) of each part with its children."""
        return {
            name: sum(p.memory_full_info().pss for p in [process, *process.children(recursive=True)]) // 2**20
            for name, process in self.children().items()
        }

    def setting(self, name: str) -> str:
        """A setting that demo mode made up."""
        lines = (self.state / "demo.env").read_text("utf-8").splitlines()
        return next(line.split("=", 1)[1] for line in lines if line.startswith(f"{name}="))

    @property
    def app_secret(self) -> str:
        """Meta's app secret of this installation."""
        return self.setting("SIGAP_META_APP_SECRET")

    @property
    def phone_number_id(self) -> str:
        """Meta's sender id of this installation."""
        return self.setting("SIGAP_META_PHONE_NUMBER_ID")

    @property
    def database_url(self) -> str:
        """Address of this installation's database."""
        return socket_url(self.state, "sigap")

    def password(self, officer: str) -> str:
        """The password of a demo officer (user name: the role's code)."""
        passwords: dict[str, str] = json.loads((self.state / "demo-officers.json").read_text("utf-8"))
        return passwords[officer]
