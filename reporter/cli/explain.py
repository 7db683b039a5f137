"""`reporter explain`: one figure walked down to the vendors' replies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from reporter import labels
from reporter.cli import columns, options, screen
from reporter.errors import UsageError
from reporter.model import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.cli.named import Named
    from reporter.explain import Explanation, Ground, Source
    from reporter.store import FinishedRun

#: rows and replies that a terminal shows; --json and -o have all
_SHOWN_ROWS, _SHOWN_REPLIES = 10, 30
_WORDS: Mapping[str, Text] = {
    "run": Text("报告", "run"),
    "of": Text("范围", "of"),
    "value": Text("值", "value"),
    "formula": Text("算法", "formula"),
    "bias": Text("已知偏差", "known bias"),
    "remark": Text("注意", "mind"),
    "all": Text("全部场次", "all events"),
}
_OF_ROWS = {"zh": ("行数", "去向"), "en": ("rows", "what became of them")}
_OF_SOME = {
    "zh": ("回复", "行号", "人员", "方式", "进入时间", "观看秒数"),
    "en": ("reply", "row", "person", "mode", "joined", "seconds"),
}
_OF_REPLIES = {
    "zh": ("回复", "账号", "接口", "房间", "页", "行数", "计入", "拉取时间", "请求 ID", "参数"),
    "en": ("reply", "account", "call", "room", "page", "rows", "counted", "fetched", "request id", "parameters"),
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """A figure explained, and all that is told with it."""

    run: FinishedRun
    ground: Ground
    one: Explanation
    remarks: tuple[str, ...]
    language: Language


@click.command("explain")
@click.argument("word", metavar="RUN")
@click.option("--metric", metavar="M", required=True, help="The figure's code; `reporter metrics` lists them.")
@click.option("--event", metavar="E", help="Of one event alone: its name, or the id of one of its rooms.")
@click.option(
    "--person",
    metavar="P",
    help="Of one person alone: a person_id, the number the workbook shows, vendor:account/viewer_id, a phone, …",
)
@click.option(
    "--language",
    type=click.Choice(get_args(Language)),
    help="Instead of the report's own (with --json: en, as in run.json).",
)
@click.option(
    "-o",
    "output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every row too: .xlsx or .html (with reasons and replies), .csv or .parquet (the rows).",
)
@options.store
@options.as_json
@options.logged
def command(word: str, output: Path | None, store_url: str, json_: bool, **asked: Any) -> int:  # noqa: ANN401 - click hands over what it parsed
    """Say where a figure of a finished run comes from: formula, rows that go in, rows left out and why, replies.

    \b
    RUN is a run's folder (out/acme/2026-W46), its run id, or CLIENT[/PERIOD], the newest finished.

    The run is read again from the store: nothing is sent, and nothing of the run is touched. Every row of every
    reply that the figure stands on is counted or left out for one reason, so that both come to the replies' rows.
    Each reply is named by its call, room, page, time, parameters and request id, which a vendor's support asks for.

    A figure that no platform can give is n/a, never 0, and the reason is told.
    """  # noqa: D301 - \b is click's mark for text that is not rewrapped
    from reporter import answers, explain, rebuild  # noqa: PLC0415 - after the words of the command are read
    from reporter.cli.named import find  # noqa: PLC0415 - likewise
    from reporter.store import Store, exists  # noqa: PLC0415 - likewise

    explain.metric_of(asked["metric"])
    if output is not None:
        answers.check_name(output)
    if not exists(store_url):
        raise UsageError(f"there is no store at {store_url}; name the one of the run with --store")
    with Store.open(store_url) as store:
        named = find(store, word)
        run = named.run
        _tell_changed(named)
        config = rebuild.kept_config(store, run)
        ground = explain.ground(rebuild.replay(store, run, config, env=options.environment()))
        one = explain.explain(ground, asked["metric"], event=asked["event"], person=asked["person"])
    spoken: Language = asked["language"] or ("en" if json_ else config.language)
    said = tuple(remark.in_(spoken) for remark in explain.remarks(ground, one, run.totals))
    answer = _Answer(run, ground, one, said, spoken)
    if output is not None:
        _write(answer, output)
    click.echo(json.dumps(_as_dict(answer), ensure_ascii=False, indent=1)) if json_ else _print(answer)
    _say_next(answer, output)
    return 0


def _tell_changed(named: Named) -> None:
    """Say which files in the run's folder say something else by now than what is explained."""
    from reporter import finished  # noqa: PLC0415 - after the words of the command are read
    from reporter.cli.named import stands  # noqa: PLC0415 - likewise

    touched = finished.changed(named.run, named.folder) if stands(named) else {}
    changed = [path for path, kind in touched.items() if kind == "changed"]
    if changed:
        screen.say(
            f"note: changed since the run wrote them: {', '.join(changed)} in {named.folder}; "
            "what is explained is what the replies give"
        )


def _as_dict(answer: _Answer) -> dict[str, Any]:
    """Return what DESIGN.md section 7 has of an explanation, and more."""
    one, language, record = answer.one, answer.language, answer.run.record
    return {
        "metric": one.definition.code,
        "label": one.definition.label.in_(language),
        "run_id": record.run_id,
        "client": record.client,
        "period": record.label,
        "event": one.event,
        "person": one.person,
        "unit": one.definition.unit,
        "formula": one.definition.formula.in_(language),
        "bias": one.definition.bias.in_(language),
        "value": None if one.value is None else _number(one.value),
        "rows": one.rows,
        "excluded": [{"code": each.code, "why": each.why.in_(language), "rows": each.rows} for each in one.excluded],
        "replies": [_reply(each) for each in one.replies],
        "gaps": [
            {"vendor": gap.vendor, "account": gap.account, "endpoint": gap.endpoint, "room": gap.room}
            | {"verdict": gap.verdict, "issues": [issue.message.in_(language) for issue in gap.issues]}
            for gap in one.gaps
        ],
        "remarks": list(answer.remarks),
    }


def _number(value: Any) -> int | float:  # noqa: ANN401 - what a figure may be: int, float or Decimal
    return value if isinstance(value, int) else float(value)


def _reply(one: Source) -> dict[str, Any]:
    return {
        "vendor": one.vendor,
        "account": one.account,
        "endpoint": one.endpoint,
        "room": one.room,
        "page": one.page,
        "reply_id": one.reply_id,
        "request_id": one.request_id,
        "fetched_at": one.fetched_at.isoformat(),
        "parameters": dict(one.parameters),
        "rows": one.rows,
        "counted": one.counted,
    }


def _print(answer: _Answer) -> None:
    from reporter.explain import COUNTED  # noqa: PLC0415 - loaded by now

    one, language, record = answer.one, answer.language, answer.run.record
    click.echo(f"{one.definition.label.in_(language)}  {one.definition.code}")
    scope = [one.event or _WORDS["all"].in_(language), *([one.person] if one.person else [])]
    lines = [
        ("run", f"{record.client} {record.label}, {record.run_id}"),
        ("of", ", ".join(scope)),
        ("value", _shown(answer)),
        ("formula", one.definition.formula.in_(language)),
        ("bias", one.definition.bias.in_(language)),
        *(("remark", remark) for remark in answer.remarks),
    ]
    columns.table(*_split([(_WORDS[name].in_(language), said) for name, said in lines if said]))
    click.echo()
    counts = [(f"{one.rows:,}", COUNTED.in_(language))]
    counts += [(f"{each.rows:,}", each.why.in_(language)) for each in one.excluded]
    columns.table(_OF_ROWS[language], counts, right={0})
    if one.rows:
        click.echo()
        columns.table(_OF_SOME[language], _some_rows(answer), right={1, 5})
    if one.replies:
        click.echo()
        told = [_reply_line(answer, each) for each in one.replies[:_SHOWN_REPLIES]]
        columns.table(_OF_REPLIES[language], told, right={4, 5, 6})


def _split(lines: list[tuple[str, str]]) -> tuple[tuple[str, str], list[tuple[str, str]]]:
    return lines[0], lines[1:]


def _shown(answer: _Answer) -> str:
    from reporter.html.numbers import shown  # noqa: PLC0415 - babel loads when a figure is to be shown

    one, language = answer.one, answer.language
    told = shown(one.value, one.definition.unit, language)
    if one.value is None or one.definition.unit not in {"seconds", "ratio", "score"}:
        return told
    exact = f"{_number(one.value):,}".removesuffix(".0")
    return f"{told} ({exact} s)" if one.definition.unit == "seconds" else f"{told} ({exact})"


def _some_rows(answer: _Answer) -> list[tuple[str, ...]]:
    """Return some rows that are counted, those of the longest watching first."""
    from reporter.explain import rows_of  # noqa: PLC0415 - loaded by now

    rows = rows_of(answer.ground, answer.one, answer.language).filter("counted")
    longest = rows.sort("watch_seconds", descending=True, nulls_last=True, maintain_order=True).head(_SHOWN_ROWS)
    return [
        (
            row["reply_id"],
            str(row["row_no"]),
            row["person_id"] or "",
            labels.mode(row["mode"], answer.language) if row["mode"] else "",
            "" if row["joined_at"] is None else _clock(answer, row["joined_at"]),
            "" if row["watch_seconds"] is None else f"{row['watch_seconds']:,.0f}",
        )
        for row in longest.iter_rows(named=True)
    ]


def _reply_line(answer: _Answer, one: Source) -> tuple[str, ...]:
    asked = " ".join(f"{name}={said}" for name, said in one.parameters.items())
    numbers = [f"{number:,}" for number in (one.page, one.rows, one.counted)]
    place = (one.reply_id, f"{one.vendor}:{one.account}", one.endpoint, one.room or "")
    return (*place, *numbers, _clock(answer, one.fetched_at), one.request_id, asked)


def _clock(answer: _Answer, moment: Any) -> str:  # noqa: ANN401 - a datetime, of a row or of a reply
    return f"{moment.astimezone(answer.run.record.start.tzinfo):%Y-%m-%d %H:%M:%S}"


def _write(answer: _Answer, path: Path) -> None:
    from reporter import answers  # noqa: PLC0415 - only -o needs it
    from reporter.explain import frames_of, worded  # noqa: PLC0415 - loaded by now

    one, language = answer.one, answer.language
    frames = frames_of(answer.ground, one, language)
    is_for_readers = path.suffix.lower() in {".xlsx", ".html"}
    frames = worded(frames, language) if is_for_readers else {"rows": frames["rows"]}
    said = (f"{one.definition.label.in_(language)}: {_shown(answer)}", one.definition.formula.in_(language))
    title = f"{one.definition.code} {answer.run.record.client} {answer.run.record.label}"
    zone = str(answer.run.record.start.tzinfo)
    issues = answers.write(answers.Answer(title, frames, (*said, *answer.remarks), language, zone), path)
    screen.told_issues(tuple(issues))


def _say_next(answer: _Answer, output: Path | None) -> None:
    one = answer.one
    if output is not None:
        screen.say(f"every row is in {output}")
        return
    if len(one.replies) > _SHOWN_REPLIES:
        screen.say(f"… and {len(one.replies) - _SHOWN_REPLIES} more replies; --json has all of them")
    total = sum(each.rows for each in one.replies)
    screen.say(f"{one.rows:,} of {total:,} rows are counted; -o rows.xlsx writes each with its reason")
