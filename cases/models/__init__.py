"""The domain's tables."""

from cases.models.answers import Answer, ModelVersion
from cases.models.case import Case, CaseField, Deadline, Label, Prediction
from cases.models.conversation import Attachment, Citizen, Conversation, Message
from cases.models.event import Event
from cases.models.officer import OfficerProfile
from cases.models.transport import Delivery, EarlyStatus, RawEvent

__all__ = [
    "Answer",
    "Attachment",
    "Case",
    "CaseField",
    "Citizen",
    "Conversation",
    "Deadline",
    "Delivery",
    "EarlyStatus",
    "Event",
    "Label",
    "Message",
    "ModelVersion",
    "OfficerProfile",
    "Prediction",
    "RawEvent",
]
