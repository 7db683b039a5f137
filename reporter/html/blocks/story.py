"""The week in a few sentences: what was held, how many came, how long they stayed, where they left, what they did."""

from __future__ import annotations

import math

from reporter.html import numbers
from reporter.html.blocks.base import Block, defined, scoped, tell
from reporter.report import Report

#: figures of which one is not 0 where anybody watched, be it somebody whom no vendor names
_PRESENCE = ("people", "live_people", "replay_people", "plays", "watch_seconds", "watch_union_seconds")
_DEEDS = ("comments", "questions", "votes", "paid_amount")


def block(report: Report) -> Block:
    """Return the sentences; each is there only where its figures are."""
    if said := nothing(report):
        return Block("story", "", sentences=(said,))
    made = (_came(report), _stayed(report), _left(report), _did(report), _played(report), _again(report))
    return Block("story", "", sentences=tuple(sentence for sentence in made if sentence))


def nothing(report: Report) -> str:
    """Return the sentence of a period in which nobody watched, "" of any other; what is not known is not nobody."""
    values = [figure.value for code in _PRESENCE if (figure := report.figure(code)) is not None]
    if any(values):
        return ""
    if report.status == "partial":
        return tell(report, "nothing_yet")
    return tell(report, "nothing") if any(value is not None for value in values) or not values else ""


def _came(report: Report) -> str:
    people = report.figure("people")
    if people is None or not people.value:
        return ""
    change = people.change("people")
    against = (
        "" if change is None else tell(report, "compared", change=numbers.change(change, "people", report.language))
    )
    events = scoped(report, "event")
    largest = max(
        ((event, float(figures["people"].value or 0)) for event, figures in events.items() if "people" in figures),
        key=lambda one: one[1],
        default=("", 0.0),
    )
    most = tell(report, "most", event=largest[0], n=f"{largest[1]:,.0f}") if len(events) > 1 and largest[1] else ""
    return tell(report, "came", events=len(events), n=_value(report, "people"), against=against, most=most)


def _stayed(report: Report) -> str:
    if not _value(report, "average_watch_seconds"):
        return ""
    peak = _value(report, "peak_concurrency")
    online = tell(report, "peak_was", n=peak) if peak else ""
    return tell(report, "stayed", average=_value(report, "average_watch_seconds"), peak=online)


def _left(report: Report) -> str:
    """Say when half of the largest live audience had gone, of those of which it is known."""
    halves = {
        event: (float(live.value or 0), float(half.value))
        for event, figures in scoped(report, "event").items()
        if (half := figures.get("half_left_seconds"))
        and half.value is not None
        and (live := figures.get("live_people"))
    }
    if not halves:
        return ""
    event = max(halves, key=lambda one: halves[one][0])
    # within a minute begun they had gone: 69:53 is minute 70
    return tell(report, "half_gone", event=event, minutes=math.ceil(halves[event][1] / 60))


def _did(report: Report) -> str:
    deeds = [
        f"{one.label.in_(report.language)} {_value(report, one.code)}"
        for one in defined(report, _DEEDS)
        if _value(report, one.code)
    ]
    return tell(report, "did", deeds=tell(report, "comma").join(deeds)) if deeds else ""


def _played(report: Report) -> str:
    plays = _value(report, "plays")
    return tell(report, "played", n=plays) if plays else ""


def _again(report: Report) -> str:
    new, returning = _value(report, "new_people"), _value(report, "returning_people")
    overlap = _value(report, "overlap_people")
    said = tell(report, "again", new=new, returning=returning) if new and returning else ""
    return said + (tell(report, "overlapping", n=overlap) if overlap else "")


def _value(report: Report, code: str) -> str:
    """Return a figure of the whole period as its reader expects it, "" where nobody can give it."""
    (one,) = defined(report, (code,)) or (None,)
    figure = report.figure(code)
    if one is None or figure is None or figure.value is None:
        return ""
    return numbers.shown(figure.value, one.unit, report.language)
