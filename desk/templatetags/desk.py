"""Icons, words for codes, and small formats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from cases.services.transitions import Transition
from desk import labels

register = template.Library()

register.filter("report_type", labels.report_type)
register.filter("category", labels.category)
register.filter("fraud_type", labels.fraud_type)
register.filter("unit", labels.unit)
register.filter("state", labels.state)
register.filter("confidentiality", labels.confidentiality)
register.filter("faq_group", labels.group)
register.filter("short", labels.short)
register.filter("officer", labels.officer)


@register.filter
def channel(code: str) -> str:
    """A channel in words."""
    return labels.of(labels.CHANNELS, code)


@register.filter
def field_name(code: str) -> str:
    """An extracted field's name in words."""
    return labels.of(labels.FIELDS, code)


@register.filter
def flag_reason(code: str) -> str:
    """Why a conversation asks for an officer."""
    return labels.of(labels.FLAGS, code)


@register.filter
def step_verb(step: Transition) -> str:
    """What the button of a transition says."""
    return labels.step(step.start, step.to)


@register.filter
def kind(code: str) -> str:
    """A message's kind in words."""
    return labels.of(labels.KINDS, code)


@register.filter
def deadline_kind(code: str) -> str:
    """Which rule set a deadline."""
    return labels.of(labels.DEADLINES, code)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A decorative icon of the sprite; meaning is always in words beside it."""
    return format_html(
        '<svg class="icon {}" width="18" height="18" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        extra,
        static("desk/icons.svg"),
        name,
    )


@register.filter
def percent(value: float) -> str:
    """A probability as a whole percentage."""
    return f"{round(value * 100)}%"


@register.filter
def when(moment: datetime | None) -> str:
    """A moment as people say it: the hour today, then the day, then the date."""
    if moment is None:
        return ""
    local, today = timezone.localtime(moment), timezone.localdate()
    clock = date_format(local, "H.i")
    if local.date() == today:
        return clock
    if local.date() == today - timedelta(days=1):
        return gettext("Kemarin %(clock)s") % {"clock": clock}
    pattern = "j M" if local.year == today.year else "j M Y"
    return f"{date_format(local, pattern)} {clock}"


@register.filter
def duration(length: timedelta | None) -> str:
    """A length of time in its largest sensible unit."""
    if length is None:
        return "–"
    seconds = int(length.total_seconds())
    if seconds < 60:
        return ngettext("%(n)d detik", "%(n)d detik", seconds) % {"n": seconds}
    if seconds < 3600:
        return ngettext("%(n)d menit", "%(n)d menit", seconds // 60) % {"n": seconds // 60}
    if seconds < 48 * 3600:
        return ngettext("%(n)d jam", "%(n)d jam", seconds // 3600) % {"n": seconds // 3600}
    return ngettext("%(n)d hari", "%(n)d hari", seconds // 86400) % {"n": seconds // 86400}


@register.simple_tag(takes_context=True)
def query(context: Mapping[str, Any], **changes: Any) -> str:
    """The page's query string with some parameters replaced; None or "" drops one."""
    parameters: QueryDict = context["request"].GET.copy()
    parameters.pop("page", None)
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return "?" + parameters.urlencode()


@register.simple_tag(takes_context=True)
def without(context: Mapping[str, Any], name: str) -> str:
    """The page's query string without one parameter."""
    return query(context, **{name: None})
