from __future__ import annotations

import polars as pl
import pytest

from reporter.errors import UsageError
from reporter.query import Stored, ask, guard

STORED = Stored({"t": pl.LazyFrame({"a": ["x", "y"]})}, "UTC")


@pytest.mark.parametrize(
    "sql",
    [
        "select a from t",
        "  SELECT a FROM t;",
        "-- what they did\nselect a from t",
        "/* what; drop they */ select a from t -- the end",
        "(select a from t)",
        "with b as (select a from t) select * from b",
        "select 'drop table t; delete' as a from t",
        "select a as read_seconds from t",
        "select a from t where a <> 'read_csv'",
        "select a from t where a <> 'it''s read_csv(''x'')' -- scan_parquet",
        "/* what /* they */ did */ select a from t",
        "/* read_csv */ select a from t /* '/* */' */",
        "select a as \"it's\", 'read_csv' as b from t",
        "select a from t union all select a from t",
    ],
)
def test_one_select_is_run(sql: str) -> None:
    assert ask(STORED, sql).height


@pytest.mark.parametrize(
    "sql",
    [
        "drop table t",
        "DELETE FROM t",
        "truncate table t",
        "create table u as select * from t",
        "insert into t values ('z')",
        "update t set a = 'z'",
        "show tables",
        "explain select a from t",
        "describe t",
        "from t",
        "values (1)",
        "set x = 1",
        "copy t to 'x'",
        "selecta from t",
        "",
        "  -- nothing\n",
        "select a from t; select a from t",
        "select a from t; drop table t",
        "select * into u from t",
        "with b as (select a from t) delete from t",
        "with b as (select a from t) insert into t select a from b",
        "/* /* */ select */ drop table t",
        "/* select",
        "(drop table t)",
    ],
)
def test_anything_else_is_refused(sql: str) -> None:
    with pytest.raises(UsageError) as fault:
        ask(STORED, sql)
    assert fault.value.exit_code == 2
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("function", ["read_csv", "READ_CSV", "read_parquet", "read_ipc", "read_json", "scan_parquet"])
@pytest.mark.parametrize(
    "sql",
    [
        "select * from {}('x.csv')",
        "select * from \"{}\"('x.csv')",
        "select * from `{}` ('x.csv')",
        "select * from {}/* */('x.csv')",
        "with b as (select * from {}('x.csv')) select * from b",
        "select a from t where a in (select a from {}('x.csv'))",
        "select a from t /* ' */ union select * from {}('x.csv') -- '",
        "select a from t /* /* */ ' */ union select * from {}('x.csv') -- '",
        "select 'a''' from t union select * from {}('x.csv') -- '",
        "select a as \"it's\" from t union select * from {}('x.csv') -- '",
        "select a as `it's` from t union select * from {}('x.csv') -- '",
        "select E'\\' ' from t union select * from {}('x.csv') -- '",
        "select $$ ' $$ from t union select * from {}('x.csv') -- '",
        "select q'[ ' ]' from t union select * from {}('x.csv') -- '",
    ],
)
def test_functions_that_read_files_are_refused_however_they_are_written(sql: str, function: str) -> None:
    with pytest.raises(UsageError, match="reads files"):
        guard.check(sql.format(function))


@pytest.mark.parametrize("sql", ["select * from 'x.csv'", 'select * from "x.csv"', "select * from '/etc/passwd'"])
def test_files_are_no_tables(sql: str) -> None:
    with pytest.raises(UsageError, match="there is no table"):
        ask(STORED, sql)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select aa from t", "there is no column `aa`; did you mean `a`?"),
        ("select a from tt", "there is no table `tt`; did you mean `t`?"),
        ("select zzz from t", "there is no column `zzz`; see `reporter query --tables`: a"),
        ("select a from zzz", "there is no table `zzz`; there are t"),
        ("select nothing(a) from t", "polars' SQL has no function `nothing`; see its list of SQL functions"),
    ],
)
def test_what_there_is_not_is_named_with_the_near_word(sql: str, said: str) -> None:
    with pytest.raises(UsageError) as fault:
        ask(STORED, sql)
    assert str(fault.value) == said


ROOMS = Stored({"t": pl.LazyFrame({"a": ["x"]}), "rooms": pl.LazyFrame({"title": ["y"], "aa": [1]})}, "UTC")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select title from t", "there is no column `title` in what is read here; it is in `rooms`"),
        ("select x.title from t as x", "there is no column `title` in what is read here; it is in `rooms`"),
        ("select titel from t", "there is no column `titel`; see `reporter query --tables`: a"),
        ("select ab from t", "there is no column `ab`; did you mean `a`?"),
        ("select r.titel from t, rooms r", "there is no column `titel`; did you mean `title`?"),
        ("select q.b from (select a from t) q", "there is no column `b`; see `reporter query --tables`"),
    ],
)
def test_only_columns_that_the_query_can_read_are_meant_and_the_table_of_another_is_named(sql: str, said: str) -> None:
    with pytest.raises(UsageError) as fault:
        ask(ROOMS, sql)
    assert str(fault.value) == said


def test_error_never_quotes_values() -> None:
    with pytest.raises(UsageError, match="cannot be run") as fault:
        ask(STORED, "select cast(a as int) from t")
    assert '"x"' not in str(fault.value)


def test_python_variables_are_no_tables() -> None:
    secret = pl.DataFrame({"a": [1]})
    assert secret.height
    with pytest.raises(UsageError, match="there is no table `secret`"):
        ask(STORED, "select * from secret")
