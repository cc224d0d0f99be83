"""The training data in Rasa's own format, so that every peer reads the same examples without our importer.

JSON is YAML too, so that nothing is left to quote or to indent.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant.data import Example, Topic

VERSION = "3.1"
FAQ = "faq"
Config = dict[str, Any]


def nlu_block(examples: Iterable[Example]) -> dict[str, Any]:
    """Rasa's `nlu` file: every label with its examples, a text on one line; `faq/<topic>` is a retrieval intent."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for example in examples:
        texts[example.label].append(" ".join(example.text.split()))
    blocks = [{"intent": label, "examples": [{"text": each} for each in texts[label]]} for label in sorted(texts)]
    return {"version": VERSION, "nlu": blocks}


def domain_block(examples: Iterable[Example], topics: Sequence[Topic]) -> dict[str, Any]:
    """Rasa's domain: the intents, and `utter_faq/<topic>` with the answer, its title as metadata (as our importer)."""
    responses = {
        f"utter_{FAQ}/{topic.code}": [{"text": topic.answer, "metadata": {"title": topic.title}}] for topic in topics
    }
    intents = sorted({example.label.partition("/")[0] for example in examples})
    return {"version": VERSION, "intents": intents, "responses": responses}


def stock_config(epochs: int) -> Config:
    """Rasa 3.6's own recommendation for a language without a pretrained model, its defaults but for the epochs."""
    neural = {"epochs": epochs, "constrain_similarities": True, "random_seed": 42}
    return _config(
        [
            {"name": "WhitespaceTokenizer"},
            {"name": "RegexFeaturizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {"name": "DIETClassifier", **neural},
            {"name": "ResponseSelector", "retrieval_intent": FAQ, **neural},
            {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
        ]
    )


def our_config(config: Config, lexicons: Path) -> Config:
    """Our pipeline and thresholds as `config.yml` has them, with the lexicon of the data that is trained on.

    Args:
        config: contents of `config.yml`.
        lexicons: folder of the lexicon.
    """
    return _config([{**component, "lexicons": str(lexicons)} for component in config["pipeline"]])


def _config(pipeline: list[Config]) -> Config:
    return {"recipe": "default.v1", "assistant_id": "benchmark", "language": "id", "pipeline": pipeline}


def write(path: Path, block: dict[str, Any]) -> None:
    """Write one of the blocks above."""
    path.write_text(as_yaml(block), "utf-8")


def as_yaml(block: dict[str, Any]) -> str:
    """A line for each key, its value as JSON, which is YAML; Rasa knows its files by bare keys at the line's start."""
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in block.items())


def from_yaml(text: str) -> dict[str, Any]:
    """What `as_yaml` made a text of."""
    pairs = (line.partition(": ") for line in text.splitlines())
    return {key: json.loads(value) for key, _, value in pairs}
