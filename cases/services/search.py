"""Searching cases: by number, by words of the text and summary, by telephone number."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from django.contrib.auth.models import User
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.fields import lookup_hash
from cases.managers import ADMIN_INSTANSI, TIM_PENGADUAN, CaseQuerySet, roles_of
from cases.models import Case, CaseField
from cases.ports import Channel
from cases.services.numbers import find_number

MAX_QUERY = 200
_TELEPHONE = re.compile(r"\+?\(?\d(?:[\s().-]*\d){8,14}")
WORDS = SearchVector("summary", "text", config="indonesian")
"""Must stay the expression of the index `case_words`, or searching reads every row."""


def search_cases(cases: CaseQuerySet, query: str, viewer: User) -> CaseQuerySet:
    """Narrow `cases` (already only those that `viewer` may see) to what the query asks for.

    A registration number finds its case; a telephone number finds its sender's cases for those who may know
    senders; anything else is looked for in the words of text and summary, stemmed, in parts, and in field values.
    """
    query = " ".join(query.replace("\x00", "").split())[:MAX_QUERY]
    if not query:
        return cases
    if number := find_number(query):
        return cases.filter(number=number)
    if senders := _sender_hashes(query, viewer):
        return cases.filter(_may_know_sender(viewer), conversation__citizen__address_hash__in=senders)
    # Only the outer query decides what is seen; each part below is answered by an index of its own, which one
    # condition joined by OR would not be.
    found = cases.filter(pk__in=_matching(query))
    if len(query) < 3 or found.exists():
        return found
    return cases.filter(summary__trigram_word_similar=query)  # nothing is written so: perhaps a typing error


def _matching(query: str) -> QuerySet[Case, Any]:
    everything = Case.objects.order_by()
    words = everything.alias(words=WORDS).filter(words=SearchQuery(query, config="indonesian", search_type="websearch"))
    parts = [words, everything.filter(number__startswith=query.upper())]
    if len(query) >= 3:
        parts += [
            everything.filter(text__icontains=query),
            everything.filter(pk__in=CaseField.objects.order_by().filter(value__icontains=query).values("case")),
        ]
    first, *others = (part.values("pk") for part in parts)
    return first.union(*others)


def _sender_hashes(query: str, viewer: User) -> list[str]:
    if not roles_of(viewer) & {ADMIN_INSTANSI, TIM_PENGADUAN}:
        return []
    if not _TELEPHONE.fullmatch(query):
        return []
    try:
        number = phonenumbers.parse(query, "ID")
    except phonenumbers.NumberParseException:
        return []
    if not phonenumbers.is_possible_number(number):
        return []
    address = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return [lookup_hash(channel.value, address) for channel in (Channel.WHATSAPP, Channel.SMS)]


def _may_know_sender(viewer: User) -> Q:
    """As `cases.services.identity`: the strictest wish in a conversation counts for all its cases."""
    same = Case.objects.order_by().filter(conversation=OuterRef("conversation"))
    hidden = same.filter(confidentiality=Case.Confidentiality.ANONIM)
    if TIM_PENGADUAN not in roles_of(viewer):
        confidential = same.filter(confidentiality=Case.Confidentiality.RAHASIA)
        return ~Exists(hidden) & ~Exists(confidential.exclude(assignee=viewer))
    return Q(~Exists(hidden))
