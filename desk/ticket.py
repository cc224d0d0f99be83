"""The case page's content: what was decided, by whom, how sure, and the words that moved it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from cases.managers import roles_of
from cases.models import Attachment, Case, CaseField, Conversation, Label, Prediction
from cases.services.cases import MAY_EDIT
from desk import labels
from desk.highlight import Mark, Stretch, stretches

DECIDED = ("report_type", "category", "unit", "fraud", "fraud_types", "summary", "confidentiality")


@dataclass(frozen=True, kw_only=True)
class Property:
    """One line of the ticket."""

    name: str
    label: str
    value: str
    editable: bool
    prediction: Prediction | None = None
    likelihood: float | None = None  # of what is shown, between 0 and 1
    predicted: str = ""  # the model's own value in words, where the case has another
    label_row: Label | None = None  # who corrected it last
    details: tuple[tuple[str, float], ...] = ()

    @property
    def doubtful(self) -> bool:
        """The model was not sure and nobody has looked yet."""
        return self.prediction is not None and self.prediction.abstained and self.label_row is None


@dataclass(frozen=True, kw_only=True)
class FieldRow:
    """An extracted fact."""

    field: CaseField
    key: str
    label: str


class Ticket:
    """A case with everything its page shows; loads related rows once."""

    def __init__(self, case: Case, viewer: User) -> None:
        self.case = case
        self.viewer = viewer
        self._predictions = {p.head: p for p in case.predictions.order_by("id")}
        self._labels = {label.field: label for label in case.labels.select_related("officer").order_by("id")}
        self.fields = [
            FieldRow(field=f, key=f"field-{f.pk}", label=labels.of(labels.FIELDS, f.name)) for f in case.fields.all()
        ]
        self.properties = [self._property(name) for name in DECIDED if self._shown(name)]

    @property
    def version_names(self) -> str:
        """The model versions that decided."""
        return ", ".join(dict.fromkeys(p.model_version for p in self._predictions.values()))

    @property
    def text(self) -> list[Stretch]:
        """The citizen's words, marked."""
        marks = [
            Mark(row.key, f"{row.label}: {row.field.value}", row.field.start, row.field.end)
            for row in self.fields
            if row.field.start is not None and row.field.end is not None
        ]
        indication = self._indication()
        for head, prediction in self._predictions.items():
            if head.startswith("fraud_type:"):
                marks += _common(_marks("fraud", labels.fraud_type(prediction.value), prediction), indication)
            elif head != "fraud":
                marks += _marks(head, labels.value(head, prediction.value), prediction)
        return stretches(self.case.text, [*marks, *indication])

    def _indication(self) -> list[Mark]:
        """What speaks for fraud; words that speak against it only confuse."""
        prediction = self._predictions.get("fraud")
        if prediction is None or prediction.value != "true" or not self.case.fraud:
            return []
        return _marks("fraud", _("Indikasi fraud"), prediction)

    def _shown(self, name: str) -> bool:
        return name != "fraud_types" or self.case.fraud

    def _property(self, name: str) -> Property:
        value = getattr(self.case, name)
        prediction = self._predictions.get(name)
        said = _value_of(prediction)
        return Property(
            name=name,
            label=labels.of(labels.PROPERTIES, name),
            value=labels.value(name, value),
            editable=bool(roles_of(self.viewer) & MAY_EDIT[name]),
            prediction=prediction,
            likelihood=_likelihood(prediction),
            predicted=labels.value(name, said) if prediction and said != value else "",
            label_row=self._labels.get(name),
            details=self._type_details() if name == "fraud_types" else (),
        )

    def _type_details(self) -> tuple[tuple[str, float], ...]:
        return tuple(
            (labels.fraud_type(p.value), p.probability)
            for head, p in self._predictions.items()
            if head.startswith("fraud_type:")
        )


def _marks(key: str, decision: str, prediction: Prediction) -> list[Mark]:
    """The words that moved a decision."""
    label = _("Memengaruhi: %(decision)s") % {"decision": decision}
    return [
        Mark(key, label, int(span["start"]), int(span["end"]))
        for span in prediction.evidence
        if float(span.get("weight", 1)) > 0
    ]


def _common(marks: list[Mark], indication: list[Mark]) -> list[Mark]:
    """Parts of the marks of a kind of fraud that the indication marks too: more words would hide those that matter."""
    return [
        replace(mark, start=max(mark.start, other.start), end=min(mark.end, other.end))
        for mark in marks
        for other in indication
        if max(mark.start, other.start) < min(mark.end, other.end)
    ]


def _value_of(prediction: Prediction | None) -> Any:
    if prediction is None:
        return None
    return prediction.value == "true" if prediction.head == "fraud" else prediction.value


def _likelihood(prediction: Prediction | None) -> float | None:
    if prediction is None:
        return None
    # The fraud head keeps P(fraud) whatever it decided; a "no" is as likely as the rest.
    against = prediction.head == "fraud" and prediction.value == "false"
    return 1 - prediction.probability if against else prediction.probability


def attachments_of(case: Case, conversation: Conversation | None) -> list[Attachment]:
    """Files of the case's own messages, and of the whole conversation when the officer may read it."""
    files = Attachment.objects.order_by("created_at")
    if conversation is None:
        return list(files.filter(message__case=case))
    return list(files.filter(message__conversation=conversation))
