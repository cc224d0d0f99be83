"""Trained models and officers' corrections, for the data team: texts are masked, fraud cases are absent."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.models import Label, ModelVersion
from cases.services.labels import reviewable_labels
from cases.services.masking import MASKED_FIELDS, mask
from desk import labels
from desk.access import MODELS, OfficerRequest, for_roles

PAGE = 30
SHOWN = ("accuracy", "macro_f1", "average_precision", "precision", "recall", "ece")


@require_GET
@for_roles(MODELS)
def index(request: OfficerRequest) -> HttpResponse:
    """Model versions with their figures, and the corrections that the next training learns from."""
    page = Paginator(reviewable_labels(), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "models",
        "versions": [(version, _figures(version)) for version in ModelVersion.objects.all()[:40]],
        "page": page,
        "rows": [_row(label) for label in page],
    }
    return render(request, "desk/models/page.html", context)


def _figures(version: ModelVersion) -> list[tuple[str, str]]:
    """The card's main figures: plain numbers, and of each decision those named in `SHOWN`."""
    found: list[tuple[str, str]] = []
    for name, value in version.card.get("metrics", {}).items():
        if isinstance(value, int | float):
            found.append((name, f"{value:.3f}"))
        elif isinstance(value, dict) and ":" not in name:  # one fraud type among eight says little here
            found += [
                (f"{name} {key}", f"{value[key]:.3f}") for key in SHOWN if isinstance(value.get(key), int | float)
            ]
    return found[:9]


def _row(label: Label) -> dict[str, Any]:
    known = [field.value for field in label.case.fields.all() if field.name in MASKED_FIELDS]
    name = label.field.removeprefix("field:")
    free_text = label.field == "summary" or label.field.startswith("field:")

    def shown(value: Any) -> str:
        if free_text:
            return "[nama]" if name in MASKED_FIELDS and value else mask(str(value or ""), known)
        return labels.value(label.field, value)

    is_field = label.field.startswith("field:")
    return {
        "what": labels.of(labels.FIELDS if is_field else labels.PROPERTIES, name),
        "before": shown(label.before),
        "after": shown(label.after),
        "text": mask(label.case.text, known),
        "at": label.created_at,
    }
