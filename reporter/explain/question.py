"""What is asked: one figure, of all events or one, of all persons or one; and which that is, by the words of a user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from reporter.errors import UsageError
from reporter.metrics import REGISTRY, Measure, Metric
from reporter.phones import to_e164
from reporter.report import Scope
from reporter.rules import Privacy
from reporter.tables import PLACE, Tables

#: sources whose rows are of no person
_OF_NOBODY = ("plays", "popularity")
#: persons that a message names
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Question:
    """One figure: the metric, the event (None: all) and the person (None: everybody, else a person_id)."""

    metric: Metric
    event: str | None = None
    person: str | None = None

    @property
    def scope(self) -> Scope:
        """The scope of the figure."""
        return "total" if self.event is None else "event"

    @property
    def key(self) -> str:
        """The key of the figure in its scope."""
        return self.event or ""


def metric_of(code: str) -> Metric:
    """Return the metric of a code; raises `UsageError` with the nearest one."""
    by_code = {one.code: one for one in REGISTRY}
    if code in by_code:
        return by_code[code]
    near = get_close_matches(code.casefold(), by_code, n=1)
    hint = f"did you mean `{near[0]}`?" if near else "`reporter metrics` lists them"
    raise UsageError(f"--metric {code}: there is no figure of this name; {hint}")


def measures(metric: Metric) -> dict[str, Measure]:
    """Return what a metric is reckoned from, by code: itself, or the two that a ratio divides."""
    if isinstance(metric.how, Measure):
        return {metric.code: metric.how}
    return measures(metric_of(metric.how.top)) | measures(metric_of(metric.how.bottom))


def event_of(word: str, rooms: pl.DataFrame) -> str:
    """Return the event that a word names: its name, or the id of one of its rooms; raises `UsageError`."""
    events = rooms["event"].drop_nulls().unique(maintain_order=True).to_list()
    by_room = dict(rooms.select("room_id", "event").drop_nulls().iter_rows())
    folded = {event.casefold(): event for event in events}
    found = word if word in events else folded.get(word.strip().casefold()) or by_room.get(word)
    if found is not None:
        return str(found)
    near = get_close_matches(word, events, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(events) or 'none'}"
    raise UsageError(f"--event {word}: the run has no event of this name; {hint}")


def person_of(word: str, metric: Metric, tables: Tables, privacy: Privacy) -> str:
    """Return the person_id that a word names; raises `UsageError` where it names nobody, or several persons.

    A word is a person_id, the number that the workbook shows for it, a viewer (`vendor:account/viewer_id`), a phone,
    an address, an external id or a name.
    """
    if all(one.source in _OF_NOBODY for one in measures(metric).values()):
        raise UsageError(f"--person: {metric.code} knows no persons; leave --person out")
    viewers, people = tables["viewers"], tables["people"]
    known = _first_known([_by_id(word, tables), _by_number(word, people, privacy), _by_viewer(word, viewers, people)])
    if len(known) == 1:
        return known[0]
    if not known:
        raise UsageError(
            f"--person {word}: nobody of this run has this id, number, phone, address or name; "
            "give a person_id of the people table, or vendor:account/viewer_id"
        )
    more = "" if len(known) <= _TOLD else f" and {len(known) - _TOLD} more"
    raise UsageError(f"--person {word} fits {len(known)} persons: {', '.join(known[:_TOLD])}{more}; give one of these")


def _first_known(found: Sequence[list[str]]) -> list[str]:
    return next((one for one in found if one), [])


def _by_id(word: str, tables: Tables) -> list[str]:
    known = any(tables[name]["person_id"].eq(word).any() for name in ("people", "viewers", "visits", "viewer_totals"))
    return [word] if known else []


def _by_number(word: str, people: pl.DataFrame, privacy: Privacy) -> list[str]:
    """Return the person whose number the workbook shows, where it shows numbers in place of ids."""
    shows_ids = {privacy.phone, privacy.email, privacy.name} == {"keep"}
    if shows_ids or not (word.isascii() and word.isdecimal()) or not 0 < int(word) <= people.height:
        return []
    return [str(people["person_id"][int(word) - 1])]


def _by_viewer(word: str, viewers: pl.DataFrame, people: pl.DataFrame) -> list[str]:
    phone = to_e164(pl.Series([word]))[0]
    told = [pl.col(name).eq(word) for name in ("viewer_id", "phone", "external_id", "name")]
    told += [pl.col("email").str.to_lowercase().eq(word.strip().lower()), *_at_place(word)]
    of_viewers = viewers.filter(pl.any_horizontal(told).fill_null(value=False))["person_id"]
    named = [pl.col("name").eq(word), pl.col("email").eq(word.strip().lower())]
    named += [pl.col("phone").eq(phone)] if phone is not None else []
    of_people = people.filter(pl.any_horizontal(named).fill_null(value=False))["person_id"]
    return pl.concat([of_people, of_viewers]).drop_nulls().unique(maintain_order=True).to_list()


def _at_place(word: str) -> list[pl.Expr]:
    place = pl.concat_str([PLACE[0], PLACE[1], "viewer_id"], separator="/")
    return [place.eq(word), place.eq(word.replace(":", "/", 1))]
