"""What has to be known of a figure beside its rows: why there is none, what it stands on, that it was another once."""

from __future__ import annotations

from collections.abc import Mapping

from reporter.explain.explanation import Explanation
from reporter.explain.feeds import Ground
from reporter.metrics.metric import Number
from reporter.model import Count, Text

_UNASKED = Text(
    "不可得：所拉取的平台都不能给出此数，不是 0", "not available: no platform that was asked can give it; it is not 0"
)
_LOST = Text(
    "不可得：应给出此数的拉取不完整，不是 0", "not available: what would tell it did not all come; it is not 0"
)
_UNSAID = Text("不可得：没有一行给出此数，不是 0", "not available: no row says anything of it; it is not 0")
_PAST = Text(
    "不可得：此前没有已存的一期，或中间缺一期", "not available: no period before is stored, or one is missing between"
)
#: figures that are the config's own
_OF_ROSTERS = ("roster_people", "roster_came", "attendance_rate")


def remarks(ground: Ground, one: Explanation, totals: Mapping[str, Number | None]) -> tuple[Text, ...]:
    """Return the remarks on an explained figure; `totals` are those that the run itself reckoned."""
    found = [*_of_no_value(ground, one), *_of_rosters(ground, one), *_of_gaps(one)]
    code = one.definition.code
    if one.event is None and one.person is None and code in totals and totals[code] != one.value:
        then, now = totals[code], one.value
        found.append(
            Text(
                f"该期当时算得 {then}，由已存回复重算为 {now}：见 reporter rebuild",
                f"the run itself reckoned {then}, its stored replies give {now}: `reporter rebuild` says what differs",
            )
        )
    return tuple(found)


def _of_no_value(ground: Ground, one: Explanation) -> list[Text]:
    if one.value is not None:
        return []
    if one.definition.code in {"new_people", "returning_people", "returning_share"} and not ground.world.knows_past:
        return [_PAST]
    if one.gaps:
        return [_LOST]
    return [_UNSAID if one.replies else _UNASKED]


def _of_rosters(ground: Ground, one: Explanation) -> list[Text]:
    if one.definition.code not in _OF_ROSTERS:
        return []
    entries, lists = ground.world.roster.height, len(ground.again.job.config.rosters)
    return [
        Text(
            f"名单人数来自配置的 {lists} 份名单（去重后 {entries} 人），不来自平台的回复",
            f"who is expected comes from the config: {Count(str(lists)):roster|rosters}, "
            f"{Count(str(entries)):person|persons}, each once; from no reply",
        )
    ]


def _of_gaps(one: Explanation) -> list[Text]:
    if not one.gaps:
        return []
    calls = ", ".join(dict.fromkeys(f"{gap.vendor}:{gap.account} {gap.endpoint}" for gap in one.gaps))
    n = Count(str(len(one.gaps)))
    return [
        Text(
            f"{n} 次拉取不完整或已清理，缺的行不在此数中：{calls}",
            f"{n:pull is|pulls are| short, failed or pruned}, and the rows that lack are not in the figure: {calls}",
        )
    ]
