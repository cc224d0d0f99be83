"""Trains a Rasa NLU model and reads texts with it. Run in assistant/.venv: rasa_peer FOLDER ours|stock [MINUTES]

The folder holds `nlu.yml`, `domain.yml`, `config.yml` and `texts.json`; `outcome.json` is written into it. With
minutes, each network stops at the first end of an epoch after them; the epochs that it had are in the outcome.
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.model_training import train_nlu
from rasa.shared.importers.importer import TrainingDataImporter  # noqa: F401 - loads what models refer to
from rasa.utils.log_utils import configure_structlog
from rasa.utils.tensorflow.models import RasaModel
from tensorflow.keras.callbacks import Callback

from assistant.channel import prepare_agent

WARM_UP = 20
INTENTS = "DIET"
"""Name of the intent classifier's network."""


class EpochCounter(Callback):  # type: ignore[misc]
    """Counts the epochs of one network, says each of them, and stops it when its time is over."""

    def __init__(self, name: str, minutes: float | None) -> None:
        super().__init__()
        self.name = name
        self.epochs = 0
        self.begun = time.perf_counter()
        self._limit = None if minutes is None else minutes * 60

    @property
    def seconds(self) -> float:
        """Since the network began."""
        return time.perf_counter() - self.begun

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """One more; the last one when the time is over."""
        self.epochs += 1
        sys.stderr.write(f"{self.name}: epoch {self.epochs} after {self.seconds:.0f} s: {logs}\n")
        if self._limit is not None and self.seconds >= self._limit:
            self.model.stop_training = True


@contextmanager
def watch(minutes: float | None) -> Iterator[list[EpochCounter]]:
    """Count the epochs of all networks that are trained inside; the list grows as they begin."""
    counters: list[EpochCounter] = []
    fit = RasaModel.fit

    def counted(model: RasaModel, *args: Any, callbacks: list[Callback], **options: Any) -> Any:
        name = type(model).__name__
        limit = minutes if minutes is None or name == INTENTS else minutes / 3
        counters.append(EpochCounter(name, limit))
        return fit(model, *args, callbacks=[*callbacks, counters[-1]], **options)

    RasaModel.fit = counted
    try:
        yield counters
    finally:
        RasaModel.fit = fit  # loading a network fits it once more, to build it


def train(folder: Path, minutes: float | None) -> dict[str, Any]:
    """Train; wall-clock and processor seconds, the peak of this process's resident memory, and the epochs."""
    wall, processor = time.perf_counter(), time.process_time()
    config, data, domain = (str(folder / name) for name in ("config.yml", "nlu.yml", "domain.yml"))
    with watch(minutes) as counters:
        train_nlu(config, data, str(folder), fixed_model_name="model", domain=domain)
    return {
        "training_seconds": round(time.perf_counter() - wall, 1),
        "training_processor_seconds": round(time.process_time() - processor, 1),
        "training_peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "epochs": {counter.name: counter.epochs for counter in counters},
    }


async def read(folder: Path, texts: list[str], *, ours: bool) -> dict[str, Any]:
    """What the model makes of each text, and the median time of one; `ours` runs as our channel sets it up."""
    agent = Agent.load(str(folder / "model.tar.gz"))
    if ours:
        prepare_agent(agent)
    for text in texts[:WARM_UP]:
        await agent.parse_message(text)
    parses, times = [], []
    for text in texts:
        begun = time.perf_counter()
        parse = await agent.parse_message(text)
        times.append((time.perf_counter() - begun) * 1000)
        kept = {key: parse.get(key) for key in ("intent", "intent_ranking", "response_selector")}
        parses.append(json.loads(json.dumps(kept, default=float)))
    return {"parses": parses, "parse_ms": round(statistics.median(times), 2)}


def main() -> None:
    """The command of the module's title."""
    configure_structlog(logging.WARNING)  # Rasa would write every text that it reads into the log
    folder, ours = Path(sys.argv[1]), sys.argv[2] == "ours"
    minutes = float(sys.argv[3]) if len(sys.argv) > 3 else None
    texts = json.loads((folder / "texts.json").read_text("utf-8"))
    outcome = train(folder, minutes)
    outcome |= asyncio.run(read(folder, texts, ours=ours))
    (folder / "outcome.json").write_text(json.dumps(outcome, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
