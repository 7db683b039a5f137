"""The registry, and its run: every metric in every scope that its source can tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from reporter.metrics import arriving, joining, playing, staying, watching
from reporter.metrics.metric import PERSONS, Measure, Metric, Number, Ratio, SourceName
from reporter.metrics.sources import SOURCES, Source
from reporter.metrics.world import SCOPES, World
from reporter.report import Definition, Figure, Scope
from reporter.rules import DEFAULT_ENGAGEMENT

#: every metric, in the order in which a reader meets them; a ratio stands after what it divides
REGISTRY: tuple[Metric, ...] = (
    *watching.METRICS,
    *staying.METRICS,
    *arriving.METRICS,
    *joining.METRICS,
    *playing.METRICS,
)

#: (metric, scope, key) -> the figure of the period before
Previous = Mapping[tuple[str, str, str], Number | None]
#: (source, world, scope) -> the rows that values are reckoned from; None where the scope cannot be told
RowsOf = Callable[[Source, World, Scope], "pl.DataFrame | None"]
#: columns of a few words each
_WORDS = {"mode", "vendor"}
Values = dict[str, dict[str, Number | None]]


def definitions(engagement: Mapping[str, float] = DEFAULT_ENGAGEMENT) -> tuple[Definition, ...]:
    """Return what each metric means, for glossary, page and docs, in the order of the registry.

    `engagement` are the config's weights: they stand in the formula that they make.
    """
    found = (metric.definition for metric in REGISTRY)
    return tuple(joining.weighted(one, engagement) if one.code == "engagement" else one for one in found)


def figures(counted: World, previous: Previous) -> tuple[Figure, ...]:
    """Return every figure: metrics in the order of the registry, each by total, event, day and vendor.

    Events and vendors come in the order of the rooms, days are all those of the period. A scope that a
    metric's rows cannot tell is left out; None says that no vendor asked can give the figure, or that of one which
    can not all came (`World.missing`) and nothing is known.
    """
    values = {scope: values_of(counted, scope) for scope in SCOPES}
    return tuple(
        Figure(metric.code, scope, key, value, previous.get((metric.code, scope, key)))
        for metric in REGISTRY
        for scope in SCOPES
        for key, value in values[scope].get(metric.code, {}).items()
    )


def every_row(source: Source, counted: World, scope: Scope) -> pl.DataFrame | None:
    """Return all rows of a source."""
    return source.rows(counted, scope)


def values_of(counted: World, scope: Scope, rows_of: RowsOf = every_row) -> Values:
    """Return the values of one scope by metric and key; a metric that the scope cannot tell is missing.

    `rows_of` gives the rows of a source that the values are of: `every_row`, or those of one person.
    """
    values: Values = {}
    for name in SOURCES:
        measures = {
            metric.definition: metric.how
            for metric in REGISTRY
            if isinstance(metric.how, Measure) and metric.how.source == name
        }
        values.update(_measured(counted, scope, name, measures, rows_of))
    for metric in REGISTRY:
        if isinstance(metric.how, Ratio) and metric.how.top in values and metric.how.bottom in values:
            top, bottom = values[metric.how.top], values[metric.how.bottom]
            values[metric.code] = {key: _divided(top[key], bottom[key]) for key in top}
    return values


def _measured(
    counted: World, scope: Scope, name: SourceName, measures: Mapping[Definition, Measure], rows_of: RowsOf
) -> Values:
    source = SOURCES[name]
    rows = rows_of(source, counted, scope)
    if rows is None:
        return {}
    values = [measure.value.alias(one.code) for one, measure in measures.items()]
    asked_of = _WORDS.intersection(name for value in values for name in value.meta.root_names())
    # measures ask one after the other for modes and vendors: numbers answer faster than texts
    found = rows.with_columns(pl.col(sorted(asked_of)).cast(pl.Categorical)).group_by(scope).agg(values)
    by_key = {row[scope]: row for row in found.iter_rows(named=True)}
    asked = counted.asked(scope, lists=source.lists, dating=source.dating)
    lost = counted.lost(scope, name, dating=source.dating)
    is_known = counted.knows_past or not source.past

    def value(one: Definition, measure: Measure, key: str) -> Number | None:
        if not (is_known and _can(one, asked.get(key))):
            return None
        told: Number | None = by_key.get(key, {}).get(one.code, measure.zero)
        is_part = not lost.get(key, frozenset()).isdisjoint(one.vendors or PERSONS)
        return None if is_part and not told else told

    keys = counted.keys(scope)
    return {one.code: {key: value(one, measure, key) for key in keys} for one, measure in measures.items()}


def _can(one: Definition, asked: frozenset[str] | None) -> bool:
    """Say whether anybody who was asked can give the metric; what no vendor gives comes from the config."""
    return not one.vendors or bool(asked and asked.intersection(one.vendors))


def _divided(top: Number | None, bottom: Number | None) -> float | None:
    return None if top is None or not bottom else float(top) / float(bottom)
