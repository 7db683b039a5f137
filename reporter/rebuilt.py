"""A run made again and held against what it wrote: the same bytes, or what differs and why.

A cause is told where it can be shown: another version, another config, replies that were pruned, a person who was
erased, other fonts. What somebody did in the run's folder since is told beside it: a run is held against the hashes
that it recorded, not against its folder. Nothing of the run is touched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from reporter import __version__, catalogue, finished, manifest, pipeline, rebuild
from reporter.errors import UsageError
from reporter.files import sha256
from reporter.lock import alone
from reporter.model import Count, Issue, Pulled, Text

if TYPE_CHECKING:
    from reporter.config import Config
    from reporter.rebuild import Rebuilt
    from reporter.store import FinishedRun, Store

#: walks with gaps that are told one by one
_MOST_GONE = 5

Difference = Literal["other bytes", "not made now", "not made then"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a run made again compares: its files that differ, by path, and why they do."""

    made: Rebuilt
    differences: Mapping[str, Difference]
    reasons: tuple[Text, ...]
    #: files of the run that are no longer in its folder; they are made again like the others
    gone: tuple[str, ...]
    #: files in its folder that somebody changed since; they are made again too
    changed: tuple[str, ...]


def compare(
    store: Store, run: FinishedRun, folder: Path, *, env: Mapping[str, str], config: Config | None = None
) -> Comparison:
    """Make a run again, by its own config or by another of the same client, and hold it against what it wrote.

    `folder` is the run's. Raises `UsageError` for another client's config, and what `rebuild.rebuild` raises.
    """
    if config is not None and config.client != run.record.client:
        raise UsageError(
            f"{config.path} is of client {config.client}, and run {run.record.run_id} of {run.record.client}: "
            "one client's rows never go into another's file"
        )
    made = rebuild.rebuild(store, run, config or rebuild.kept_config(store, run), env=env)
    differences = _differences(run, made)
    touched = finished.changed(run, folder)
    reasons = _reasons(store, run, made) if differences else ()
    gone, changed = (tuple(path for path, kind in touched.items() if kind == one) for one in ("missing", "changed"))
    return Comparison(made, differences, reasons, gone, changed)


def target_of(run: FinishedRun, folder: Path, out: Path) -> Path:
    """Return `out`/<client>/<period>; raises `UsageError` in the run's own `folder`, and where another run is."""
    target = out / run.record.client / run.record.label
    if target.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{target} is in the run's own folder, which rebuild never touches; name another with --out")
    try:
        there = json.loads((target / manifest.NAME).read_bytes()).get("run_id")
    except (OSError, ValueError, AttributeError):
        return target
    if there != run.record.run_id:
        raise UsageError(f"{target} holds run {there}, which rebuild does not overwrite; name another with --out")
    return target


def write(comparison: Comparison, run: FinishedRun, target: Path) -> None:
    """Write what was made again to `target`, as a run is written; run.json is the run's own where all bytes are.

    Raises `LockedError` while a run is at work there.
    """
    made = comparison.made
    with alone([target], f"{run.record.client} {run.record.label}"):
        told = manifest.to_json(made.record) if comparison.differences else run.manifest.encode()
        pipeline.write(target, made.files, told)
        catalogue.write(target.parent.parent, made.report.language)


def _differences(run: FinishedRun, made: Rebuilt) -> dict[str, Difference]:
    then = {file["path"]: file["sha256"] for file in finished.record(run)["files"]}
    now = {path: sha256(data) for path, data in made.files.items()}
    found: dict[str, Difference] = {}
    for path in dict.fromkeys((*then, *now)):
        if path not in now:
            found[path] = "not made now"
        elif path not in then:
            found[path] = "not made then"
        elif then[path] != now[path]:
            found[path] = "other bytes"
    return found


def _reasons(store: Store, run: FinishedRun, made: Rebuilt) -> tuple[Text, ...]:
    told, is_own = finished.record(run), rebuild.is_own(store, run, made.config)
    found = [
        *_of_version(told),
        *([] if is_own else _of_config(run, made)),
        *_of_gone(made),
        *_of_replies(told, made, is_own=is_own),
        *_of_failures(told, made),
        *_of_erasure(store, run),
        *_of_fonts(told, made),
    ]
    return tuple(found) or (_UNKNOWN,)


_UNKNOWN = Text(
    "版本、配置、回复与字体都相同：差异来自本机的库或浏览器版本",
    "version, config, replies and fonts are the same: other versions of libraries, or of the browser, differ here",
)
_ERASED = Text(
    "该期完成之后有人被抹除（archive forget），其记录已从回复或名单中去掉",
    "somebody was erased since the run (archive forget), and is gone from its replies or lists",
)


def _of_version(told: Mapping[str, Any]) -> list[Text]:
    if told["version"] == __version__:
        return []
    then = told["version"]
    return [Text(f"版本不同：当时为 {then}，现在为 {__version__}", f"version: {then} then, {__version__} now")]


def _of_config(run: FinishedRun, made: Rebuilt) -> list[Text]:
    name, then, now = made.config.path.name, run.record.config_sha256, made.config.sha256
    return [
        Text(
            f"配置不同：{name}（{now[:12]}），当时为 {then[:12]}", f"config: {name} ({now[:12]}) now, {then[:12]} then"
        )
    ]


def _of_replies(told: Mapping[str, Any], made: Rebuilt, *, is_own: bool) -> list[Text]:
    """Tell of pulls that had rows at the run and no reply any more; another config may just not make them."""
    now = zip(manifest.to_dict(made.record)["pulls"], made.pulls, strict=True)
    # whose record stands is told of by `_of_gone`
    verdicts = {_pull_key(one): "short" if _gone(pulled) else one["verdict"] for one, pulled in now}
    unasked = "failed" if is_own else "complete"
    lost = [one for one in told["pulls"] if one["rows"] and verdicts.get(_pull_key(one), unasked) == "failed"]
    if not lost:
        return []
    calls = ", ".join(dict.fromkeys(f"{one['vendor']}:{one['account']} {one['endpoint']}" for one in lost))
    rows = sum(one["rows"] for one in lost)
    return [
        Text(
            f"{len(lost)} 次拉取的回复已不在库中（已清理？），当时共 {rows} 行：{calls}",
            f"the replies of {Count(str(len(lost))):pull|pulls} are no longer stored (pruned?), "
            f"{Count(str(rows)):row|rows} then: {calls}",
        )
    ]


def _of_failures(told: Mapping[str, Any], made: Rebuilt) -> list[Text]:
    """Tell of pulls that failed then too, and of which the store does not say why."""
    failed = {_pull_key(one) for one in told["pulls"] if one["verdict"] == "failed"}
    pulls = zip(made.pulls, manifest.to_dict(made.record)["pulls"], strict=True)
    unknown = [
        one
        for one, now in pulls
        if _pull_key(now) in failed and any(issue.code == "not-stored" for issue in one.issues)
    ]
    if not unknown:
        return []
    count = Count(str(len(unknown)))
    return [
        Text(
            f"库中没有保留 {len(unknown)} 次失败拉取的原因（旧版本未保存）",
            f"why {count:pull|pulls} failed then is not stored: an earlier version did not keep it",
        )
    ]


def _of_gone(made: Rebuilt) -> list[Text]:
    """Tell of walks whose record stands while pages of them are no longer stored: nobody pruned those."""
    gone = [issue for one in made.pulls for issue in _gone(one)]
    told = [Text(f"{one.where}：{one.message.zh}", f"{one.where}: {one.message.en}") for one in gone[:_MOST_GONE]]
    if more := len(gone) - len(told):
        zh, en = f"另有 {more} 次拉取如此", f"likewise {Count(str(more)):more pull|more pulls}"
        told.append(Text(zh, en))
    return told


def _gone(one: Pulled) -> list[Issue]:
    return [issue for issue in one.issues if issue.code == "replies-gone"]


def _pull_key(one: Mapping[str, Any]) -> str:
    names = ("vendor", "account", "endpoint", "room", "params")
    return json.dumps([one.get(name) for name in names], ensure_ascii=False, sort_keys=True)


def _of_erasure(store: Store, run: FinishedRun) -> list[Text]:
    return [_ERASED] if rebuild.is_erased(store, run) else []


def _of_fonts(told: Mapping[str, Any], made: Rebuilt) -> list[Text]:
    if told["fonts"] == list(made.record.fonts):
        return []
    then, now = ", ".join(told["fonts"]), ", ".join(made.record.fonts)
    return [Text(f"字体不同：当时为 {then}，现在为 {now}", f"fonts: {then} then, {now} now")]
