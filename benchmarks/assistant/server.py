"""Starts, feeds and measures one Rasa server: ours or stock, on the same data, domain, database and action double."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import conninfo

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "assistant" / ".venv" / "bin" / "python"
STOCK = ROOT / "benchmarks" / "assistant" / "stock"
SECRET = "benchmark"  # noqa: S105 - guards a double on loopback for the length of a run


@dataclass(frozen=True)
class Kind:
    """What differs between the two servers."""

    name: str
    config: Path
    endpoints: Path
    credentials: Path
    data: tuple[Path, ...]

    @property
    def ours(self) -> bool:
        return self.name == "ours"


OURS = Kind("ours", ROOT / "config.yml", ROOT / "endpoints.yml", ROOT / "credentials.yml", (ROOT / "nlu_data",))
STOCK_RASA = Kind(
    "stock",
    STOCK / "config.yml",
    STOCK / "endpoints.yml",
    STOCK / "credentials.yml",
    (ROOT / "nlu_data", STOCK / "stories.yml"),
)


def environment(database: str, actions_port: int, work: Path) -> dict[str, str]:
    """The servers' environment; the training cache is empty, so that training is measured and not its cache."""
    parts = conninfo.conninfo_to_dict(database)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(work / "cache"),
        "SIGAP_ASSISTANT_SECRET": SECRET,
        "SIGAP_ASSISTANT_DATABASE_URL": database,
        "SIGAP_ACTIONS_URL": f"http://127.0.0.1:{actions_port}",
        "BENCH_DATABASE": str(parts["dbname"]),
        "BENCH_DATABASE_USER": str(parts["user"]),
        "BENCH_DATABASE_HOST": str(parts["host"]),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }


def train(kind: Kind, env: dict[str, str], work: Path, epochs: int | None) -> dict[str, Any]:
    """Train with `rasa train`; seconds and peak memory.

    Args:
        kind: which server.
        env: of the process.
        work: where model, cache and log go.
        epochs: of the neural parts, when not what the config says.
    """
    config = kind.config
    if epochs is not None and not kind.ours:
        config = work / "config.yml"
        config.write_text(kind.config.read_text("utf-8").replace("epochs: 100", f"epochs: {epochs}"), "utf-8")
    shutil.rmtree(work / "cache", ignore_errors=True)
    command = [
        *(PYTHON, "-m", "rasa", "train", "--skip-validation", "--config", config, "--domain", ROOT / "domain.yml"),
        *("--data", *kind.data, "--out", work, "--fixed-model-name", kind.name),
    ]
    begun = time.perf_counter()
    with (work / f"train-{kind.name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        tail = (work / f"train-{kind.name}.log").read_text("utf-8", "replace")[-3000:]
        raise RuntimeError(f"training {kind.name} failed:\n{tail}")
    return {"seconds": round(time.perf_counter() - begun, 1), "peak_mib": round(usage.ru_maxrss / 1024)}


class Server:
    """A running server; use as a context manager."""

    def __init__(self, kind: Kind, env: dict[str, str], work: Path, port: int) -> None:
        self.kind = kind
        self.port = port
        self._work = work
        self._command = [
            *(PYTHON, "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port)),
            *("--model", work / f"{kind.name}.tar.gz", "--endpoints", kind.endpoints),
            *("--credentials", kind.credentials),
        ]
        self._env = env
        self._log = (work / f"serve-{kind.name}.log").open("wb")

    def __enter__(self) -> Server:
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(self._command, cwd=ROOT, env=self._env, stdout=self._log, stderr=self._log)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._log.close()

    def first_answer(self, limit: float = 300) -> float:
        """Seconds from the start of the process to the first answered message."""
        while time.perf_counter() - self.begun < limit and self.process.poll() is None:
            try:
                if Citizen(self, "first").say("halo min"):
                    return round(time.perf_counter() - self.begun, 1)
            except (OSError, http.client.HTTPException, ValueError):
                pass
            time.sleep(0.1)
        raise RuntimeError(f"{self.kind.name} did not answer: see {self._work / f'serve-{self.kind.name}.log'}")

    def memory_mib(self) -> int:
        """Resident memory of the server process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return round(int(line.split()[1]) / 1024)


class Citizen:
    """One sender with a connection of its own."""

    def __init__(self, server: Server, name: str) -> None:
        self._kind = server.kind
        self._name = name
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._sent = 0

    def say(self, text: str) -> list[Any]:
        """Send a message and return the replies; empty when the server is not ready.

        Raises:
            RuntimeError: the server answered with an error.
        """
        self._sent += 1
        if self._kind.ours:
            path, headers = "/webhooks/sigap/webhook", {"Authorization": f"Bearer {SECRET}"}
            body: dict[str, Any] = {"sender": self._name, "message_id": f"{self._name}-{self._sent}", "text": text}
            body |= {"channel": "whatsapp", "metadata": {"kind": "text", "attachments": 0}}
        else:
            path, headers = "/webhooks/rest/webhook", {}
            body = {"sender": self._name, "message": text}
        headers["Content-Type"] = "application/json"
        self._connection.request("POST", path, json.dumps(body), headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise RuntimeError(f"{self._kind.name} answered {response.status}: {content[:200]!r}")
        answer = json.loads(content)
        return list(answer["messages"] if self._kind.ours else answer)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


TURNS = (
    *("halo min", "cara bikin karpeg virtual gmn", "syarat naik pangkat reguler apa aja", "makasih min"),
    *("batas usia pensiun guru berapa", "lupa password myasn", "cek status laporan saya", "kapan cpns dibuka"),
    *("ok", "kamu bisa apa aja"),
)
"""A conversation: seven texts of the domain, two custom actions, one agreement."""


def messages_per_second(server: Server, senders: int, seconds: float) -> dict[str, Any]:
    """Answered messages a second with so many senders at once, each talking through `TURNS` again and again."""
    counts = [0] * senders
    slowest = [0.0] * senders
    end = time.perf_counter() + seconds

    def talk(index: int) -> None:
        citizen = Citizen(server, f"{server.kind.name}-{senders}-{index}-{time.time_ns()}")
        while (begun := time.perf_counter()) < end:
            citizen.say(TURNS[counts[index] % len(TURNS)])
            slowest[index] = max(slowest[index], time.perf_counter() - begun)
            counts[index] += 1
            if counts[index] % 40 == 0:  # a conversation of four rounds, then somebody else
                citizen.close()
                citizen = Citizen(server, f"{server.kind.name}-{senders}-{index}-{time.time_ns()}")
        citizen.close()

    threads = [threading.Thread(target=talk, args=(index,)) for index in range(senders)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    return {"per_second": round(sum(counts) / took, 1), "slowest_ms": round(max(slowest) * 1000)}
