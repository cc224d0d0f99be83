"""Our understanding beside stock Rasa's and a plain linear classifier: same data, same texts, one run.

    .venv/bin/python -m benchmarks.understanding.run [--epochs N] [--minutes M] [--per-label N] [--words N]
        [--skip-stock] [--keep FOLDER] [--write]

The data are copied first and exported in Rasa's own format; each peer trains and reads in a process of its own in
assistant/.venv. Measured on tests/heldout and tests/exam, totals only. Stock's networks take many hours for their
hundred epochs on everything: `--epochs` gives them fewer, `--minutes` stops them after so long (0: never); with
`--per-label` and `--words` every peer learns from the same part of the data (`benchmarks/sample.py`). `--keep` names
a folder that keeps the copy and what each peer said: called again with it, only what is missing is done. `--write`
replaces the tables in docs/models.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from assistant.data import Example, all_examples, faq_topics
from benchmarks.documents import replace_block
from benchmarks.sample import sample
from benchmarks.understanding import export
from benchmarks.understanding.outcome import cost_table, plain, quality_table, understood
from evaluation.sets import LabelledSet, read_set
from evaluation.understanding import measure_understanding
from sigap.settings import ROOT

MODULE = "benchmarks.understanding.run"
RESULT = Path(__file__).with_name("result.json")
SHORT = Path(__file__).with_name("result-short.json")
"""Figures of the last run with all examples, and of the last one with a part of them."""
PYTHON = ROOT / "assistant" / ".venv" / "bin" / "python"
SETS = ("heldout", "exam")
PEERS = {"ours": "Sigap", "stock": "stock Rasa", "linear": "TF-IDF + LinearSVC"}
EPOCHS = 100
"""What stock Rasa's own configuration says."""
MINUTES = 15.0


def prepare(work: Path, examples: Sequence[Example], config: export.Config, folder: Path, texts: Sequence[str]) -> None:
    """Write what one peer reads."""
    folder.mkdir(exist_ok=True)
    export.write(folder / "nlu.yml", export.nlu_block(examples))
    export.write(folder / "domain.yml", export.domain_block(examples, faq_topics(work / "nlu_data")))
    export.write(folder / "config.yml", config)
    (folder / "texts.json").write_text(json.dumps(list(texts), ensure_ascii=False), "utf-8")


def configuration(peer: str, work: Path, epochs: int) -> export.Config:
    """Rasa's configuration of a peer; the linear one reads only the examples."""
    if peer != "ours":
        return export.stock_config(epochs)
    config = YAML(typ="safe", pure=True).load((ROOT / "config.yml").read_text("utf-8"))
    return export.our_config(config, work / "nlu_data" / "lexicons")


def run_peer(peer: str, folder: Path, minutes: float) -> None:
    """Train a peer and let it read; its outcome and its log stay in the folder.

    Raises:
        RuntimeError: the peer failed; with the end of its log.
    """
    if peer == "linear":
        words = ["benchmarks.understanding.linear_peer", str(folder)]
    else:
        words = ["benchmarks.understanding.rasa_peer", str(folder), peer]
        words += [f"{minutes:g}"] if minutes and peer == "stock" else []
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env = kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(folder / "cache"),  # empty: training is measured and not its cache
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
    log = folder / "log.txt"
    with log.open("wb") as sink:
        finished = subprocess.run([PYTHON, "-m", *words], cwd=ROOT, env=env, stdout=sink, stderr=sink, check=False)
    if finished.returncode:
        raise RuntimeError(f"{peer} failed:\n{log.read_text('utf-8', 'replace')[-3000:]}")


def judged(folder: Path, sets: Sequence[LabelledSet]) -> dict[str, Any]:
    """A peer's cost and its figures on every set, with 95 % bootstrap intervals."""
    texts, outcome = (json.loads((folder / name).read_text("utf-8")) for name in ("texts.json", "outcome.json"))
    answers = dict(zip(texts, understood(outcome), strict=True))
    figures = {each.name: plain(measure_understanding(each, answers).figures) for each in sets}
    return {key: value for key, value in outcome.items() if key not in ("parses", "labels")} | {"sets": figures}


def data_hash(examples: Sequence[Example]) -> str:
    """Of everything the peers learn from."""
    seen = hashlib.sha256()
    for example in examples:
        seen.update(f"{example.label}\t{example.text}\n".encode())
    return seen.hexdigest()[:16]


def measure(work: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Every peer: trained unless the folder holds its outcome, then judged."""
    if not (work / "nlu_data").is_dir():
        shutil.copytree(ROOT / "nlu_data", work / "nlu_data")
    sets = [read_set(name, ROOT / "tests" / name) for name in SETS]
    texts = list(dict.fromkeys(text for each in sets for file in ("faq", "routes") for text in each.texts(file)))
    peers = [peer for peer in PEERS if not (peer == "stock" and options.skip_stock)]
    examples = sample(all_examples(work / "nlu_data"), options.per_label, options.words)
    results = {}
    for peer in peers:
        folder = work / peer
        if not (folder / "outcome.json").is_file():
            print(f"{peer}: training", file=sys.stderr)
            prepare(work, examples, configuration(peer, work, options.epochs), folder, texts)
            run_peer(peer, folder, options.minutes)
        results[peer] = judged(folder, sets)
    return {
        "examples": len(examples),
        "per_label": options.per_label,
        "words": options.words,
        "labels": len({example.label for example in examples}),
        "data": data_hash(examples),
        "texts": {each.name: {file: len(each.texts(file)) for file in ("faq", "routes")} for each in sets},
        "peers": results,
    }


def tables(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    peers = {PEERS[name]: peer for name, peer in result["peers"].items()}
    epochs = result["peers"].get("stock", {}).get("epochs", {})
    trained = ", ".join(f"{name} {count}" for name, count in epochs.items())
    part = f", at most {result['per_label']} of a label" if result.get("per_label") else ""
    part += f", none longer than {result['words']} words" if result["words"] else ""
    said = f"Trained on {result['examples']} examples{part}, {result['labels']} labels, data `{result['data']}`"
    said += f"; stock Rasa's epochs: {trained} (its configuration: {EPOCHS} each)." if trained else "."
    return "\n\n".join([said, *(quality_table(peers, name) for name in SETS), cost_table(peers)])


def document() -> str:
    """The tables of the last runs."""
    kept = [json.loads(file.read_text("utf-8")) for file in (RESULT, SHORT) if file.is_file()]
    return "\n\n".join(tables(result) for result in kept)


def main() -> None:
    """The command of the module's title."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of each of stock Rasa's networks")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="for stock Rasa's intents; a third for topics")
    parser.add_argument("--per-label", type=int, help="examples of each label that every peer learns from")
    parser.add_argument("--words", type=int, help="longest example that any peer learns from")
    parser.add_argument("--skip-stock", action="store_true", help="leave stock Rasa out")
    parser.add_argument("--keep", type=Path, help="folder that keeps the copy of the data and what each peer said")
    parser.add_argument("--write", action="store_true", help="replace the tables in docs/models.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = (options.keep or Path(scratch)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        result = measure(work, options)
    (SHORT if options.words or options.per_label else RESULT).write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    if options.write:
        replace_block(ROOT / "docs" / "models.md", MODULE, document())
    print(tables(result))


if __name__ == "__main__":
    main()
