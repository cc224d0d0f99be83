"""Texts that the domain sends by itself, all from `domain.yml`, none in Python.

The same reading serves Rasa's NLG client (through the action server) and the few messages the domain sends by
itself (holding answer, handover notices), so a wording exists once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from cases.ports import Button

DOMAIN = Path(__file__).resolve().parent.parent.parent / "domain.yml"


@dataclass(frozen=True)
class Reply:
    """A text for the citizen, with the choices it offers."""

    text: str
    buttons: tuple[Button, ...] = ()
    key: str = ""


@lru_cache(maxsize=1)
def domain_responses() -> dict[str, list[dict[str, Any]]]:
    """Response variants by key, as `domain.yml` has them."""
    responses: dict[str, list[dict[str, Any]]] = yaml.safe_load(DOMAIN.read_text("utf-8")).get("responses", {})
    return responses


def render(key: str, channel: str = "", **values: Any) -> Reply:
    """Fill one response of the domain.

    Args:
        key: response name, `utter_...`.
        channel: prefer the variant written for this channel.
        values: placeholders, `{nama}` style.

    Raises:
        LookupError: the domain has no such response.
    """
    variants = domain_responses().get(key)
    if not variants:
        raise LookupError(f"domain.yml has no response {key!r}")
    chosen = next((v for v in variants if v.get("channel") == channel), None)
    chosen = chosen or next((v for v in variants if "channel" not in v), variants[0])
    buttons = tuple(Button(title=b["title"], payload=b["payload"]) for b in chosen.get("buttons", ()))
    text = chosen["text"]
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return Reply(text=text.strip(), buttons=buttons, key=key)
