"""Checks of a tree that no single key can make: values that are not there, columns, days outside the period."""

from __future__ import annotations

import re
from datetime import datetime

from reporter import columns
from reporter.config import periods
from reporter.config.complaints import line_of, none_of
from reporter.config.loading import Loading
from reporter.config.models import ConfigShape
from reporter.config.yaml_nodes import Node
from reporter.errors import UsageError
from reporter.model import Period

_COLUMNS = ("outputs", "workbook", "columns")


def check_values(tree: Node, loading: Loading) -> None:
    """Complain about keys and list entries without a value, and about a config that asks for no rooms."""
    for path, node in tree.walk():
        if node.value is not None or loading.complaints.stands_at(node.mark):
            continue
        is_comment = re.match(r"[^:#]*:\s+#", line_of(node.key)[node.key.column - 1 :])
        hint = "; a bare # begins a comment, put it in quotes" if is_comment else ""
        if path and ":" in str(path[-1]):
            hint = "; after the colon of a key comes a blank"
        loading.complaints.add(node.key, path, f"has no value; write one, or delete it{hint}")
    if loading.is_whole and "events" not in tree.fields and "rooms" not in tree.fields:
        example = "events: [{name: 第12课, rooms: [{account: volc, room: 172183460671}]}]"
        loading.complaints.add(tree.key, ("events",), f"is missing, and so is rooms; write `{example}`")


def check_columns(tree: Node, loading: Loading) -> None:
    """Complain about columns that their table in the workbook does not have."""
    tables = tree.find(_COLUMNS)
    for table, chosen in tables.fields.items() if tables else ():
        if table not in columns.OFFERED:
            continue
        for index, column in enumerate(chosen.items):
            if column.text and column.text not in columns.names(table):
                message = none_of(column.text, columns.names(table), f"columns of {table}")
                loading.complaints.add(column.mark, (*_COLUMNS, table, index), message)


def check_days(tree: Node, shape: ConfigShape | None, now: datetime | None, loading: Loading) -> None:
    """Complain about an event's own days outside the report's period, where that is known already."""
    report = _report(tree, shape, now)
    events = tree.fields.get("events")
    for index, event in enumerate(events.items if events and report else ()):
        own = event.fields.get("period")
        if own is None or not own.text or not periods.is_explicit(own.text) or report is None:
            continue
        try:
            periods.inside(own.text, report)
        except UsageError as fault:
            loading.complaints.add(own.mark, ("events", index, "period"), str(fault))


def _report(tree: Node, shape: ConfigShape | None, now: datetime | None) -> Period | None:
    """Return the report's period; one that is named needs the clock, one that is not over is not refused here."""
    period = tree.fields.get("period")
    text = period.text if period else None
    try:
        if text and periods.is_explicit(text):
            return periods.calendar(text, "UTC")
        return periods.resolve(text, shape.timezone, now) if text and shape and now else None
    except UsageError:
        return None
