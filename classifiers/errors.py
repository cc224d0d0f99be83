"""Errors of the classifiers.

ClassifierError            what the command line prints as one sentence
├── DataError              a training or evaluation file cannot be used; names file and line
└── ModelError             a saved model is missing, incomplete or not ours
"""

from __future__ import annotations


class ClassifierError(Exception):
    """Base of all errors raised here; its text is one sentence for the person at the terminal."""


class DataError(ClassifierError):
    """A data file is missing, malformed or too small for what was asked."""


class ModelError(ClassifierError):
    """A model directory is missing, incomplete or holds types that we do not trust."""
