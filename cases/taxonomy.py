"""The shared vocabulary (`nlu_data/taxonomy.yml`), read once and checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

PATH = Path(__file__).resolve().parent.parent / "nlu_data" / "taxonomy.yml"


@dataclass(frozen=True)
class Category:
    """What a complaint is about, and the unit that handles it."""

    code: str
    label: str
    unit: str


@dataclass(frozen=True)
class Taxonomy:
    """Codes and labels; codes are stable identifiers, labels are what people read."""

    report_types: MappingProxyType[str, str]
    deadlines: MappingProxyType[str, int]
    categories: MappingProxyType[str, Category]
    fraud_types: MappingProxyType[str, str]
    roles: MappingProxyType[str, str]
    dialogue_intents: tuple[str, ...]
    faq_topics: MappingProxyType[str, MappingProxyType[str, str]]

    @property
    def units(self) -> tuple[str, ...]:
        """Unit codes, in the order of the categories."""
        return tuple(dict.fromkeys(category.unit for category in self.categories.values()))

    @property
    def topics(self) -> dict[str, str]:
        """Every FAQ topic's label by code."""
        return {code: label for group in self.faq_topics.values() for code, label in group.items()}


def parse(raw: dict[str, Any]) -> Taxonomy:
    """Build the taxonomy from the file's mapping. Raises KeyError naming the missing part."""
    return Taxonomy(
        report_types=MappingProxyType(raw["report_types"]),
        deadlines=MappingProxyType(raw["deadlines"]),
        categories=MappingProxyType({code: Category(code, **entry) for code, entry in raw["categories"].items()}),
        fraud_types=MappingProxyType(raw["fraud_types"]),
        roles=MappingProxyType(raw["roles"]),
        dialogue_intents=tuple(raw["dialogue_intents"]),
        faq_topics=MappingProxyType({group: MappingProxyType(topics) for group, topics in raw["faq_topics"].items()}),
    )


@lru_cache(maxsize=1)
def taxonomy() -> Taxonomy:
    """The institution's taxonomy."""
    return parse(yaml.safe_load(PATH.read_text("utf-8")))
