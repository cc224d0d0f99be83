"""Errors that end a command with one sentence instead of a traceback."""

from __future__ import annotations


class CommandError(Exception):
    """A command cannot do what it was asked; the text says why and what to do.

    Args:
        sentence: what the operator reads.
        code: exit code, 1 (it failed) or 2 (it was asked wrongly).
    """

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code
