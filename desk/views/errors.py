"""Pages for what went wrong, in the desk's own words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The role does not open this page."""
    return render(request, "desk/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page, or not for this officer: the two look the same on purpose."""
    return render(request, "desk/errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Something failed on our side; needs no database to be shown."""
    return render(request, "desk/errors/500.html", status=500)
