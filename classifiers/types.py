"""What the triage says about one complaint; plain frozen values that every other room may hold and store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch `text[start:end]` of the citizen's own text and how strongly it moved a decision.

    `weight` is the share of the decision's log-odds the model itself gave the stretch; positive speaks for
    the decision.
    """

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Decision:
    """One label with its calibrated probability and the stretches of text that moved it.

    `abstained` means that the probability is below the threshold of the model card: show it, do not act on it.
    """

    value: str
    probability: float
    abstained: bool
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A fact found in the text; `value == text[start:end]` always."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Triage:
    """Everything the model says about one complaint.

    `fraud.value` is "true" or "false" while `fraud.probability` is always the calibrated P(fraud).
    """

    text: str
    report_type: Decision
    category: Decision
    fraud: Decision
    fraud_types: tuple[Decision, ...]
    fields: tuple[Field, ...]
    summary: str
    model_version: str
