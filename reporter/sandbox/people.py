"""The made-up people, and how each vendor knows them.

A `Person` is who is really behind; a `Viewer` is one vendor's record of that person. Phones are
1900… numbers, addresses are at example.com, ids follow from the seed. The first people are the `cast`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal

from reporter.sandbox.calls import digest
from reporter.sandbox.cast import ALL, CAST, CAST_SIZE, QS, TALK, TWO_SPELLINGS, VOLC, Key, Part, Role, phone_of

#: people at scale 1
POPULATION = 320
#: a prime above any population, so that multiplying by it gives no id twice
_PRIME = 10_000_019

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("小思若子文佳俊雅志雪海建欣浩梦立", "明雨远溪涵博怡杰琴强梅涛国然宇瑶")
_FOREIGN = ("Anna Keller", "Tom O'Neil", "María López", "Kenji Sato", "Zoë Smith", "Jürgen Weiß")
_COMPANIES = ("示例科技", "青禾教育", "云帆咨询", "北辰制造", "Example Ltd", "南山零售")


@dataclass(frozen=True, slots=True)
class Viewer:
    """One vendor's record of a person, as the vendor spells it.

    `shows` are the keys by which this record can be joined; their true values are the person's.
    `number` is the person's. Quanshi: `app` is the record used in the app, not on the web.
    """

    vendor: str
    viewer_id: str
    number: int
    name: str
    phone: str = ""
    email: str = ""
    external_id: str = ""
    company: str = ""
    role: Role = "attendee"
    app: bool = False
    shows: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Who is really behind one or more viewers. `phone` is E.164; "" where there is none."""

    number: int
    name: str
    company: str
    phone: str
    email: str
    external_id: str
    viewers: tuple[Viewer, ...] = ()

    def at(self, vendor: str) -> tuple[Viewer, ...]:
        """Return the records that one vendor has of the person."""
        return tuple(viewer for viewer in self.viewers if viewer.vendor == vendor)

    @property
    def vendors(self) -> tuple[str, ...]:
        """The vendors that know the person, each once."""
        return tuple(dict.fromkeys(viewer.vendor for viewer in self.viewers))


#: which vendors know people who are not of the cast, and how often
_MIXES: tuple[tuple[tuple[str, ...], int], ...] = (
    ((VOLC,), 35),
    ((QS,), 20),
    ((TALK,), 10),
    ((VOLC, QS), 15),
    ((VOLC, TALK), 8),
    ((QS, TALK), 5),
    (ALL, 7),
)


def population(seed: int, scale: float) -> tuple[Person, ...]:
    """Return everybody, the cast first; the same people for the same seed, more of them with scale."""
    size = max(CAST_SIZE + 20, round(POPULATION * scale))
    return tuple(_person(seed, number) for number in range(size))


@dataclass(slots=True)
class _Draw:
    """The luck of one person."""

    seed: int
    number: int
    rng: Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = Random(f"{self.seed}/person/{self.number}")

    def one_in(self, times: int) -> bool:
        return self.rng.randrange(times) == 0

    @property
    def unique(self) -> int:
        return (self.number * 7919 + self.seed * 104_729 + 17) % _PRIME


def _person(seed: int, number: int) -> Person:
    draw = _Draw(seed, number)
    part = CAST.get(number)
    if part is None:
        mixes, weights = zip(*_MIXES, strict=True)
        part = _drawn_part(draw, draw.rng.choices(mixes, weights)[0])
    person = Person(
        number=number,
        name=part.name or _name(draw),
        company=draw.rng.choice(_COMPANIES),
        phone=phone_of(number) if part.phone is None else part.phone,
        email=f"{'abcdefgh'[draw.unique % 8]}{draw.unique:07d}@example.com" if part.email is None else part.email,
        external_id=f"S{draw.unique:08d}" if part.external_id is None else part.external_id,
    )
    makers = {VOLC: _volcengine, QS: _quanshi, TALK: _talkcloud}
    viewers = [viewer for vendor in part.vendors for viewer in makers[vendor](draw, person, part)]
    return replace(person, viewers=tuple(viewers))


def _drawn_part(draw: _Draw, vendors: tuple[str, ...]) -> Part:
    """Return what is true of somebody who is not of the cast: who lacks what, who hides what from whom."""
    talk_by: Key | Literal["name"] = draw.rng.choices(
        ("phone", "external_id", "email", "name"),
        (40, 30, 15, 15),
    )[0]
    pairs = [(vendor, key) for vendor in vendors for key in ("email", "external_id") if not draw.one_in(3)]
    pairs += [(VOLC, "phone")] if draw.one_in(7) else []
    return Part(
        vendors,
        phone="" if draw.one_in(9) else None,
        email="" if draw.one_in(3) else None,
        external_id="" if draw.one_in(3) else None,
        talk_by=talk_by,
        hides=tuple((vendor, _as_key(key)) for vendor, key in pairs),
    )


def _as_key(name: str) -> Key:
    return "phone" if name == "phone" else "email" if name == "email" else "external_id"


def _name(draw: _Draw) -> str:
    if draw.one_in(12):
        return draw.rng.choice(_FOREIGN)
    first = "" if draw.one_in(5) else draw.rng.choice(_GIVEN[0])
    return draw.rng.choice(_SURNAMES) + first + draw.rng.choice(_GIVEN[1])


def _shown(person: Person, part: Part, vendor: str) -> tuple[Key, ...]:
    """Return the keys that a vendor is told: those that the person has and does not hide."""
    values: dict[Key, str] = {"phone": person.phone, "email": person.email, "external_id": person.external_id}
    return tuple(key for key, value in values.items() if value and (vendor, key) not in part.hides)


def _volcengine(draw: _Draw, person: Person, part: Part) -> list[Viewer]:
    shows = _shown(person, part, VOLC)
    bare = person.phone.removeprefix("+86")
    # 16 digits as in the vendor's samples; some of 19, since the type is a 64-bit integer
    base = 1_810_620_000_000_000 if person.number % 9 else 7_300_000_000_000_000_000
    nick = f"手机用户{bare[-4:]}" if "phone" in shows and draw.one_in(7) else person.name
    return [
        Viewer(
            vendor=VOLC,
            viewer_id=str(base + draw.unique * 31),
            number=person.number,
            name=nick if shows else f"网友{1000 + person.number % 9000}",
            phone=(f"+86{bare}" if draw.one_in(5) and bare[0] != "+" else bare) if "phone" in shows else "",
            email=(person.email.upper() if draw.one_in(9) else person.email) if "email" in shows else "",
            external_id=person.external_id if "external_id" in shows else "",
            company=person.company if "email" in shows else "",
            shows=shows,
        )
    ]


def _quanshi(draw: _Draw, person: Person, part: Part) -> list[Viewer]:
    """Return the web record and, for some, a second one in the app: the phone bare instead of +86-."""
    shows = _shown(person, part, QS)
    web = _quanshi_viewer(draw, person, shows, spelt=_web_spelling(person.phone))
    if "phone" not in shows or not (person.number in TWO_SPELLINGS or part.role != "attendee" or draw.one_in(8)):
        return [web]
    bare = person.phone.removeprefix("+86")
    app = _quanshi_viewer(draw, person, shows, spelt=bare, role=part.role, app=True)
    return [web, app] if part.role != "speaker" else [app]


def _quanshi_viewer(
    draw: _Draw, person: Person, shows: tuple[Key, ...], *, spelt: str, role: Role = "attendee", app: bool = False
) -> Viewer:
    phone = spelt if "phone" in shows else ""
    email = person.email if "email" in shows else ""
    external_id = person.external_id if "external_id" in shows else ""
    anonymous = digest(draw.seed, "quanshi", person.number)
    nameless = not app and person.number % 4 in (0, 3)  # 网友NNNN, another number each time
    return Viewer(
        vendor=QS,
        viewer_id=phone or email or external_id or anonymous,
        number=person.number,
        name="" if nameless else person.name,
        phone=phone,
        email=email,
        external_id=external_id,
        company=person.company if app else "",
        role=role,
        app=app,
        shows=shows,
    )


def _web_spelling(phone: str) -> str:
    """Return +86-19000101106 for +8619000101106, +44-7700900123 for a British one."""
    return f"{phone[:3]}-{phone[3:]}" if phone else ""


def _talkcloud(draw: _Draw, person: Person, part: Part) -> list[Viewer]:
    """Return the one record: its userId is whatever the integrator chose, here phone, id, address or name."""
    values = {
        "phone": person.phone.removeprefix("+86"),
        "external_id": person.external_id,
        "email": person.email,
    }
    chosen = values.get(part.talk_by, "")
    user_id = chosen or f"{person.name} {draw.unique}"
    shows = (_as_key(part.talk_by),) if chosen else ()
    name = person.name if not draw.one_in(4) else f"同学{draw.unique % 1000:03d}"
    return [Viewer(TALK, user_id, person.number, name, shows=shows)]
