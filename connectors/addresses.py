"""Phone numbers as the domain keeps them: E.164, whatever way a provider or person wrote them."""

from __future__ import annotations

import re

import phonenumbers

_DIGITS = re.compile(r"^\+?\d{6,15}$")
BSUID = re.compile(r"^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$")
"""WhatsApp's business-scoped user id, sent where a citizen hides the number.
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids/"""


def e164(raw: str, *, international: bool = False) -> str:
    """A phone number in E.164 form.

    Args:
        raw: as the provider gives it: `+62812...`, `0812...`, or WhatsApp's `62812...`.
        international: the digits start with a country code even without a plus sign (WhatsApp's `wa_id`).

    Returns:
        `+` and up to fifteen digits, or "" when it is not a phone number (an alphanumeric sender, a short code).
    """
    compact = re.sub(r"[\s().-]", "", raw)
    if not _DIGITS.match(compact):
        return ""
    if international and not compact.startswith("+"):
        compact = f"+{compact}"
    try:
        number = phonenumbers.parse(compact, "ID")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
