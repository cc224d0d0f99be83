"""What the providers' APIs share: reading a call, meeting an armed fault, and keeping a record without credentials."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from connectors.simulator import faults
from connectors.simulator.models import SimulatedCall, SimulatedFile, SimulatedPhone

P = ParamSpec("P")
KEPT = 1000
"""How many calls stay for the wire log."""
MAX_FILE = 25 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """A vendor's JSON answer, and whose phone the call was about."""

    status: int
    body: dict[str, Any]
    phone: SimulatedPhone | None = None


@dataclass(frozen=True)
class Call:
    """One API call: its fields from JSON or a form (a list where a form repeats one), and uploaded files."""

    request: HttpRequest
    fields: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field as text, "" when absent."""
        value = self.fields.get(name, "")
        return str(value[-1] if isinstance(value, list) and value else value or "")

    def upload(self, *names: str) -> tuple[str, str, bytes] | None:
        """The first uploaded file among `names`: its name, type and bytes."""
        for name in names:
            file = self.request.FILES.get(name)
            if file is not None and file.size is not None and file.size <= MAX_FILE:
                return file.name or "berkas", file.content_type or "application/octet-stream", file.read()
        return None

    def save_upload(self, phone: SimulatedPhone | None, *names: str) -> SimulatedFile | None:
        """Keep the first uploaded file among `names`, if there is one."""
        found = self.upload(*names)
        if found is None:
            return None
        name, content_type, content = found
        return SimulatedFile.objects.create(
            phone=phone, filename=name[:200], content_type=content_type[:120], content=content
        )


def read(request: HttpRequest) -> Call | None:
    """The call's fields; None when a JSON body is not an object."""
    if request.content_type == "application/json":
        try:
            data = json.loads(request.body or b"{}")
        except ValueError:
            return None
        return Call(request, data) if isinstance(data, dict) else None
    return Call(request, {name: values if len(values) > 1 else values[-1] for name, values in request.POST.lists()})


View = Callable[Concatenate[Call, P], Answer | HttpResponse]


def provider_api(shown_path: Callable[[HttpRequest], str]) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Make a function into a provider's API view: no session, no CSRF, fields read, call recorded.

    Args:
        shown_path: the path for the wire log, without credentials.
    """

    def wrap(view: View[P]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @login_not_required
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            call = read(request) or Call(request, {})
            answer = view(call, *args, **kwargs)
            if isinstance(answer, HttpResponse):
                return answer
            record(request, shown_path(request), call, answer)
            response = JsonResponse(answer.body, status=answer.status)
            # Django logs the path of refused requests, and Telegram's carries the token
            response._has_been_logged = True  # type: ignore[attr-defined]
            return response

        return wrapped

    return wrap


def record(request: HttpRequest, path: str, call: Call, answer: Answer) -> None:
    """Keep a call for the wire log."""
    shown = dict(call.fields)
    for name, file in request.FILES.items():
        shown[str(name)] = f"<{getattr(file, 'content_type', '')}, {getattr(file, 'size', 0)} byte>"
    row = SimulatedCall.objects.create(
        phone=answer.phone,
        method=request.method or "",
        path=path[:300],
        request=json.dumps(shown, ensure_ascii=False),
        response_status=answer.status,
        response=json.dumps(answer.body, ensure_ascii=False),
    )
    if answer.phone:
        answer.phone.touch()
    if row.pk % 100 == 0:
        SimulatedCall.objects.filter(pk__lt=row.pk - KEPT).delete()


@dataclass(frozen=True)
class VendorFaults:
    """How a vendor words the faults of the panel."""

    throttled: Answer
    broken: Answer


def accept(vendor: VendorFaults, phone: SimulatedPhone, take: Callable[[], Answer]) -> Answer:
    """Take a message, unless an armed fault strikes.

    Args:
        vendor: the vendor's own error answers.
        phone: the recipient.
        take: stores the message and makes the answer.
    """
    fault = faults.strike(*faults.API_FAULTS)
    if fault is None:
        return take()
    if fault.kind == faults.Kind.THROTTLE:
        return Answer(vendor.throttled.status, vendor.throttled.body, phone)
    if fault.kind == faults.Kind.SERVER_ERROR:
        return Answer(vendor.broken.status, vendor.broken.body, phone)
    if fault.kind == faults.Kind.ANSWER_LOST:
        take()
    if fault.amount:
        connection.close()  # a silent provider must not keep one of our database connections
        time.sleep(fault.amount)
    return Answer(504, {}, phone)


def lower_headers(request: HttpRequest) -> dict[str, str]:
    """The request's headers with lower-case names, as the shape checks take them."""
    return {name.lower(): value for name, value in request.headers.items()}


def choices_of(pairs: Sequence[tuple[str, str, str]]) -> list[dict[str, str]]:
    """Choices as messages store them, from (title, payload, description)."""
    return [{"title": title, "payload": payload, "description": description} for title, payload, description in pairs]
