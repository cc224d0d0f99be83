"""Milliseconds of one parse inside a loaded agent. Run in assistant/.venv: parse_latency MODEL COUNT KIND"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from pathlib import Path

from rasa.core.agent import Agent
from rasa.shared.importers.importer import TrainingDataImporter  # noqa: F401 - loads what models refer to

from assistant.channel import prepare_agent
from assistant.data import all_examples


async def measure(model: str, texts: list[str], *, ours: bool) -> dict[str, float]:
    """Median and 95th percentile over the texts, after a warm-up of ten; `ours` runs as our channel sets it up."""
    agent = Agent.load(model)
    if ours:
        prepare_agent(agent)
    for text in texts[:10]:
        await agent.parse_message(text)
    times: list[float] = []
    for text in texts:
        begun = time.perf_counter()
        await agent.parse_message(text)
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return {"median_ms": round(statistics.median(times), 2), "p95_ms": round(times[int(len(times) * 0.95)], 2)}


def sample(count: int) -> list[str]:
    """Texts spread evenly over questions, reports and dialogue intents."""
    texts = [example.text for example in all_examples(Path("nlu_data"))]
    return texts[:: max(1, len(texts) // count)][:count]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1], sample(int(sys.argv[2])), ours=sys.argv[3] == "ours"))))
