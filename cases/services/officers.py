"""Accounts of officers: made by an administrator on the command line, never by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from cases.managers import PEJABAT_PENGHUBUNG
from cases.models import OfficerProfile
from cases.taxonomy import taxonomy


class OfficerError(Exception):
    """The account cannot be made as asked; the text says why."""


def add_officer(username: str, password: str, roles: Sequence[str], unit: str = "", name: str = "") -> User:
    """Create an officer's account.

    Args:
        username: log-in name, not taken yet.
        password: checked against Django's password rules.
        roles: codes of the taxonomy's roles.
        unit: code of the officer's unit; required of a `pejabat_penghubung`.
        name: the officer's own name.

    Raises:
        OfficerError: the name is taken, a role or unit is unknown, or the password is too weak.
    """
    known = taxonomy()
    if unknown := sorted(set(roles) - set(known.roles)):
        raise OfficerError(f"unknown role {unknown[0]!r}; roles are {', '.join(known.roles)}")
    if not roles:
        raise OfficerError("an officer needs at least one role")
    if PEJABAT_PENGHUBUNG in roles and not unit:
        raise OfficerError("a pejabat_penghubung works the cases of a unit: name it with --unit")
    if unit and unit not in known.units:
        raise OfficerError(f"unknown unit {unit!r}; units are {', '.join(known.units)}")
    if User.objects.filter(username=username).exists():
        raise OfficerError(f"there is already an officer named {username!r}")
    try:
        validate_password(password)
    except ValidationError as error:
        raise OfficerError(" ".join(error.messages)) from error
    with transaction.atomic():
        user = User.objects.create_user(username, password=password, first_name=name)
        user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
        OfficerProfile.objects.create(user=user, unit=unit)
    return user
