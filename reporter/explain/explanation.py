"""One figure explained: the value made again, every reply's every row counted or left out, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from reporter import metrics, pipeline
from reporter.explain.feeds import Case, Ground, fates, feeds
from reporter.explain.origins import origins
from reporter.explain.placing import place
from reporter.explain.question import Question, event_of, measures, metric_of, person_of
from reporter.explain.replies import Source, relevant, sources
from reporter.explain.whys import rank, text
from reporter.metrics.figures import every_row, values_of
from reporter.metrics.metric import Number
from reporter.metrics.sources import Source as MetricSource
from reporter.metrics.world import World, world
from reporter.model import Issue, Pulled, Text
from reporter.rebuild import Replayed
from reporter.report import Definition, Scope
from reporter.tables import PLACE

#: reasons that say more of each row than their code
_DETAILED = ["unread", "excluded", "other-mode"]


@dataclass(frozen=True, slots=True)
class Excluded:
    """Rows that are left out for one reason."""

    code: str
    why: Text
    rows: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A call that feeds the figure and did not bring all its rows, and what is told of it."""

    vendor: str
    account: str
    endpoint: str
    room: str | None
    verdict: str
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure walked down. `rows` of `replies` are counted, `excluded` holds the others: together they are all.

    `event` and `person` (a person_id) are None where all are asked about; `value` is None where no vendor that was
    asked can give it. `placed` has each row of the replies: reply_id, row_no, person_id, why (null: counted), zh, en.
    """

    definition: Definition
    event: str | None
    person: str | None
    value: Number | None
    rows: int
    excluded: tuple[Excluded, ...]
    replies: tuple[Source, ...]
    gaps: tuple[Gap, ...]
    placed: pl.DataFrame


def ground(again: Replayed) -> Ground:
    """Return what any figure of a run is explained from; `again` was read from the store."""
    joined, _ = pipeline.join(again.job, again.pulls, again.as_of)
    derived = pipeline.for_figures(again.job, joined, again.past, again.pulls)
    return Ground(again, joined, world(joined.tables, derived, again.job.period), origins(again, joined))


def explain(ground: Ground, code: str, *, event: str | None = None, person: str | None = None) -> Explanation:
    """Explain one figure of a run.

    `event` is an event's name or a room's id, `person` whatever names one (`question.person_of`). Raises
    `UsageError` for a metric, an event or a person that there is not.
    """
    metric, tables = metric_of(code), ground.joined.tables
    question = Question(
        metric,
        None if event is None else event_of(event, tables["rooms"]),
        None if person is None else person_of(person, metric, tables, ground.again.job.privacy),
    )
    return _explained(Case(question, ground))


def _explained(case: Case) -> Explanation:
    question, config = case.question, case.ground.again.job.config
    definition = next(one for one in metrics.definitions(config.engagement) if one.code == question.metric.code)
    parts = measures(question.metric)
    needed = [feed for code, one in parts.items() for feed in feeds(one, code, tuple(config.engagement))]
    pulls = relevant(case.ground.again, case.ground.origins, definition, needed, _places(case))
    found = [source for one in pulls for source in _sources(case.ground, one)]
    # of a ratio what is divided by says more of a row that goes into neither
    told = pl.concat([fates(case, code, one) for code, one in reversed(parts.items())])
    if question.person is not None:
        theirs = set(told.filter(pl.col("person_id") == question.person)["reply_id"])
        found = [one for one in found if one.reply_id in theirs]
    placed = place(found, told, case.ground.origins, needed)
    into = dict(placed.filter(pl.col("why").is_null()).group_by("reply_id").len().iter_rows())
    return Explanation(
        definition,
        question.event,
        question.person,
        _value(case),
        sum(into.values()),
        _excluded(placed),
        tuple(replace(one, counted=into.get(one.reply_id, 0)) for one in found),
        tuple(_gap(one) for one in pulls if not one.is_whole),
        placed,
    )


def _gap(one: Pulled) -> Gap:
    pull = one.pull
    return Gap(pull.vendor, pull.account, pull.endpoint, pull.room, one.verdict, one.issues)


def _sources(ground: Ground, one: Pulled) -> tuple[Source, ...]:
    if not one.replies:
        return ()
    name = one.replies[0].reply_id
    if name not in ground.read:
        ground.read[name] = tuple(sources(one))
    return ground.read[name]


def _places(case: Case) -> set[tuple[str, ...]]:
    """Return the rooms that the question is about."""
    rooms = case.ground.joined.tables["rooms"]
    asked = rooms if case.question.event is None else rooms.filter(pl.col("event") == case.question.event)
    return set(asked.select(PLACE).iter_rows())


def _excluded(placed: pl.DataFrame) -> tuple[Excluded, ...]:
    """Return the reasons in the order in which rows meet them, each with its rows."""
    left_out = placed.drop_nulls("why").with_columns(
        pl.when(pl.col("why").is_in(_DETAILED)).then(pl.col(name)).alias(name) for name in ("zh", "en")
    )
    counted = left_out.group_by("why", "zh", "en", maintain_order=True).len()
    found = [Excluded(code, text(code, Text(zh or "", en or "")), rows) for code, zh, en, rows in counted.iter_rows()]
    return tuple(sorted(found, key=lambda one: (rank(one.code), one.why.en)))


def _value(case: Case) -> Number | None:
    """Return the figure, of everybody or of one person alone."""
    question = case.question
    known, asked = case.ground.values, (question.scope, question.person)
    if asked not in known:
        rows_of = every_row if question.person is None else partial(_of_person, question.person)
        known[asked] = values_of(case.ground.world, question.scope, rows_of)
    return known[asked].get(question.metric.code, {}).get(question.key)


def _of_person(person: str, source: MetricSource, counted: World, scope: Scope) -> pl.DataFrame | None:
    """Return the rows of a source that are one person's; where they are nobody's, those that he alone would make."""
    rows = source.rows(counted, scope)
    if rows is None or "person_id" in rows.columns:
        return None if rows is None else rows.filter(pl.col("person_id") == person)
    his = counted.visits.filter(pl.col("person_id") == person)
    if "viewing" in rows.columns:
        return rows.filter(pl.col("viewing").is_in(his["viewing"].unique().implode()))
    return source.rows(replace(counted, visits=his, made={}), scope)
