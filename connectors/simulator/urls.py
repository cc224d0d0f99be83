"""Addresses of the simulator, below /simulator/."""

from __future__ import annotations

from django.urls import path, re_path

from connectors.simulator import pages
from connectors.simulator.api import meta, telegram, twilio

app_name = "simulator"

META = r"^api/meta/(?:v\d+\.\d+/)?"
TWILIO = "api/twilio/2010-04-01/Accounts/<str:account>"

urlpatterns = [
    path("", pages.page, name="phone"),
    path("phones", pages.open_phone, name="open"),
    path("phones/<int:phone_id>", pages.read, name="read"),
    path("phones/<int:phone_id>/text", pages.text, name="text"),
    path("phones/<int:phone_id>/press", pages.press, name="press"),
    path("phones/<int:phone_id>/file", pages.attach, name="attach"),
    path("phones/<int:phone_id>/location", pages.locate, name="locate"),
    path("phones/<int:phone_id>/seen", pages.seen, name="seen"),
    path("phones/<int:phone_id>/block", pages.block, name="block"),
    path("phones/<int:phone_id>/forget", pages.forget, name="forget"),
    path("faults", pages.fault_panel, name="faults"),
    path("files/<int:file_id>", pages.file, name="file"),
    re_path(META + r"download/(?P<node>\d+)$", meta.download),
    re_path(META + r"(?P<node>\d+)/messages$", meta.messages),
    re_path(META + r"(?P<node>\d+)/media$", meta.media),
    re_path(META + r"(?P<node>\d+)$", meta.node),
    path(f"{TWILIO}/Messages.json", twilio.messages),
    path(f"{TWILIO}/Messages/<str:sid>.json", twilio.message),
    re_path(
        r"^api/twilio/2010-04-01/Accounts/(?P<account>\w+)/Messages/(?P<sid>\w+)/Media/(?P<media_sid>ME[0-9a-f]{32})$",
        twilio.media,
    ),
    path("api/twilio/storage/<str:handle>/<str:key>", twilio.storage, name="twilio-storage"),
    path(f"{TWILIO}.json", twilio.account),
    re_path(r"^api/telegram/bot(?P<token>[^/]+)/(?P<name>\w+)$", telegram.method),
    re_path(r"^api/telegram/file/bot(?P<token>[^/]+)/documents/file_(?P<handle>\d+)$", telegram.download),
]
