"""Every text of the desk has an English form."""

from __future__ import annotations

import re

import polib
import pytest
from django.utils import translation

from desk.translation import LOCALES, compile_catalogues, texts

CATALOGUE = polib.pofile(str(LOCALES / "en" / "LC_MESSAGES" / "django.po"))
PLACE = re.compile(r"%\(\w+\)[sd]")


def test_every_text_has_an_english_form() -> None:
    english = {e.msgid: [e.msgstr] if not e.msgid_plural else list(e.msgstr_plural.values()) for e in CATALOGUE}

    missing = sorted(msgid for msgid, _plural in texts() if not all(english.get(msgid, [""])))

    assert missing == [], "run `python -m desk.translation` and fill in desk/locale/en/LC_MESSAGES/django.po"


def test_the_catalogue_holds_nothing_that_no_page_shows() -> None:
    assert sorted({e.msgid for e in CATALOGUE} - {msgid for msgid, _plural in texts()}) == []


@pytest.mark.parametrize("entry", [e for e in CATALOGUE if "%(" in e.msgid], ids=lambda e: e.msgid[:40])
def test_placeholders_survive_translation(entry: polib.POEntry) -> None:
    for form in [entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values():
        assert sorted(PLACE.findall(form)) == sorted(PLACE.findall(entry.msgid))


def test_compiled_catalogues_speak_english() -> None:
    compile_catalogues()

    with translation.override("en"):
        assert translation.gettext("Indikasi fraud") == "Fraud indication"
    with translation.override("id"):
        assert translation.gettext("Indikasi fraud") == "Indikasi fraud"
