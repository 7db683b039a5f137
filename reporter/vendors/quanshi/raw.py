"""Rows of lives and interactions, read once: who it is, when, what this one stay counted; and whom they make known.

Replies stand side by side here, one event each: whatever is grouped or joined is so within its reply.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.keys import alike, by_named
from reporter.model import Text
from reporter.tables import COUNT, TEXT, known_sum
from reporter.vendors.portion import PLACES, REPLY, ROW
from reporter.vendors.quanshi.columns import ABOUT, KEYS
from reporter.vendors.quanshi.fields import RAW_COUNTS, SUMMARY_COUNTS
from reporter.vendors.rows import Reading

#: what a stay counts
COUNTED = (*RAW_COUNTS, "speak_seconds")
#: what a summary row counts, and what is held against its viewer's raw rows
SUMMED = (
    *("visits", "live_visits", "replay_visits", "watch_seconds", "live_seconds", "replay_seconds"),
    *SUMMARY_COUNTS,
    "speak_seconds",
)
HELD = tuple(f"raw_{name}" for name in SUMMARY_COUNTS)
_OF = (REPLY, "viewer_id")

_NO_ID = Text("观看记录没有任何标识，不与任何人合并", "a row has no id of any kind: it joins nobody")
_NO_SINGLE = Text(
    "汇总行没有标识，且姓名加上线时间对应不到唯一观众，观众为空",
    "a summary row has no id, and its name with its online time names no single viewer; its viewer is null",
)
_BACKWARDS = Text("离开早于进入，离开时间按空值处理", "a visit ends before it begins; its end is taken as null")
_ADDED_UP = Text(
    "汇总中同一观众有多行（文档为一人一行），各行相加",
    "the summary has more than one row of a viewer, where its page says one; they are added up",
)
_UNIT = Text("厂商未说明合计发言时长的单位，按秒计", "the unit of call_duration is not documented: seconds are assumed")


def stays(reading: Reading) -> pl.DataFrame:
    """Return the rows of lives and interactions in the order of their replies, each with its viewer_id.

    `mode` is null where live_type cannot be read, `viewer_id` where a row has no id of any kind.
    """
    lives, interactions, _ = reading.frames
    here = interactions.with_columns(mode=pl.lit("interactive", TEXT), role=pl.coalesce("number", "role"))
    both = pl.concat([lives, here.select(lives.columns)])
    if not pl.concat([lives[REPLY].tail(1), interactions[REPLY].head(1)]).is_sorted():
        both = both.sort(REPLY, ROW)  # lives come before interactions in each reply, so that one alone is in order
    known = both.with_columns(
        viewer_id=pl.coalesce("distinct_id", *KEYS, "session_id"), client=pl.coalesce("client", "client_again")
    )
    backward = pl.col("left_at") < pl.col("joined_at")
    reading.note(known.filter(backward), "backwards", _BACKWARDS)
    note_unit(reading, known)
    reading.note(known.filter(pl.col("viewer_id").is_null()), "no-viewer-id", _NO_ID, level="info")
    return known.with_columns(left_at=pl.when(backward).then(None).otherwise("left_at"))


def note_unit(reading: Reading, rows: pl.DataFrame) -> None:
    """Tell of rows with a time of speaking, which we take for seconds."""
    reading.note(rows.filter(pl.col("speak_seconds") > 0), "assumed-seconds", _UNIT, level="info")


def keys_of(raw: pl.DataFrame) -> pl.DataFrame:
    """Return each viewer of the raw rows with the keys of one of them, all different rows of such."""
    return raw.select(*_OF, *KEYS).drop_nulls("viewer_id").unique()


def summaries(reading: Reading, raw: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of viewerDetails with whom each is about: they have no distinctId.

    By its keys (`known` are those of the raw rows), else by name and online time where that is unique, else null and
    an issue.
    """
    told = reading.frames[2]
    note_unit(reading, told)
    keyed = _by_keys(told, known)
    nameless = pl.all_horizontal(pl.col(*KEYS).is_null())
    if not keyed.select(nameless.any()).item():
        return _one_a_viewer(reading, keyed)
    coming = _by_coming(keyed.filter(nameless), raw)
    reading.note(coming.filter(pl.col("viewer_id").is_null()), "unknown-viewer", _NO_SINGLE)
    return _one_a_viewer(reading, pl.concat([keyed.filter(~nameless), coming]).sort(REPLY, ROW))


def _one_a_viewer(reading: Reading, told: pl.DataFrame) -> pl.DataFrame:
    """Return summary rows, those of one viewer added up.

    The page promises one row a viewer; two are what the vendor took for two, each with visits of its own: by another
    key, or in the app and on the web.
    """
    is_again = pl.col("viewer_id").is_not_null() & ~pl.struct(_OF).is_first_distinct()
    again = told.filter(is_again)
    if again.is_empty():
        return told
    reading.note(again, "viewer-summed", _ADDED_UP)
    first = pl.all().exclude(*_OF, *SUMMED, "joined_at").first(ignore_nulls=True)
    several = told.join(again.select(_OF).unique(), on=list(_OF), how="semi", maintain_order="left")
    summed = several.group_by(_OF, maintain_order=True).agg(
        first, pl.col("joined_at").min(), *(known_sum(pl.col(name)).alias(name) for name in SUMMED)
    )
    single = told.join(summed.select(_OF), on=list(_OF), how="anti", maintain_order="left")
    return pl.concat([single, summed.select(told.columns)]).sort(REPLY, ROW)


def _by_keys(told: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return summary rows with the one viewer whose key they name; a key of several or of none is the viewer.

    A key that nobody has as it is spelt may be somebody's in another spelling (+86-190… and 190…).
    """
    owner = _owners(told, known)
    is_left = owner.is_null() & told.select(pl.any_horizontal(pl.col(*KEYS).is_not_null())).to_series()
    if is_left.any():
        others = _owners(_alike(told.filter(is_left)), _alike(known))
        owner = owner.scatter(is_left.arg_true(), others)
    return told.with_columns(viewer_id=pl.coalesce(owner, *KEYS))


def _owners(told: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    """Return for each row the one viewer whose key it names, null where nobody's or several viewers' is named."""
    keys = [known.select(*_OF, key).drop_nulls(key).rename({key: "key"}) for key in KEYS]
    owners = pl.concat(keys).unique().group_by(REPLY, "key").agg(pl.len(), pl.col("viewer_id").first())
    single = owners.filter(pl.col("len") == 1).select(REPLY, "key", "viewer_id")
    found = told.select(REPLY, *KEYS)
    for key in KEYS:
        of_key = single.rename({"viewer_id": f"of_{key}"})
        found = found.join(of_key, left_on=[REPLY, key], right_on=[REPLY, "key"], how="left", maintain_order="left")
    return found.select(owner=pl.coalesce(f"of_{key}" for key in KEYS))["owner"]


def _alike(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(alike(rows[key]) for key in KEYS)


def _by_coming(told: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    came = [REPLY, "name", "joined_at"]
    owners = raw.drop_nulls(["viewer_id", "name"]).select(*came, viewer="viewer_id").unique()
    single = owners.group_by(came).agg(pl.len(), pl.col("viewer").first()).filter(pl.col("len") == 1).drop("len")
    found = told.join(single, on=came, how="left", maintain_order="left", nulls_equal=True)
    return found.with_columns(viewer_id="viewer").drop("viewer")


def counted(told: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    """Return summary rows with what they count, and the sums of their viewer's raw rows for what they do not.

    Those sums stand beside as well (`raw_comments`), to be held against what the summary counts.
    """
    sums = (
        raw.drop_nulls("viewer_id")
        .group_by(_OF)
        .agg(
            *(known_sum(pl.col(name)).alias(f"sum_{name}") for name in COUNTED),
            *((pl.col(name).null_count() > 0).alias(f"silent_{name}") for name in SUMMARY_COUNTS),
        )
    )
    said = {*SUMMARY_COUNTS, "speak_seconds"}
    joined = told.join(by_named(sums, told, (REPLY,)), on=list(_OF), how="left", maintain_order="left")
    return joined.with_columns(
        *(pl.coalesce(name, f"sum_{name}") if name in said else pl.col(f"sum_{name}").alias(name) for name in COUNTED),
        *(_held(name).alias(f"raw_{name}") for name in SUMMARY_COUNTS),
    )


def _held(name: str) -> pl.Expr:
    """Return what a viewer's raw rows count, null where rows that do not say may hold the rest of the summary's count.

    A row says null for nothing done as well: the vendor's own example has null here and 0 in the summary.
    """
    known = pl.col(f"sum_{name}").fill_null(0)
    may_hold_more = pl.col(f"silent_{name}") & (known < pl.col(name))
    return pl.when(pl.col("viewer_id").is_not_null() & ~may_hold_more.fill_null(value=False)).then(known)


def viewers(told: pl.DataFrame, raw: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return one row a viewer: what viewerDetails says, else the first raw row that says anything.

    The role is the highest that any row gives: who hosts once is a host, whatever else he is called. After them stand
    the keys that raw rows give a viewer beside: a row each set of them, with nothing else in it.
    """
    first = _each(raw, pl.col(_texts()).first(ignore_nulls=True))
    last = _each(told, pl.col(_texts()).last(ignore_nulls=True))
    renamed = last.rename({name: f"told_{name}" for name in (*PLACES[::2], *ABOUT)})
    both = first.join(renamed, on=list(_OF), how="full", coalesce=True)
    chosen = both.select(
        *(pl.coalesce(name, f"told_{name}") for name in PLACES[::2]),
        *_OF,
        *(pl.coalesce(f"told_{name}", name).alias(name) for name in _texts()),
        role=pl.min_horizontal("role", "told_role").cast(TEXT),
    ).sort(REPLY, ROW)
    is_told_otherwise = pl.any_horizontal(pl.col(key) != pl.col(f"told_{key}") for key in KEYS)
    if known.height == first.height and not both.select(is_told_otherwise.any()).item():
        return chosen
    return pl.concat([chosen, _further_keys(known, chosen)], how="diagonal")


def _further_keys(known: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """Return the keys of raw rows that are other than those of their viewer."""
    own = chosen.select(*PLACES[:2], "viewer_id", *(pl.col(key).alias(f"own_{key}") for key in KEYS))
    both = known.join(own, on=list(_OF), how="inner", validate="m:1")
    is_other = pl.any_horizontal(pl.col(key) != pl.col(f"own_{key}") for key in KEYS)
    further = both.filter(is_other).drop(f"own_{key}" for key in KEYS)
    return further.with_columns(pl.lit(None, COUNT).alias(ROW)).sort(REPLY, "viewer_id", *KEYS)


#: what may stand in `role`, highest first
_ROLES = pl.Enum(["host", "speaker", "attendee"])


def _texts() -> Sequence[str]:
    return [name for name in ABOUT if name != "role"]


def _each(rows: pl.DataFrame, about: pl.Expr) -> pl.DataFrame:
    wanted = rows.select(*PLACES, "viewer_id", *ABOUT).drop_nulls("viewer_id")
    return (
        wanted.with_columns(pl.col("role").cast(_ROLES))
        .group_by(_OF)
        .agg(pl.col(PLACES[::2]).first(), about, pl.col("role").min())
    )
