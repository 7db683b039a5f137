"""Whose visits count for nobody: roles, and the persons whose phone is on a staff list."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reporter.model import Count, Issue, Level, Text
from reporter.phones import to_e164
from reporter.rules import Exclusions
from reporter.tables import PLACE

_ATTENDEE = "attendee"
_EXCLUDED = Text(
    "{visits} 次观看（{persons} 人）不计入统计",
    "{visits:visit|visits} of {persons:person|persons} not counted for anybody",
)
_LISTED = Text(
    "{viewers} 位按名单拉取的房间的观众（{persons} 人）不计入统计",
    "{viewers:viewer|viewers} ({persons:person|persons}) of rooms pulled as a list, not counted for anybody",
)
_UNREADABLE = Text(
    "个员工手机号无法识别，其人未被剔除",
    "staff phone|staff phones| cannot be read as one line's number: who has one is not excluded",
)
_NUMBERS = Text(
    "个员工手机号在表格中是数字，已还原；前面若有 0 或加号则已丢失",
    "staff phone was a number|staff phones were numbers| in the spreadsheet, read as its digits; zeros or a plus "
    "before them, if any, are lost",
)
_CONFLICT = Text(
    "个人在一处是主持人或主讲人，在另一处是观众；按角色排除时只排除其作为主持人或主讲人的记录",
    "person is|persons are| host or speaker in one place and attendee in another; excluding a role "
    "excludes what was done in it",
)


def mark_viewers(persons: pl.DataFrame, keys: pl.DataFrame, exclusions: Exclusions) -> pl.DataFrame:
    """Return the viewers with `excluded_by`, the first rule that takes the viewer out, and `by_phone`; else null.

    A role is the viewer's own, since a host may watch under another record as anybody does; a phone is the
    person's, whichever of its viewers' `keys` (`others.keys_of`) it is.
    """
    listed = _listed(keys, exclusions)
    marked = persons.join(listed, on="person", how="left", validate="m:1", maintain_order="left")
    by_role = _by_role(pl.col("role"), exclusions)
    return marked.with_columns(excluded_by=pl.coalesce(by_role, "by_phone"))


def _listed(keys: pl.DataFrame, exclusions: Exclusions) -> pl.DataFrame:
    """Return person and by_phone, in the order of the lists."""
    lists = _staff(exclusions)
    staff = lists.select("place", phone="key", by_phone=pl.format("phone_in: {}", "file"))
    return (
        keys.select("person", "phone")
        .join(staff.drop_nulls("phone").unique("phone", keep="first", maintain_order=True), on="phone", validate="m:1")
        .sort("place")
        .unique("person", keep="first", maintain_order=True)
        .select("person", "by_phone")
    )


def _staff(exclusions: Exclusions) -> pl.DataFrame:
    """Return a row a phone of the staff lists: place, file, row, was_number, and `key` in E.164 (null: unreadable)."""
    schema = {"spelled": pl.String, "file": pl.String, "row": pl.Int64, "was_number": pl.Boolean}
    rows = [(one.phone, one.file, one.row, one.was_number) for one in exclusions.phones]
    lists = pl.DataFrame(rows, schema=schema, orient="row").with_row_index("place")
    return lists.with_columns(to_e164(lists["spelled"]).alias("key"))


def staff_doubts(exclusions: Exclusions) -> list[Issue]:
    """Return for each staff list how many phones cannot be read, or had become numbers, and the first one's row."""
    staff = _staff(exclusions)
    unread, numbers = staff.filter(pl.col("key").is_null()), staff.filter("was_number")
    return [
        *_staff_issues(unread, "staff-unreadable", _UNREADABLE, "warning"),
        *_staff_issues(numbers, "staff-numbers", _NUMBERS, "info"),
    ]


def _staff_issues(staff: pl.DataFrame, code: str, message: Text, level: Level) -> list[Issue]:
    counted = staff.group_by("file", maintain_order=True).agg(pl.len().alias("times"), pl.col("row").first())
    return [
        Issue(level, code, message.counted(row["times"]), f"phone_in {row['file']} row {row['row'] or '?'}")
        for row in counted.iter_rows(named=True)
    ]


def mark_visits(visits: pl.DataFrame, viewers: pl.DataFrame, exclusions: Exclusions) -> pl.DataFrame:
    """Return the visits with `excluded_by`: by the visit's own role, else by its viewer's, else by a staff phone.

    A host who comes to another event as an attendee is one there: only where the vendor says no role of
    the visit does the viewer's stand for it.
    """
    by_phone, role = (viewers[name].gather(visits["viewer"]) for name in ("by_phone", "role"))
    rule = pl.coalesce(_by_role(pl.coalesce("role", role), exclusions), by_phone)
    return visits.with_columns(excluded_by=rule)


def listed_out(tables: Mapping[str, pl.DataFrame], viewers: pl.DataFrame, lists: pl.DataFrame) -> pl.DataFrame:
    """Return a row a viewer whom a rule takes out of a room pulled as a list, as a visit of which nothing is known.

    `lists` are the places of those rooms; they have no visits that could be listed.
    """
    place = [*PLACE, "viewer_id", "person_id", "viewer", "reply_id", "row_no"]
    told = pl.concat([tables[name].select(place) for name in ("viewer_totals", "activity")]).drop_nulls("viewer")
    here = told.join(lists, on=PLACE, how="semi").unique([*PLACE, "viewer"], keep="first", maintain_order=True)
    ruled = here.with_columns(viewers[name].gather(here["viewer"]) for name in ("role", "excluded_by"))
    return pl.concat([tables["visits"].clear(), ruled.drop_nulls("excluded_by")], how="diagonal")


def exclusion_counts(visits: pl.DataFrame, listed: pl.DataFrame) -> list[Issue]:
    """Return for each rule how many visits it took out, and of how many persons; the excluded sheet lists them.

    Of rooms pulled as a list (`listed`) these are viewers, an issue of their own.
    """
    return [*_counted(visits, _EXCLUDED), *_counted(listed, _LISTED)]


def _counted(rows: pl.DataFrame, message: Text) -> list[Issue]:
    counted = (
        rows.drop_nulls("excluded_by")
        .group_by("excluded_by")
        .agg(
            pl.len().alias("visits"),
            pl.col("viewer").drop_nulls().n_unique().alias("viewers"),
            pl.col("person_id").drop_nulls().n_unique().alias("persons"),
        )
        .sort("excluded_by")
    )
    return [
        Issue("info", "excluded-by-rule", _filled(message, row), str(row["excluded_by"]))
        for row in counted.iter_rows(named=True)
    ]


def _filled(message: Text, row: Mapping[str, str | int]) -> Text:
    counts = {name: Count(f"{value:,}") for name, value in row.items() if isinstance(value, int)}
    return Text(message.zh.format(**counts), message.en.format(**counts))


def _by_role(role: pl.Expr, exclusions: Exclusions) -> pl.Expr:
    return pl.when(role.is_in(exclusions.roles)).then(pl.format("role: {}", role))


def role_conflicts(persons: pl.DataFrame, visits: pl.DataFrame) -> list[Issue]:
    """Return an issue where persons are host or speaker in one row and attendee in another.

    A viewer of whom the vendor says no role is an attendee here; a visit of which it says none says nothing.
    """
    origin = ("person", "vendor", "account", "reply_id", "row_no")
    own = persons.select(*origin, role=pl.col("role").fill_null(_ATTENDEE))
    acted = visits.drop_nulls(["role", "viewer"])
    done = acted.with_columns(persons["person"].gather(acted["viewer"])).select(*origin, "role")
    rows = pl.concat([own, done])
    is_guest = pl.col("role") == _ATTENDEE
    # hosts are few: all others are let go before they are grouped
    of_hosts = rows.join(rows.filter(~is_guest), on="person", how="semi")
    both = of_hosts.filter(is_guest.any().over("person")).sort("person", maintain_order=True)
    if both.is_empty():
        return []
    times, first = both["person"].n_unique(), both.row(0, named=True)
    where = f"{first['vendor']}:{first['account']} viewers reply {first['reply_id']} row {first['row_no']}"
    return [Issue("warning", "role-conflict", _CONFLICT.counted(times), where)]
