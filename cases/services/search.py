"""Searching cases: by number, by words of the text and summary, by telephone number."""

from __future__ import annotations

import phonenumbers
from django.contrib.auth.models import User
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q

from cases.fields import lookup_hash
from cases.managers import ADMIN_INSTANSI, TIM_PENGADUAN, CaseQuerySet, roles_of
from cases.models import Case
from cases.ports import Channel
from cases.services.numbers import find_number

MAX_QUERY = 200
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
        return cases.filter(
            ~Q(confidentiality=Case.Confidentiality.ANONIM)
            & _may_know_sender(viewer)
            & Q(conversation__citizen__address_hash__in=senders)
        )
    matching = Q(words=SearchQuery(query, config="indonesian", search_type="websearch"))
    matching |= Q(number__startswith=query.upper())
    if len(query) >= 3:
        matching |= Q(text__icontains=query) | Q(summary__trigram_word_similar=query)
        # A plain sub-select: a join would list a case once per matching field.
        matching |= Q(pk__in=Case.objects.filter(fields__value__icontains=query).values("pk"))
    # The alias is not selected: computing it for every row of the page would cost more than the search.
    return cases.alias(words=WORDS).filter(matching)


def _sender_hashes(query: str, viewer: User) -> list[str]:
    if not roles_of(viewer) & {ADMIN_INSTANSI, TIM_PENGADUAN}:
        return []
    if sum(character.isdigit() for character in query) < 9:
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
    if TIM_PENGADUAN in roles_of(viewer):
        return Q()
    return ~Q(confidentiality=Case.Confidentiality.RAHASIA) | Q(assignee=viewer)
