"""The whole way of a message: signed webhook in, reply handed to the provider out, every process on this machine.

    .venv/bin/python -m benchmarks.path.run [--quick]

Starts its own system (demo secrets, own state directory for the database, own ports) with Meta's API replaced by a
double that checks shapes, sends signed webhooks at fixed rates and at full speed, and prints one table. Loopback
only; counts and times are bounded.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import statistics
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from benchmarks.path.double import MetaDouble
from tests.system import System, free_port

ROOT = Path(__file__).resolve().parents[2]
RESULT = Path(__file__).with_name("result.json")


@dataclass
class Figures:
    """One run's figures; times in milliseconds."""

    load: str
    messages: int
    ack_p50: float
    ack_p95: float
    reply_p50: float
    reply_p95: float
    messages_per_second: float
    lost: int


def questions() -> list[str]:
    """One question per FAQ topic, of the training data: what is measured is time, not understanding."""
    texts: list[str] = []
    for path in sorted((ROOT / "nlu_data" / "faq").glob("*.yml")):
        texts += [topic["examples"][0] for topic in yaml.safe_load(path.read_text("utf-8")).values()]
    return texts


class Citizens:
    """Signed webhooks from many numbers, and when they were sent and answered."""

    def __init__(self, system: System, double: MetaDouble) -> None:
        self.system, self.double = system, double
        self.client = httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=64))
        self.texts = questions()
        self.counter = 0

    def _body(self, number: str) -> bytes:
        self.counter += 1
        message = {
            "from": number,
            "id": f"wamid.path.{self.system.run}.{self.counter}",
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": self.texts[self.counter % len(self.texts)]},
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": self.system.phone_number_id},
            "contacts": [{"profile": {"name": "Beban"}, "wa_id": number}],
            "messages": [message],
        }
        entry = {"id": "0", "changes": [{"field": "messages", "value": value}]}
        return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()

    async def write(self, number: str) -> tuple[float, float]:
        """Send one message; returns when it was sent and how long the acknowledgement took (seconds)."""
        body = self._body(number)
        digest = hmac.new(self.system.app_secret.encode(), body, hashlib.sha256).hexdigest()
        sent = time.perf_counter()
        response = await self.client.post(
            f"{self.system.url}/webhooks/whatsapp/meta",
            content=body,
            headers={"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"},
        )
        response.raise_for_status()
        return sent, time.perf_counter() - sent

    async def replies(self, sent: dict[str, float], patience: float) -> list[float]:
        """Wait for the first reply to every number; returns the times they took (seconds)."""
        deadline = time.perf_counter() + patience
        while time.perf_counter() < deadline and any(not self.double.arrivals[number] for number in sent):
            await asyncio.sleep(0.05)
        return [self.double.arrivals[n][0] - at for n, at in sent.items() if self.double.arrivals[n]]


async def at_rate(citizens: Citizens, rate: float | None, count: int, first: int) -> Figures:
    """Send `count` messages at `rate` a second (None: 32 at a time, as fast as they are acknowledged)."""
    gate = asyncio.Semaphore(32)
    sent: dict[str, float] = {}
    acks: list[float] = []

    async def one(index: int) -> None:
        number = f"62812{first + index:08d}"
        # At a fixed rate nobody waits for others: time spent waiting would be missing from the figures.
        async with gate if rate is None else nullcontext():
            at, ack = await citizens.write(number)
        sent[number] = at
        acks.append(ack)

    begin = time.perf_counter()
    tasks = []
    for index in range(count):
        if rate:
            await asyncio.sleep(max(0.0, begin + index / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(one(index)))
    await asyncio.gather(*tasks)
    took = await citizens.replies(sent, patience=120)
    end = max((citizens.double.arrivals[n][0] for n in sent if citizens.double.arrivals[n]), default=begin)
    return Figures(
        load=f"{rate:g}/s" if rate else "full speed",
        messages=count,
        ack_p50=_ms(acks, 50),
        ack_p95=_ms(acks, 95),
        reply_p50=_ms(took, 50),
        reply_p95=_ms(took, 95),
        messages_per_second=round(len(took) / (end - begin), 1),
        lost=count - len(took),
    )


def _ms(seconds: list[float], percent: int) -> float:
    if len(seconds) < 2:
        return float("nan")
    return round(statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1000, 1)


def table(rows: list[Figures]) -> str:
    """The figures as a Markdown table."""
    head = "| load | messages | ack p50 | ack p95 | reply p50 | reply p95 | messages/s | lost |\n|" + "---|" * 8
    lines = [
        f"| {r.load} | {r.messages} | {r.ack_p50} ms | {r.ack_p95} ms | {r.reply_p50} ms | {r.reply_p95} ms "
        f"| {r.messages_per_second} | {r.lost} |"
        for r in rows
    ]
    return "\n".join([head, *lines])


async def measure(system: System, double: MetaDouble, *, quick: bool) -> list[Figures]:
    """All loads, one after the other, each with citizens of its own."""
    citizens = Citizens(system, double)
    seconds, burst = (5, 60) if quick else (20, 600)
    await at_rate(citizens, 2, 10, first=0)  # warm connections and caches
    plan: list[tuple[float | None, int]] = [(5, 5 * seconds), (25, 25 * seconds), (None, burst)]
    rows = []
    for number, (rate, count) in enumerate(plan, start=1):
        rows.append(await at_rate(citizens, rate, count, first=number * 1_000_000))
        print(table(rows[-1:]).splitlines()[-1], flush=True)
    await citizens.client.aclose()
    return rows


def main() -> None:
    """Measure, print the table, keep it beside this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a minute instead of several")
    arguments = parser.parse_args()
    double = MetaDouble()
    port = free_port()
    double.start(port)
    with System(meta_api_base=f"http://127.0.0.1:{port}/v23.0") as system:
        rows = asyncio.run(measure(system, double, quick=arguments.quick))
        memory = system.memory()
    double.stop()
    result: dict[str, Any] = {"rows": [asdict(row) for row in rows], "memory_mb": memory}
    if double.malformed:
        raise SystemExit(f"the double refused {len(double.malformed)} requests")
    if not arguments.quick:
        RESULT.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(table(rows))
    print("memory (MB, proportional):", ", ".join(f"{name} {mb}" for name, mb in memory.items()))


if __name__ == "__main__":
    main()
