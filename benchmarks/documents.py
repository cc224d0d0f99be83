"""Tables of figures inside documents: made by a command, kept between two marks that name it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are aligned right."""
    rule = "|---|" + "---:|" * (len(header) - 1)
    return "\n".join(["| " + " | ".join(header) + " |", rule, *("| " + " | ".join(row) + " |" for row in rows)])


def replace_block(file: Path, module: str, text: str) -> None:
    """Replace what stands between `<!-- begin: python -m MODULE -->` and `<!-- end: python -m MODULE -->`.

    Raises:
        ValueError: the file lacks the marks.
    """
    begin, end = f"<!-- begin: python -m {module} -->", f"<!-- end: python -m {module} -->"
    before, found, rest = file.read_text("utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{file}: no block {begin} ... {end}")
    file.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", "utf-8")


def print_or_write(description: str, file: Path, module: str, text: Callable[[], str]) -> None:
    """A command that prints its tables, or with `--write` puts them into their document.

    Args:
        description: of the command, for `--help`.
        file: the document.
        module: that the document's marks name.
        text: makes the tables.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"replace the tables in {file.parent.name}/{file.name}")
    if parser.parse_args().write:
        replace_block(file, module, text())
    else:
        print(text())
