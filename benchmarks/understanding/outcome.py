"""What a peer made of the texts, in the words of `evaluation`, and the table of all peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.understand import ROUTES
from benchmarks.documents import markdown_table
from evaluation.figures import Figure, headline
from evaluation.understanding import OUT_OF_SCOPE, QUESTION, Understood

FALLBACK = "nlu_fallback"
COST = {
    "parse_ms": "median ms a message",
    "training_seconds": "training, s",
    "training_processor_seconds": "training, s of processor",
    "training_peak_mib": "training, peak MiB",
}
SHOWN = (
    *("faq_top1", "faq_right", "faq_wrong", "faq_asked_back", "faq_elsewhere"),
    *("route_accuracy", "oos_recall", "in_scope_refused", "in_scope_as_oos"),
)


def understood_by_rasa(parse: Mapping[str, Any]) -> Understood:
    """A Rasa parse: the intent decides, the selector names the topic, the fallback asks back with the best guess.

    Rasa says a question's answer whatever the selector's confidence, so that its topic is sure whenever the intent is.
    """
    ranking = [guess for guess in parse["intent_ranking"] if guess["name"] != FALLBACK]
    sure = parse["intent"]["name"] not in (FALLBACK, None)
    best = parse["intent"]["name"] if sure else ranking[0]["name"] if ranking else None
    route = ROUTES.get(best, OUT_OF_SCOPE) if best else OUT_OF_SCOPE
    among = sum(guess["confidence"] for guess in ranking if ROUTES.get(guess["name"]) == route)
    topic = selected_topic(parse["response_selector"] or {}) if route == QUESTION else None
    return Understood(route, topic, sure, min(1.0, among), ranking[0]["confidence"] if ranking else 0.0)


def selected_topic(selector: Mapping[str, Any]) -> str | None:
    """The topic that the response selector of the questions puts first."""
    key = selector.get(QUESTION, {}).get("response", {}).get("intent_response_key") or ""
    return key.partition("/")[2] or None


def understood_by_label(label: str) -> Understood:
    """A flat label without any confidence: never unsure."""
    intent, _, topic = label.partition("/")
    return Understood(ROUTES[intent], topic or None, True, 1.0, 1.0)


def understood(outcome: Mapping[str, Any]) -> list[Understood]:
    """A peer's outcome, text by text."""
    if "labels" in outcome:
        return [understood_by_label(label) for label in outcome["labels"]]
    return [understood_by_rasa(parse) for parse in outcome["parses"]]


def plain(figures: Sequence[Figure]) -> dict[str, list[float]]:
    """Value and interval of the figures that are shown."""
    return {each.key: [round(n, 4) for n in (each.value, each.low, each.high)] for each in figures if each.key in SHOWN}


def quality_table(peers: Mapping[str, Any], name: str) -> str:
    """A set's figures, a column for each peer.

    Args:
        peers: results by the peer's title.
        name: of the set.
    """
    rows = [
        (headline(key).title, *(_interval(peer["sets"][name][key]) for peer in peers.values()), headline(key).wanted)
        for key in SHOWN
    ]
    return markdown_table((f"`tests/{name}`", *peers, "target"), rows)


def cost_table(peers: Mapping[str, Any]) -> str:
    """Time and memory, a column for each peer."""
    rows = [(title, *(_cost(peer.get(key)) for peer in peers.values())) for key, title in COST.items()]
    return markdown_table(("cost", *peers), rows)


def _cost(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _interval(figure: Sequence[float]) -> str:
    value, low, high = figure
    return f"{value:.3f} ({low:.3f}-{high:.3f})"
