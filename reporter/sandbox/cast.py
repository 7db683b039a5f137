"""The cast: made-up people who are there for the odd cases, the same ones for every seed.

Their phones stay whatever the seed, so that a roster can name them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Key = Literal["phone", "email", "external_id"]
Role = Literal["host", "speaker", "attendee"]

VOLC, QS, TALK = "volcengine", "quanshi", "talkcloud"
ALL = (VOLC, QS, TALK)


@dataclass(frozen=True, slots=True)
class Part:
    """What is fixed about one of the cast; None: drawn like anybody's. `talk_by` is TalkCloud's userId."""

    vendors: tuple[str, ...]
    phone: str | None = None
    email: str | None = None
    external_id: str | None = None
    name: str | None = None
    talk_by: Key | Literal["name"] = "phone"
    role: Role = "attendee"
    hides: tuple[tuple[str, Key], ...] = ()


def phone_of(number: int) -> str:
    """Return the number-th made-up mobile in E.164: +861900010xxxx, then +861900011xxxx and on."""
    block, place = divmod(number, 10_000)
    return f"+861900{10 * 10_000 + block * 10_000 + (place * 7 + 1106) % 10_000:07d}"


RECEPTION = phone_of(4)
_ON_RECEPTION = Part((VOLC,), phone=RECEPTION)

#: the odd cases, by number
CAST: Mapping[int, Part] = {
    0: Part((VOLC, QS), role="host"),  # host by a bare phone, and once more as 网友1009 by +86-
    1: Part((QS,), role="speaker"),
    2: Part((VOLC, QS)),  # staff
    3: Part((VOLC, QS)),  # staff
    **dict.fromkeys(range(6, 11), _ON_RECEPTION),  # seven with the phone of the reception
    4: Part((VOLC, QS), phone=RECEPTION, hides=((QS, "phone"),)),  # known to Quanshi by e-mail
    5: Part((VOLC, QS), phone=RECEPTION, hides=((QS, "phone"),)),
    11: Part((VOLC,), external_id=""),  # colleagues with one phone
    12: Part((VOLC, TALK), phone=phone_of(11), external_id=""),
    13: Part((VOLC, QS), name="李娜"),  # namesakes
    14: Part((VOLC, QS), name="李娜"),
    15: Part((VOLC,), external_id="E2026000017", email=""),  # one external id, two people with other phones
    16: Part((QS,), external_id="E2026000017", email=""),
    17: Part((VOLC,), phone="", email="", external_id="A17"),  # an id too short to join by
    18: Part((QS,), phone="", email="", external_id="A17"),
    19: Part((VOLC,), phone="", email="", external_id=""),  # no key at all
    20: Part((QS,), phone="", email="", external_id=""),
    21: Part((TALK,), talk_by="name"),
    **dict.fromkeys(range(22, 34), Part(ALL)),  # on three vendors
    **dict.fromkeys((26, 27, 28), Part(ALL, talk_by="external_id")),
    **dict.fromkeys((29, 30, 31), Part(ALL, talk_by="email")),
    34: Part((VOLC, QS), phone="+447700900123"),
    35: Part((QS,)),  # both spellings of one phone, on the web and in the app
}
CAST_SIZE = len(CAST)
STAFF = (2, 3)
TRACKED = tuple(range(22, 34))
TWO_SPELLINGS = (0, 35)
