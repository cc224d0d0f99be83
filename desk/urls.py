"""Every address of the web process."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from desk import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("", RedirectView.as_view(pattern_name="desk:queue"), name="root"),
    path("desk/", include("desk.pages_urls")),
    path("webhooks/", include("connectors.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("simulator/", include("connectors.simulator.urls")))

handler403 = "desk.views.errors.forbidden"
handler404 = "desk.views.errors.not_found"
handler500 = "desk.views.errors.broken"
