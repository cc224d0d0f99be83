"""The phone page and the small HTTP interface behind it, which `sigap chat` uses as well. Nobody logs in: demo only."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST, require_safe

from connectors.simulator import config, dispatch, faults, people, thread, traffic
from connectors.simulator.models import SimulatedFault, SimulatedFile, SimulatedPhone

P = ParamSpec("P")
MAX_UPLOAD = 5 * 1024 * 1024
INLINE_TYPES = {"image/jpeg", "image/png", "image/webp", "image/gif"}

PhoneView = Callable[Concatenate[HttpRequest, SimulatedPhone, P], HttpResponse]


@login_not_required
@never_cache
@ensure_csrf_cookie
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The phone."""
    setup = {
        "people": [vars(person) | {"telegram": person.telegram_id} for person in people.PEOPLE],
        "samples": [vars(sample) for sample in people.SAMPLES],
        "places": [vars(place) for place in people.PLACES],
        "numbers": _our_numbers(),
    }
    context = {
        "setup": setup,
        "channels": SimulatedPhone.Channel.choices,
        "people": people.PEOPLE,
        "samples": people.SAMPLES,
        "places": people.PLACES,
        "fault_kinds": SimulatedFault.Kind.choices,
    }
    return render(request, "simulator/phone.html", context)


def _our_numbers() -> dict[str, str]:
    current = config.settings()
    return {
        "whatsapp_meta": "+62 21 5000 0000",
        "whatsapp_twilio": (current.sigap_twilio_whatsapp_from or "").removeprefix("whatsapp:"),
        "sms_twilio": current.sigap_twilio_sms_from or "",
        "telegram": "@sigap_demo_bot",
    }


def _data(request: HttpRequest) -> dict[str, Any]:
    try:
        data = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _refuse(sentence: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)


@login_not_required
@require_POST
def open_phone(request: HttpRequest) -> HttpResponse:
    """Take a phone in the hand: JSON `channel` and `person`, or `address` with an optional `name`."""
    data = _data(request)
    channel = str(data.get("channel", ""))
    if channel not in SimulatedPhone.Channel.values:
        return _refuse("Kanal tidak dikenal.")
    person = people.person(str(data.get("person", "")))
    telegram = channel == SimulatedPhone.Channel.TELEGRAM
    if person:
        address, name = (person.telegram_id if telegram else person.number), person.name
    else:
        address = normalised(str(data.get("address", "")), telegram=telegram)
        name = str(data.get("name", "")).strip()[:80] or "Warga"
    if not address:
        return _refuse("Nomor belum benar. Contoh: 0811 0000 0099.")
    phone, _ = SimulatedPhone.objects.get_or_create(channel=channel, address=address, defaults={"name": name})
    return JsonResponse(thread.phone_dict(phone))


def normalised(typed: str, *, telegram: bool) -> str:
    """A typed Indonesian number as E.164, or as Telegram's numeric id; "" when it is neither."""
    digits = "".join(char for char in typed if char.isdigit())
    if telegram:
        return str(int(digits[:15])) if len(digits) >= 5 else ""
    if digits.startswith("0"):
        digits = "62" + digits[1:]
    return f"+{digits}" if 9 <= len(digits) <= 15 and (digits.startswith("62") or typed.strip().startswith("+")) else ""


def _phone_view(view: PhoneView[P]) -> Callable[..., HttpResponse]:
    """A POST about one phone; what the phone cannot do, and a missing setting, are told in a sentence."""

    @login_not_required
    @require_POST
    @wraps(view)
    def wrapped(request: HttpRequest, phone_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        phone = get_object_or_404(SimulatedPhone, pk=phone_id)
        try:
            return view(request, phone, *args, **kwargs)
        except traffic.NotPossible as error:
            return _refuse(str(error))
        except config.NotConfigured as error:
            return _refuse(f"Pengaturan {error} belum diisi; penyedia ini tidak dapat ditiru.", 503)

    return wrapped


@login_not_required
@never_cache
@require_GET
def read(request: HttpRequest, phone_id: int) -> HttpResponse:
    """The thread as JSON, or 204 when it is still the `version` that the page has."""
    phone = get_object_or_404(SimulatedPhone, pk=phone_id)
    dispatch.wake()  # after a restart, webhooks of the previous process are still waiting
    if request.GET.get("version") == thread.version(phone):
        return HttpResponse(status=204)
    return JsonResponse(thread.thread_dict(phone))


@_phone_view
def text(request: HttpRequest, phone: SimulatedPhone) -> HttpResponse:
    """Send JSON `text`."""
    message = traffic.write(phone, str(_data(request).get("text", "")))
    return JsonResponse({"id": message.pk}, status=201)


@_phone_view
def press(request: HttpRequest, phone: SimulatedPhone) -> HttpResponse:
    """Press the choice JSON `index` (from 0) under `message`."""
    data = _data(request)
    try:
        message_pk, index = int(data["message"]), int(data["index"])
    except (KeyError, TypeError, ValueError):
        return _refuse("Tombol itu tidak ada.")
    traffic.press(phone, message_pk, index)
    return JsonResponse({}, status=201)


@_phone_view
def attach(request: HttpRequest, phone: SimulatedPhone) -> HttpResponse:
    """Send the uploaded `file` with an optional `caption`."""
    file = request.FILES.get("file")
    if file is None or file.size is None or not file.name:
        return _refuse("Berkas belum dipilih.")
    if file.size > MAX_UPLOAD:
        return _refuse("Berkas terlalu besar; paling besar 5 MB.")
    content_type = file.content_type or "application/octet-stream"
    message = traffic.attach(phone, file.name, content_type, file.read(), request.POST.get("caption", ""))
    return JsonResponse({"id": message.pk}, status=201)


@_phone_view
def locate(request: HttpRequest, phone: SimulatedPhone) -> HttpResponse:
    """Send a location: JSON `latitude`, `longitude`, `label`."""
    data = _data(request)
    try:
        place = people.Place(str(data.get("label", "")), float(data["latitude"]), float(data["longitude"]))
    except (KeyError, TypeError, ValueError):
        return _refuse("Lokasi belum benar.")
    message = traffic.locate(phone, place)
    return JsonResponse({"id": message.pk}, status=201)


@_phone_view
def seen(request: HttpRequest, phone: SimulatedPhone) -> HttpResponse:
    """The citizen looks at the chat."""
    traffic.see(phone)
    return HttpResponse(status=204)


@_phone_view
def block(request: HttpRequest, phone: SimulatedPhone) -> HttpResponse:
    """Block us, or let us in again: JSON `blocked`."""
    traffic.block(phone, bool(_data(request).get("blocked")))
    return HttpResponse(status=204)


@_phone_view
def forget(request: HttpRequest, phone: SimulatedPhone) -> HttpResponse:
    """Clear the chat on the phone."""
    traffic.forget(phone)
    return HttpResponse(status=204)


@login_not_required
@never_cache
def fault_panel(request: HttpRequest) -> HttpResponse:
    """GET the armed faults; POST JSON `kind`, `times`, `amount` arms one (`kind` empty lifts all)."""
    if request.method == "POST":
        data = _data(request)
        try:
            if data.get("kind"):
                amount = data.get("amount")
                faults.arm(str(data["kind"]), int(data.get("times", 1)), None if amount in (None, "") else int(amount))
            else:
                faults.lift_all()
        except (TypeError, ValueError):
            return _refuse("Gangguan itu tidak dikenal.")
    return JsonResponse({"faults": faults.armed()})


@login_not_required
@require_safe
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """A file in a thread, for the page; only pictures are shown in place."""
    found = get_object_or_404(SimulatedFile, pk=file_id)
    if not found.content:
        raise Http404
    inline = found.content_type in INLINE_TYPES
    response = HttpResponse(
        bytes(found.content), content_type=found.content_type if inline else "application/octet-stream"
    )
    response.headers["Content-Disposition"] = "inline" if inline else "attachment"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
