"""Officers' corrections as training data."""

from __future__ import annotations

from django.db.models import QuerySet

from cases.models import Label


def reviewable_labels() -> QuerySet[Label]:
    """Corrections that the data team may read, newest first.

    Cases with a fraud indication are for `tim_pengaduan` alone, masked or not, and so is everything in a
    conversation that carries one.
    """
    return (
        Label.objects.filter(case__fraud=False, case__awaits_triage=False, case__conversation__fraud_suspected=False)
        .select_related("case")
        .prefetch_related("case__fields")
        .order_by("-pk")
    )
