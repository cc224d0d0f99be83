"""Addresses of the webhooks, from the registry."""

from __future__ import annotations

from django.urls import path

from connectors.views import BY_PATH, lent_file, webhook

app_name = "webhooks"
urlpatterns = [
    *(path(address, webhook, {"path": address}, name=address.replace("/", "_")) for address in BY_PATH),
    path("media/<str:token>", lent_file, name="media"),
]
