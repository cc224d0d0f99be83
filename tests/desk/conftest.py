"""Officers with a browser each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.officers import ROLES, officer

LogIn = Callable[[User], Client]


@pytest.fixture
def officers(db: None) -> dict[str, User]:
    """One officer per role."""
    return {role: officer(role) for role in ROLES}


@pytest.fixture
def log_in(db: None) -> LogIn:
    """A logged-in browser for an officer."""

    def _log_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return _log_in
