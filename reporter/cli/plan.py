"""`reporter plan`: calls and minutes, before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli import columns, options, screen

if TYPE_CHECKING:
    from reporter.fetch.probe import Probe
    from reporter.pipeline import Job
    from reporter.plan import Look, Plan, PlannedCall, Pole
    from reporter.store import Store
    from reporter.vendors.base import Access

_FILE = "sqlite:///"
_INCOMPLETE = 3


@dataclass(frozen=True, slots=True)
class _Depth:
    """What an account's calls come to at a `detail`; `likely` of both is at least as much.

    `depends_on` says what decides how many they are, where that is not exact.
    """

    account: str
    detail: str
    calls: int
    exact: bool
    minutes: float
    likely: int
    likely_minutes: float
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Made:
    """The plan of one config, what other depths would cost, and what the finding calls came to."""

    job: Job
    plan: Plan
    depths: tuple[_Depth, ...]
    probe: Probe


@click.command("plan")
@options.configs
@options.reckoning
@options.store
@click.option(
    "--resolve",
    is_flag=True,
    help="Make just the calls that find rooms and count viewers, for a plan that knows more.",
)
@options.as_json
@options.logged
def command(
    configs: tuple[Path, ...], period: str | None, now: str | None, store_url: str, resolve: bool, json_: bool
) -> int:
    """Show the calls and minutes that a run would take, without sending anything.

    Calls that are stored and settled are not made again, and what follows from them is counted exactly. What
    only a call can tell (rooms of a `match:`, viewers for tracks, pages past the first) is counted as "at
    least", with what it depends on; where an earlier walk like it is stored, or the vendor has counted, the table
    says what is likely. --resolve makes just the finding calls, at the limits, and stores nothing: each search, and
    one page of each list of viewers for its count, of which those beyond that page stay "at least" (they may have
    no id, or be stored); it ends 3 when one of the calls fails.

    Of several configs each is planned to run after those before it: what they ask, and is final then, is not counted
    again. Calls of one account and name wait for each other, all others go side by side: the longest decides how long
    a run takes. Also shown are days that a vendor no longer tells, days that are lost before the next weekly
    run, and what another `detail` would cost.
    """
    from reporter.cli import work  # noqa: PLC0415 - after the words of the command are read
    from reporter.plan import poles  # noqa: PLC0415 - likewise

    jobs = work.jobs(configs, period=period, now=now)
    with _store(store_url) as store:
        made: list[_Made] = []
        for job in jobs:
            made.append(_plan(job, options.clock(now), store, made, resolve=resolve))
    longest = poles([(one.plan, one.job.access) for one in made])
    if json_:
        documents = [_document(one) for one in made]
        click.echo(json.dumps(documents[0] if len(documents) == 1 else documents, ensure_ascii=False, indent=1))
    else:
        for one in made:
            _show(one)
        _show_longest(longest, len(made), is_resolved=resolve)
    return _INCOMPLETE if any(one.probe.issues for one in made) else 0


def _store(url: str) -> Store:
    """Open the store that is there; where there is none, one in memory that keeps the pace and is gone afterwards."""
    from reporter.store import Store  # noqa: PLC0415 - after the words of the command are read

    is_there = not url.startswith(_FILE) or Path(url.removeprefix(_FILE)).is_file()
    return Store.open(url if is_there else "sqlite://")


def _plan(job: Job, moment: datetime, store: Store, before: Sequence[_Made], *, resolve: bool) -> _Made:
    """Plan a run that goes after those of `before`: what they ask for good it does not ask again."""
    from reporter.fetch.known import Knowledge  # noqa: PLC0415 - after the words of the command are read
    from reporter.fetch.probe import Probe, probe  # noqa: PLC0415 - likewise
    from reporter.pipeline import unfinished  # noqa: PLC0415 - likewise
    from reporter.plan import first_pulls, plan  # noqa: PLC0415 - likewise

    pulls, begun = first_pulls(job.config, job.access, job.period), unfinished(job, store)
    known = before[-1].probe.found if before else None
    asked = probe(pulls, job.access, store=store, run=begun, found=known) if resolve else Probe()
    shared = frozenset[Hashable]().union(*(one.plan.asked for one in before))
    # replies come when they do, whatever --now says; a plan for later is for then
    now = max(moment, datetime.now(UTC))
    look = Knowledge(job.access, store, asked.found, begun, shared, now).look
    return _Made(job, plan(pulls, job.access, moment, look), _depths(job, moment, look), asked)


def _depths(job: Job, moment: datetime, look: Look) -> tuple[_Depth, ...]:
    from reporter.plan import DETAILS, first_pulls, plan  # noqa: PLC0415 - likewise

    accounts = [name for name, one in job.access.items() if "detail" in type(one.account).model_fields]
    access = {name: job.access[name] for name in accounts}
    if not access:
        return ()
    costs = [
        _depth(
            account,
            detail,
            plan(first_pulls(job.config, access, job.period, detail=detail), access, moment, look),
            access,
        )
        for detail in DETAILS
        for account in accounts
    ]
    return tuple(sorted(costs, key=lambda one: accounts.index(one.account)))


def _depth(account: str, detail: str, made: Plan, access: Mapping[str, Access]) -> _Depth:
    from reporter.plan import poles  # noqa: PLC0415 - after the words of the command are read

    own = poles([(replace(made, calls=tuple(call for call in made.calls if call.account == account)), access)])
    return _Depth(
        account,
        detail,
        sum(pole.calls for pole in own),
        exact=all(pole.exact for pole in own),
        minutes=max((pole.minutes for pole in own), default=0.0),
        likely=sum(pole.likely for pole in own),
        likely_minutes=max((pole.likely / pole.per_second / 60 for pole in own), default=0.0),
        depends_on=tuple(
            dict.fromkeys(call.depends_on for call in made.calls if call.account == account and call.depends_on)
        ),
    )


def _document(one: _Made) -> dict[str, Any]:
    from reporter.plan import poles  # noqa: PLC0415 - after the words of the command are read

    made, config = one.plan, one.job.config
    return {
        "client": config.client,
        "period": one.job.period.label,
        "events": len(config.events),
        "rooms": len(config.rooms(one.job.period)),
        "searches": len(config.searches),
        "calls": [asdict(call) for call in made.calls],
        "minutes": max((pole.minutes for pole in poles([(made, one.job.access)])), default=0.0),
        "out_of_reach": [asdict(day) for day in made.out_of_reach],
        "lost_soon": [asdict(day) for day in made.lost_soon],
        "depths": [asdict(depth) for depth in one.depths],
        "resolved": {
            "requests": one.probe.requests,
            "issues": [{"message": issue.message.en, "where": issue.where} for issue in one.probe.issues],
        },
        "notes": [note.en for note in made.notes],
    }


def _show(one: _Made) -> None:
    config = one.job.config
    rooms, events, searches = len(config.rooms(one.job.period)), len(config.events), len(config.searches)
    more = f", and those that {searches} match: find" if searches else ""
    click.echo(f"{config.client} {one.job.period.label}: {events} events, {rooms} rooms{more}")
    header = ("account", "call", "calls", "minutes", "stored", "")
    columns.table(header, [_row(calls) for calls in _by_call(one.plan).values()], right={2, 3, 4})
    for day in one.plan.out_of_reach:
        click.echo(f"  out of reach: {day.account} {day.endpoint} no longer tells {day.day}")
    for day in one.plan.lost_soon:
        click.echo(f"  last chance: {day.account} {day.endpoint} tells {day.day} no longer by next week's run")
    for line in _depth_lines(one.depths):
        click.echo(f"  {line}")
    for issue in one.probe.issues:
        screen.say(f"  not resolved: {issue.where}: {issue.message.en}")
    for note in one.plan.notes:
        screen.say(f"  note: {note.en}")


def _row(calls: Sequence[PlannedCall]) -> tuple[str, ...]:
    count, is_exact = sum(one.calls for one in calls), all(one.exact for one in calls)
    likely = sum(one.likely or one.calls for one in calls)
    why = next((one.depends_on for one in calls if one.depends_on), None)
    words = [f"likely {likely}" if likely > count else "", f"depends on {why}" if why else ""]
    return (
        calls[0].account,
        calls[0].endpoint,
        _counted(count, is_exact=is_exact),
        f"{sum(one.minutes for one in calls):.1f}",
        str(sum(one.stored for one in calls)),
        "; ".join(word for word in words if word),
    )


def _depth_lines(depths: Sequence[_Depth]) -> list[str]:
    lines = []
    for account in dict.fromkeys(one.account for one in depths):
        costs = [
            f"{one.detail} {_counted(one.calls, is_exact=one.exact)} calls, {one.minutes:.1f} min"
            + (f" (likely {one.likely}, {one.likely_minutes:.1f} min)" if one.likely > one.calls else "")
            + (f" by {', '.join(one.depends_on)}" if one.depends_on else "")
            for one in depths
            if one.account == account
        ]
        lines.append(f"detail of {account}, all rooms alike: {'; '.join(costs)}")
    return lines


def _show_longest(poles: Sequence[Pole], configs: int, *, is_resolved: bool) -> None:
    count, is_exact = sum(pole.calls for pole in poles), all(pole.exact for pole in poles)
    together = f"all {configs} configs: " if configs > 1 else ""
    if not count:
        click.echo(f"{together}no calls to make" + ("" if is_exact else " that are known of"))
        return
    longest = poles[0]
    rate = f"{longest.per_second:g}/s" if longest.per_second >= 1 else f"{longest.per_second * 60:g}/min"
    click.echo(
        f"{together}{_counted(count, is_exact=is_exact)} calls, {'' if is_exact else 'at least '}about "
        f"{_minutes(longest.minutes)} min, because {longest.endpoint} of {longest.account} takes "
        f"{_counted(longest.calls, is_exact=longest.exact)} at {rate}{_likely(poles)}"
    )
    if not is_exact and not is_resolved:
        screen.say("`reporter plan --resolve` makes the finding calls and counts what can be counted")


def _likely(poles: Sequence[Pole]) -> str:
    """Say how long it will take where the floor is not all that is known."""
    longest = max(poles, key=lambda pole: pole.likely / pole.per_second)
    if longest.likely <= longest.calls:
        return ""
    minutes = _minutes(longest.likely / longest.per_second / 60)
    return f"; likely about {minutes} min, for {longest.likely} of {longest.endpoint}"


def _minutes(minutes: float) -> str:
    return f"{minutes:.0f}" if minutes >= 10 else f"{minutes:.1f}"  # noqa: PLR2004 - two digits


def _counted(calls: int, *, is_exact: bool) -> str:
    return str(calls) if is_exact else f"at least {calls}"


def _by_call(made: Plan) -> dict[tuple[str, str], list[PlannedCall]]:
    grouped: dict[tuple[str, str], list[PlannedCall]] = {}
    for call in made.calls:
        grouped.setdefault((call.account, call.endpoint), []).append(call)
    return grouped
