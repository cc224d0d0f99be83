"""Forms of the case page; values are checked again by the services that store them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from cases.managers import TIM_PENGADUAN, roles_of
from cases.models import Answer, Case, CaseField
from cases.services.answers import MAX_CHARACTERS
from cases.services.case_fields import FIELD_NAMES, MAX_VALUE
from cases.services.transitions import Transition
from cases.taxonomy import taxonomy
from desk import labels


class PropertyForm(forms.Form):
    """One property of a ticket."""

    value: Any

    def __init__(self, name: str, field: forms.Field, data: Any) -> None:
        super().__init__(data)
        self.name = name
        field.label = labels.of(labels.PROPERTIES, name)
        self.fields["value"] = field

    def changes(self) -> dict[str, Any]:
        """What to hand to `edit_case`."""
        return {self.name: self.cleaned_data["value"]}


class FraudForm(forms.Form):
    """Fraud indication and its types, which change together."""

    fraud = forms.ChoiceField(
        label=_("Indikasi fraud"),
        choices=[("ya", _("Ya, ada indikasi fraud")), ("tidak", _("Tidak"))],
        widget=forms.RadioSelect,
    )
    fraud_types = forms.MultipleChoiceField(label=_("Jenis fraud"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, case: Case, viewer: User, data: Any) -> None:
        initial = {"fraud": "ya" if case.fraud else "tidak", "fraud_types": case.fraud_types}
        super().__init__(data, initial=initial)
        types = self.fields["fraud_types"]
        assert isinstance(types, forms.MultipleChoiceField)  # noqa: S101  # narrows the type
        types.choices = [(code, labels.fraud_type(code)) for code in taxonomy().fraud_types]
        self.warns = TIM_PENGADUAN not in roles_of(viewer)

    def changes(self) -> dict[str, Any]:
        """What to hand to `edit_case`."""
        marked = self.cleaned_data["fraud"] == "ya"
        return {"fraud": marked, "fraud_types": self.cleaned_data["fraud_types"] if marked else []}


def property_form(name: str, case: Case, viewer: User, data: Any) -> PropertyForm | FraudForm:
    """The form for one property of a case."""
    if name in {"fraud", "fraud_types"}:
        return FraudForm(case, viewer, data)
    if name == "summary":
        widget = forms.Textarea(attrs={"rows": 3})
        return PropertyForm(name, forms.CharField(max_length=200, widget=widget, initial=case.summary), data)
    codes = taxonomy()
    choices = {
        "report_type": [(c, labels.report_type(c)) for c in codes.report_types],
        "category": [(c, labels.category(c)) for c in codes.categories],
        "unit": [(c, labels.unit(c)) for c in codes.units],
        "confidentiality": [(c, labels.confidentiality(c)) for c in Case.Confidentiality.values],
    }[name]
    return PropertyForm(name, forms.ChoiceField(choices=choices, initial=getattr(case, name)), data)


class FieldForm(forms.Form):
    """A fact of a case; a blank value removes it."""

    name = forms.ChoiceField(label=_("Jenis data"), choices=[])
    value = forms.CharField(
        label=_("Isi"), max_length=MAX_VALUE, required=False, help_text=_("Kosongkan untuk menghapus data ini.")
    )

    def __init__(self, data: Any, *, field: CaseField | None) -> None:
        super().__init__(data, initial={"name": field.name, "value": field.value} if field else None)
        name = self.fields["name"]
        assert isinstance(name, forms.ChoiceField)  # noqa: S101  # narrows the type
        name.choices = [(code, labels.of(labels.FIELDS, code)) for code in FIELD_NAMES]
        if field is not None:
            name.disabled, name.widget = True, forms.HiddenInput()
        else:
            self.fields["value"].required, self.fields["value"].help_text = True, ""


class MoveForm(forms.Form):
    """Reason for a step, and words to the reporter."""

    reason = forms.CharField(
        label=_("Alasan (untuk rekan kerja)"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    to_reporter = forms.CharField(
        label=_("Pesan untuk pelapor"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Dikirim ke pelapor melalui kanalnya. Kosongkan bila tidak perlu memberi tahu."),
    )

    def __init__(self, data: Any, *, step: Transition | None) -> None:
        super().__init__(data)
        if step is None or not step.needs_reason:
            self.fields["reason"].required = False
        if step is None or not step.tells_reporter:
            del self.fields["to_reporter"]


class OfficerChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A choice among officers, by the names that colleagues know."""

    def label_from_instance(self, obj: User) -> str:
        """An officer's full name."""
        return labels.officer(obj)


class AssignForm(forms.Form):
    """Who works on the case."""

    assignee = OfficerChoice(
        label=_("Petugas"), queryset=User.objects.none(), required=False, empty_label=_("Belum ada petugas")
    )

    def __init__(self, data: Any, *, case: Case) -> None:
        from desk.views.case import eligible

        super().__init__(data, initial={"assignee": case.assignee_id})
        chooser = self.fields["assignee"]
        assert isinstance(chooser, OfficerChoice)  # noqa: S101  # narrows the type
        chooser.queryset = User.objects.filter(pk__in=[user.pk for user in eligible(case)]).order_by("first_name")


class AnswerForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The answer to one FAQ topic."""

    class Meta:
        model = Answer
        fields = ["text", "legal_basis", "check_at", "last_checked"]
        labels = {
            "text": _("Jawaban"),
            "legal_basis": _("Dasar hukum"),
            "check_at": _("Tempat memeriksa perubahan"),
            "last_checked": _("Terakhir diperiksa"),
        }
        widgets = {
            "text": forms.Textarea(attrs={"rows": 14, "maxlength": MAX_CHARACTERS, "data-counter": "text-count"}),
            "last_checked": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
