"""The phone page and its small interface."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from connectors.simulator.models import SimulatedFault, SimulatedPhone

pytestmark = pytest.mark.django_db
BASE = "/simulator/"


def _post(client: Client, path: str, data: object) -> tuple[int, dict]:
    response = client.post(BASE + path, json.dumps(data), content_type="application/json")
    return response.status_code, json.loads(response.content or b"{}")


def _open(client: Client, channel: str = "whatsapp_meta", **who: str) -> dict:
    status, body = _post(client, "phones", {"channel": channel, **(who or {"person": "budi"})})
    assert status == 200
    return body


def test_the_page_says_demo_and_runs_no_inline_script(client: Client):
    response = client.get(BASE)
    page = response.content.decode()
    assert response.status_code == 200
    assert "DEMO" in page
    assert "style=" not in page
    scripts = [part.partition(">")[0] for part in page.split("<script")[1:]]
    assert all("src=" in script or 'type="application/json"' in script for script in scripts)


def test_a_person_has_one_phone_per_channel(client: Client):
    first, again = _open(client), _open(client)
    assert first == again
    assert _open(client, "telegram")["id"] != first["id"]


@pytest.mark.parametrize(
    ("channel", "typed", "address"),
    [
        ("sms_twilio", "0811 0000-0099", "+6281100000099"),
        ("sms_twilio", "+62 811 0000 0099", "+6281100000099"),
        ("sms_twilio", "6281100000099", "+6281100000099"),
        ("telegram", "0811 0000 0099", "81100000099"),
    ],
)
def test_a_typed_number_is_normalised(client: Client, channel: str, typed: str, address: str):
    assert _open(client, channel, address=typed)["address"] == address


@pytest.mark.parametrize(
    "data", [{"channel": "fax"}, {"channel": "sms_twilio", "address": "halo"}, {"channel": "telegram"}]
)
def test_a_number_or_channel_that_is_none_is_refused_with_a_sentence(client: Client, data: dict):
    status, body = _post(client, "phones", data)
    assert status == 400
    assert body["error"].endswith((".", "0099."))


def test_a_sent_text_is_in_the_thread_and_an_unchanged_thread_is_not_sent_again(client: Client):
    phone = _open(client)
    assert _post(client, f"phones/{phone['id']}/text", {"text": "halo"})[0] == 201

    thread = client.get(f"{BASE}phones/{phone['id']}").json()
    assert [(message["author"], message["text"]) for message in thread["messages"]] == [("citizen", "halo")]
    assert thread["waiting"] == 1
    assert client.get(f"{BASE}phones/{phone['id']}", {"version": thread["version"]}).status_code == 204


def test_an_uploaded_photo_is_shown_and_anything_else_is_only_downloaded(client: Client):
    phone = _open(client)
    for name, content_type in (("a.png", "image/png"), ("a.html", "text/html")):
        file = SimpleUploadedFile(name, b"<script>alert(1)</script>", content_type)
        assert client.post(f"{BASE}phones/{phone['id']}/file", {"file": file}).status_code == 201
    photo, page = client.get(f"{BASE}phones/{phone['id']}").json()["messages"]

    assert client.get(photo["media"]["url"]).headers["Content-Disposition"] == "inline"
    served = client.get(page["media"]["url"])
    assert (served.headers["Content-Disposition"], served.headers["Content-Type"]) == (
        "attachment",
        "application/octet-stream",
    )


@pytest.mark.parametrize(
    ("path", "data"), [("text", {"text": " "}), ("press", {}), ("press", {"message": 1, "index": 0}), ("location", {})]
)
def test_what_the_phone_cannot_do_is_refused_with_a_sentence(client: Client, path: str, data: dict):
    phone = _open(client)
    status, body = _post(client, f"phones/{phone['id']}/{path}", data)
    assert status == 400
    assert body["error"].endswith(".")


def test_clearing_the_chat_empties_the_phone(client: Client):
    phone = _open(client)
    _post(client, f"phones/{phone['id']}/text", {"text": "halo"})
    client.post(f"{BASE}phones/{phone['id']}/forget", "{}", content_type="application/json")
    assert client.get(f"{BASE}phones/{phone['id']}").json()["messages"] == []


def test_faults_are_armed_listed_and_lifted(client: Client):
    _, body = _post(client, "faults", {"kind": "throttle", "times": 3, "amount": ""})
    assert [(fault["kind"], fault["remaining"]) for fault in body["faults"]] == [("throttle", 3)]
    assert _post(client, "faults", {"kind": "earthquake"})[0] == 400
    assert _post(client, "faults", {"kind": ""})[1] == {"faults": []}
    assert not SimulatedFault.objects.filter(remaining__gt=0).exists()


def test_another_sites_page_cannot_write_in_a_citizens_name():
    client = Client(enforce_csrf_checks=True)
    phone = SimulatedPhone.objects.create(channel="sms_twilio", address="+6281100000099", name="Rina")
    response = client.post(f"{BASE}phones/{phone.pk}/text", '{"text": "x"}', content_type="application/json")
    assert response.status_code == 403
    assert not phone.messages.exists()


def test_the_wire_log_hides_telegrams_token(client: Client):
    phone = _open(client, "telegram")
    _post(client, f"phones/{phone['id']}/text", {"text": "halo"})
    SimulatedPhone.objects.get().webhooks.update(attempts=1)
    (entry,) = client.get(f"{BASE}phones/{phone['id']}").json()["wire"]
    assert entry["headers"]["X-Telegram-Bot-Api-Secret-Token"] == "•••"
    assert entry["request"]["message"]["text"] == "halo"
