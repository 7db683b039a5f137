"""What the pulls of two runs of one period say of why they differ: other replies, and figures that were not final."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reporter import labels
from reporter.diff.wording import both, said
from reporter.model import Language, Period, Text
from reporter.vendors import VENDORS

#: pulls that are told one by one
_MOST = 8

_Record = Mapping[str, Any]
_Pull = Mapping[str, Any]
_Key = tuple[object, ...]


def replies(a: _Record, b: _Record) -> Iterator[Text]:
    """Yield what the later run asked the vendors anew, and which pulls gave something else."""
    before, after = _pulls(a), _pulls(b)
    later, name, pulls = (b, "B", after) if _moment(b) >= _moment(a) else (a, "A", before)
    if asked := sum(pull["requests"] > 0 for pull in pulls.values()):
        yield said("asked", side=name, n=asked, of=len(pulls), at=wall(later))
    elif is_fed_alike(a, b):
        yield said("same_replies", side=name)
    moved = [key for key in after if key in before and _outcome(before[key]) != _outcome(after[key])]
    yield from (_moved(before[key], after[key]) for key in moved[:_MOST])
    if len(moved) > _MOST:
        yield said("more_pulls", n=len(moved) - _MOST)
    for side, own, other in (("A", before, after), ("B", after, before)):
        alone = Counter(_call(pull) for key, pull in own.items() if key not in other)
        if alone:
            calls = ", ".join(f"{call} ×{count}" for call, count in alone.most_common(_MOST))
            yield said("pulls_alone", side=side, n=alone.total(), calls=calls)


def is_fed_alike(a: _Record, b: _Record) -> bool:
    """Tell whether the later run made the pulls of the other, and found all of them stored."""
    before, after = _pulls(a), _pulls(b)
    later = after if _moment(b) >= _moment(a) else before
    return before.keys() == after.keys() and not any(pull["requests"] for pull in later.values())


def late(a: _Record, b: _Record) -> Iterator[Text]:
    """Yield which vendors' figures were not final yet at the earlier run, of the calls that the later one made anew."""
    earlier, later, name = (a, b, "A") if _moment(a) <= _moment(b) else (b, a, "B")
    again = {key for key, pull in _pulls(later).items() if pull["requests"]}
    final: dict[str, datetime] = {}
    for key, pull in _pulls(earlier).items():
        at = _final_at(earlier, pull)
        if key in again and at is not None and _moment(earlier) < at:
            final[pull["vendor"]] = max(at, final.get(pull["vendor"], at))
    for vendor, at in final.items():
        facts = {"side": name, "at": wall(earlier), "final": wall(earlier, at)}

        def told(language: Language, vendor: str = vendor, facts: dict[str, str] = facts) -> dict[str, str]:
            return {"vendor": labels.vendor(vendor, language), **facts}

        yield both("late", told)


def wall(record: _Record, moment: datetime | None = None) -> str:
    """Return a moment, or what a run is as of, as wall clock of its report's zone, to the minute."""
    zone = ZoneInfo(record["period"]["timezone"])
    return f"{(moment or _moment(record)).astimezone(zone):%Y-%m-%d %H:%M}"


def _moved(before: _Pull, after: _Pull) -> Text:
    def told(language: Language) -> dict[str, object]:
        verdicts = [labels.verdict(pull["verdict"], language) for pull in (before, after)]
        ended = "" if verdicts[0] == verdicts[1] else f" ({verdicts[0]} → {verdicts[1]})"
        return {"place": _place(after), "a": before["rows"], "b": after["rows"], "ended": ended}

    return both("pull", told)


def _pulls(record: _Record) -> dict[_Key, _Pull]:
    """Return a run's pulls by what they ask; calls for a token are none of data."""
    return {
        (pull["vendor"], pull["account"], pull["endpoint"], pull["room"], *_params(pull).items()): pull
        for pull in record["pulls"]
        if not _is_for_token(pull)
    }


def _params(pull: _Pull) -> Mapping[str, str]:
    return dict(sorted((pull.get("params") or {}).items()))


def _is_for_token(pull: _Pull) -> bool:
    vendor = VENDORS.get(pull["vendor"])
    endpoint = vendor.endpoints.get(pull["endpoint"]) if vendor is not None else None
    return endpoint is not None and endpoint.grants is not None


def _final_at(record: _Record, pull: _Pull) -> datetime | None:
    """Return the instant from which a pull's replies are final, by the vendor's own rule."""
    vendor, period = VENDORS.get(pull["vendor"]), record["period"]
    if vendor is None or vendor.settled_at is None:
        return None
    start, end = (datetime.fromisoformat(period[one]) for one in ("start", "end"))
    return vendor.settled_at(Period(period["label"], start, end, period["timezone"]), _params(pull).get("PlayDate"))


def _outcome(pull: _Pull) -> tuple[object, ...]:
    return pull["rows"], pull["claimed"], pull["verdict"]


def _call(pull: _Pull) -> str:
    return f"{pull['vendor']}:{pull['account']} {pull['endpoint']}"


def _place(pull: _Pull) -> str:
    day = _params(pull).get("PlayDate")
    return _call(pull) + (f" room {pull['room']}" if pull["room"] else "") + (f" {day}" if day else "")


def _moment(record: _Record) -> datetime:
    return datetime.fromisoformat(record["as_of"])
