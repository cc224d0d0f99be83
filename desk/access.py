"""Which role opens which page. Every view carries its roles; a test walks all addresses and asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, cast

from asgiref.sync import iscoroutinefunction
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails

from cases.managers import ADMIN_INSTANSI, PEJABAT_PENGHUBUNG, PIMPINAN, TIM_DATA, TIM_PENGADUAN, roles_of

CASE_WORK = frozenset({ADMIN_INSTANSI, PEJABAT_PENGHUBUNG, TIM_PENGADUAN})
ANSWERS = frozenset({ADMIN_INSTANSI, TIM_DATA})
ANSWERS_EDIT = frozenset({ADMIN_INSTANSI})
DASHBOARD = frozenset({ADMIN_INSTANSI, PEJABAT_PENGHUBUNG, TIM_PENGADUAN, PIMPINAN})
MODELS = frozenset({TIM_DATA})

EVERYONE = frozenset({"*"})
"""Marks a view for any officer who is logged in (own account)."""

PUBLIC = frozenset({""})
"""Marks a view that needs no login (the login page itself)."""


class OfficerRequest(HttpRequest):
    """A request behind the login: its user is an officer, not anonymous."""

    user: User
    htmx: HtmxDetails


class View(Protocol):
    """A view that says who may call it."""

    roles: frozenset[str]

    def __call__(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer a request."""
        ...


def for_roles(roles: frozenset[str]) -> Callable[[Callable[..., Any]], View]:
    """Let only officers with one of the roles through; others get the page that says so (403)."""

    def decorate(view: Callable[..., Any]) -> View:
        if iscoroutinefunction(view):

            @wraps(view)
            async def guarded(request: OfficerRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
                from asgiref.sync import sync_to_async

                await sync_to_async(_check)(request, roles)
                return cast("HttpResponseBase", await view(request, *args, **kwargs))

        else:

            @wraps(view)
            def guarded(request: OfficerRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
                _check(request, roles)
                return cast("HttpResponseBase", view(request, *args, **kwargs))

        return marked(guarded, roles)

    return decorate


def marked(view: Callable[..., Any], roles: frozenset[str]) -> View:
    """Write on a view who may call it, for views whose access is decided elsewhere."""
    view.roles = roles  # type: ignore[attr-defined]
    return cast("View", view)


def _check(request: OfficerRequest, roles: frozenset[str]) -> None:
    if roles != EVERYONE and not roles_of(request.user) & roles:
        raise PermissionDenied


@dataclass(frozen=True)
class Section:
    """An entry of the navigation."""

    code: str
    label: Any  # a lazy translation
    url_name: str
    icon: str
    roles: frozenset[str]


SECTIONS: tuple[Section, ...] = (
    Section("queue", _("Laporan"), "desk:queue", "inbox", CASE_WORK),
    Section("conversations", _("Percakapan"), "desk:conversations", "chat", CASE_WORK),
    Section("answers", _("Jawaban"), "desk:answers", "book", ANSWERS),
    Section("dashboard", _("Dasbor"), "desk:dashboard", "chart", DASHBOARD),
    Section("models", _("Model"), "desk:models", "model", MODELS),
)


def sections_for(user: Any) -> list[Section]:
    """The navigation of an officer; the first entry is the officer's home."""
    roles = roles_of(user)
    return [section for section in SECTIONS if section.roles & roles]
