"""Roles of the taxonomy as Django groups."""

from __future__ import annotations

from django.contrib.auth.models import Group

from cases.taxonomy import taxonomy


def sync_roles() -> None:
    """Create the groups that the taxonomy names; groups an institution added stay."""
    for role in taxonomy().roles:
        Group.objects.get_or_create(name=role)
