"""The assistant's share of the measurement; run.py starts it in assistant/.venv and reads one JSON object from it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from assistant.data import all_examples, faq_topics
from assistant.model import FALLBACK, Decision, IntentModel
from assistant.normaliser import Normaliser, load_lexicon
from assistant.training import train
from assistant.understand import ROUTES
from benchmarks.robustness.rewrites import OURS, PLAIN, ROOT, available, rewrites, rewritten, rows

DATA = ROOT / "nlu_data"
Reader = Callable[[str], Decision]


class LowerCase(Normaliser):
    """Words in lower case, and nothing else."""

    def tokens(self, text: str) -> list[str]:
        """Runs of letters and digits."""
        return re.findall(r"[a-z0-9]+", text.lower())


def models() -> dict[str, IntentModel]:
    """Trained as always, and trained the same without our normaliser."""
    examples = all_examples(DATA)
    answers = {topic.code: f"{topic.title}\n{topic.answer}" for topic in faq_topics(DATA)}
    lexicon, plain = load_lexicon(DATA / "lexicons"), LowerCase()
    trained = {OURS: train(examples, answers, lexicon), PLAIN: train(examples, answers, normaliser=plain)}
    trained[PLAIN].normaliser = plain
    return trained


def route(decision: Decision) -> str | None:
    """The route that the assistant acts on, or asks about first."""
    best = decision.ranking[0].intent if decision.intent == FALLBACK and decision.ranking else decision.intent
    return ROUTES.get(best)


def figures(model: IntentModel, questions: list[tuple[str, str]], others: list[tuple[str, str]]) -> dict[str, float]:
    """Shares of questions answered right, and of all messages on the right route.

    Args:
        model: to be judged.
        questions: texts with topics.
        others: texts with routes.
    """
    decided = [(model.decide(text), topic) for text, topic in questions]
    routes = [route(decision) == "faq" for decision, _ in decided]
    routes += [route(model.decide(text)) == truth for text, truth in others]
    return {
        "FAQ right": sum(decision.topic == topic for decision, topic in decided) / len(decided),
        "route": sum(routes) / len(routes),
    }


def main() -> None:
    """Print {model: {set: {rewrite: figures}}}."""
    result: dict[str, Any] = {}
    for name, model in models().items():
        for folder in available():
            found = result.setdefault(name, {}).setdefault(folder, {})
            for title, rewrite in rewrites().items():
                questions, others = (
                    [(rewritten(rewrite, row["text"]), row[label]) for row in rows(folder, file)]
                    for file, label in (("faq", "topic"), ("routes", "route"))
                )
                found[title] = figures(model, questions, others)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
