"""The desk's languages: collecting texts, and compiling catalogues without gettext's tools.

Indonesian is the language of the sources, so only other languages have a catalogue. `compile_catalogues` runs at
start and before tests (compiled files are not in the repository); `python -m desk.translation` brings the catalogues
up to date after texts changed.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent
LOCALES = ROOT / "locale"
_FUNCTIONS = {"_", "N_", "gettext", "gettext_lazy", "gettext_noop"}
_PLURALS = {"ngettext", "ngettext_lazy"}
_IN_TEMPLATE = re.compile(r"(?P<name>n?gettext)\((?P<first>u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\")")
_STRING = re.compile(r"u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\"")
_IN_FILTER = re.compile(r"\b_\((\"[^\"]*\"|'[^']*')\)")

Text = tuple[str, str]
"""A text and its plural form, "" when it has none."""


def compile_catalogues() -> list[Path]:
    """Write the binary catalogues that are missing or older than their source.

    Returns:
        The files that were written.
    """
    written = []
    for source in sorted(LOCALES.glob("*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        polib.pofile(str(source)).save_as_mofile(str(target))
        written.append(target)
    return written


def texts() -> set[Text]:
    """Every text of templates, code and labels that a page may show."""
    from desk.labels import all_labels

    found: set[Text] = {(label, "") for label in all_labels()}
    for path in sorted(ROOT.rglob("*.html")):
        found.update(_of_template(path.read_text("utf-8")))
    for path in sorted(ROOT.rglob("*.py")):
        found.update(_of_code(path))
    return {text for text in found if text[0]}


def _of_template(source: str) -> Iterator[Text]:
    code = templatize(source)
    for match in _IN_TEMPLATE.finditer(code):
        first = ast.literal_eval(match["first"])
        if match["name"] == "gettext":
            yield first, ""
            continue
        second = _STRING.search(code, match.end())
        yield first, ast.literal_eval(second[0]) if second else ""
    for match in _IN_FILTER.finditer(source):
        yield ast.literal_eval(match[1]), ""


def _of_code(path: Path) -> Iterator[Text]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        strings = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if node.func.id in _FUNCTIONS and strings:
            yield strings[0], ""
        elif node.func.id in _PLURALS and len(strings) >= 2:
            yield strings[0], strings[1]


def update(language: str) -> polib.POFile:
    """Add new texts to a catalogue and drop those that nothing shows any more; saves the file."""
    path = LOCALES / language / "LC_MESSAGES" / "django.po"
    catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
    catalogue.metadata.update(
        {
            "Project-Id-Version": "sigap",
            "Language": language,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": "nplurals=2; plural=(n != 1);",
        }
    )
    wanted = dict(sorted(texts(), key=lambda text: (text[0], text[1])))
    for entry in [e for e in catalogue if e.msgid not in wanted or e.msgid_plural != wanted[e.msgid]]:
        catalogue.remove(entry)
    known = {entry.msgid for entry in catalogue}
    for msgid, plural in wanted.items():
        if msgid not in known:
            forms = {"msgid_plural": plural, "msgstr_plural": {0: "", 1: ""}} if plural else {}
            catalogue.append(polib.POEntry(msgid=msgid, msgstr="", **forms))
    catalogue.sort(key=lambda entry: entry.msgid.casefold())
    catalogue.save(str(path))
    return catalogue


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
    django.setup()
    for code, _name in settings.LANGUAGES:
        if code != settings.LANGUAGE_CODE:
            update(code)
    compile_catalogues()
