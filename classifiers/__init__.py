"""Complaint triage: category, report type, fraud indication, facts and a summary, with probabilities and reasons.

from classifiers import load_live

triage = load_live().triage("saya diminta 2 juta supaya SK pensiun keluar")
"""

from __future__ import annotations

from classifiers.errors import ClassifierError, DataError, ModelError
from classifiers.model import TriageModel
from classifiers.registry import load_live
from classifiers.types import Decision, Field, Span, Triage

__all__ = [
    "ClassifierError",
    "DataError",
    "Decision",
    "Field",
    "ModelError",
    "Span",
    "Triage",
    "TriageModel",
    "load_live",
]
