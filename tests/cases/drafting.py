"""What tests of reports in the making share: two stories, and writing and pressing as the citizen does."""

from __future__ import annotations

from collections.abc import Callable

from cases.services.draft_steps import Outcome, Stage, Step

STORY = "SK kenaikan pangkat saya di BKD Kota Solo belum terbit sejak bulan lalu"
BRIBE = "Pak Joko di BKD Kota Solo minta setoran 5 juta kemarin supaya pangkat saya diurus"

Say = Callable[..., Step]


def stage(step: Step) -> Stage:
    """Where the draft of a step that asks something stands."""
    assert step.outcome == Outcome.ASK
    assert step.case is not None
    return Stage.of(step.case)
