"""What is asked of walks at every call, put together once: that costs several times what the database takes for it.

Values: `of_scope` and `of_key` are the question; `of_run`, `of_walk`, `of_topic`, `of_client` and `of_label` what
they say.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, String, and_, bindparam, delete, exists, func, insert, or_, select, update

from reporter.model import Verdict
from reporter.store.schema import FAILURES, REPLIES, RUN_WALKS, RUNS, WALKS

_SAME = and_(WALKS.c.scope == bindparam("of_scope"), WALKS.c.pull_key == bindparam("of_key"))
_LINKED = and_(RUN_WALKS.c.scope == bindparam("of_scope"), RUN_WALKS.c.pull_key == bindparam("of_key"))
_LINKED_TO_RUN = and_(RUN_WALKS.c.run_id == bindparam("of_run"), _LINKED)
_IS_FINISHED = and_(WALKS.c.verdict.is_not(None), WALKS.c.pruned_at.is_(None))

#: runs of a period: that of the latest moment first, whichever ended last
NEWEST_FIRST = (RUNS.c.as_of.desc(), RUNS.c.started_at.desc())

#: expressions, lest SQLite go through all walks of a run, or all in their order, rather than to the question's few
_LATEST = (WALKS.c.walk_id + 0).desc()
_IS_OF_RUN = WALKS.c.run_id.concat("") == bindparam("of_run")

#: the run's unfinished or short walk of the question
UNFINISHED = (
    select(WALKS.c.walk_id)
    .where(_SAME, _IS_OF_RUN, WALKS.c.pruned_at.is_(None))
    .where(WALKS.c.verdict.is_(None) | (WALKS.c.verdict == "short"))
    .order_by(_LATEST)
    .limit(1)
)

_OTHERS = WALKS.alias()
_NEWEST_GENERATION = (
    select(func.coalesce(func.max(_OTHERS.c.generation), 0))
    .where(_OTHERS.c.scope == WALKS.c.scope, _OTHERS.c.pull_key == WALKS.c.pull_key)
    .scalar_subquery()
)
_PAGE_COUNT = select(func.count()).where(REPLIES.c.walk_id == WALKS.c.walk_id).scalar_subquery()
#: closes a walk; the columns of its outcome come with the values
FINISH = (
    update(WALKS)
    .where(WALKS.c.walk_id == bindparam("of_walk"))
    .values(generation=func.coalesce(WALKS.c.generation, _NEWEST_GENERATION + 1), page_count=_PAGE_COUNT)
)
FINISHED = select(
    WALKS.c.run_id,
    WALKS.c.scope,
    WALKS.c.pull_key,
    WALKS.c.vendor,
    WALKS.c.endpoint,
    WALKS.c.generation,
    WALKS.c.page_count,
).where(WALKS.c.walk_id == bindparam("of_walk"))

_NEW_LINK = select(
    bindparam("of_run", type_=String),
    bindparam("of_scope", type_=String),
    bindparam("of_key", type_=String),
    bindparam("of_walk", type_=Integer),
)
#: links a walk to a run that has none for the question yet
LINK = insert(RUN_WALKS).from_select(
    ["run_id", "scope", "pull_key", "walk_id"], _NEW_LINK.where(~exists().where(_LINKED_TO_RUN))
)
RELINK = update(RUN_WALKS).where(_LINKED_TO_RUN).values(walk_id=bindparam("of_walk"))
#: what the run was told of a question before it had an answer
NO_FAILURE = delete(FAILURES).where(
    FAILURES.c.run_id == bindparam("of_run"),
    FAILURES.c.scope == bindparam("of_scope"),
    FAILURES.c.pull_key == bindparam("of_key"),
)

_STORED = select(
    WALKS.c.walk_id,
    WALKS.c.generation,
    WALKS.c.verdict,
    WALKS.c.row_count,
    WALKS.c.claimed,
    WALKS.c.issues,
    WALKS.c.oldest_at,
    WALKS.c.page_count,
).limit(1)
_USED = _STORED.join(RUN_WALKS, RUN_WALKS.c.walk_id == WALKS.c.walk_id)
OF_RUN = _USED.where(_LINKED_TO_RUN, _IS_FINISHED)
OF_EARLIER_RUN = (
    _USED.join(RUNS, RUNS.c.run_id == RUN_WALKS.c.run_id)
    .where(_LINKED, _IS_FINISHED, RUNS.c.finished_at.is_not(None), RUNS.c.run_id != bindparam("of_run"))
    .where(RUNS.c.client == bindparam("of_client"), RUNS.c.label == bindparam("of_label"))
    .order_by(*NEWEST_FIRST)
)
_NEWEST = _STORED.where(_SAME, WALKS.c.pruned_at.is_(None)).order_by(WALKS.c.generation.desc())

#: the first complete one whose replies all came from `final_at` on
EARLIEST = (
    _STORED.where(_SAME, WALKS.c.pruned_at.is_(None), WALKS.c.verdict == "complete")
    .where(WALKS.c.oldest_at >= bindparam("final_at", type_=WALKS.c.oldest_at.type))
    .order_by(WALKS.c.generation)
)

_PAGES = (
    select(WALKS.c.page_count)
    .where(WALKS.c.verdict.in_(("complete", "drifted")), WALKS.c.page_count > 0)
    .order_by(_LATEST)
    .limit(1)
)
PAGES_OF_SAME = _PAGES.where(_SAME)
PAGES_OF_TOPIC = _PAGES.where(
    WALKS.c.scope == bindparam("of_scope"), WALKS.c.topic == bindparam("of_topic"), WALKS.c.topic != ""
)


@cache
def newest(verdicts: tuple[Verdict, ...]) -> Select[Any]:
    """Return the query for the newest walk of the question that ended in one of `verdicts`."""
    return _NEWEST.where(or_(*(WALKS.c.verdict == verdict for verdict in verdicts)))
