"""Who was expected: each entry of the rosters held against the persons, and whether they came."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.keys import tidy_email, tidy_id
from reporter.model import Issue, Level, Text
from reporter.people.expected import LADDER, expected
from reporter.people.links import Links
from reporter.phones import to_e164
from reporter.rules import Identity, MatchKey, Roster
from reporter.tables import TEXT

_SCHEMA = dict.fromkeys(("roster", "name", "phone", "email", "external_id", "company"), TEXT)

_UNREADABLE = Text(
    "条名单的手机号或邮箱无法识别，不用于匹配",
    "entry has|entries have| a phone or e-mail that cannot be read; it matches nobody",
)
_MISSING = Text(
    "名单文件没有此列，名单中的该项信息缺失；匹配不受影响",
    "the roster's file has no such column; what it would say is missing, matching is as it was",
)
_AMBIGUOUS = Text("条名单对应到不止一个人，未匹配", "entry fits|entries fit| more than one person, matched to none")
_SHARED = Text(
    "条名单与前面的某条共用手机号、邮箱或外部编号，靠它无法分清是谁",
    "entry shares|entries share| a phone, e-mail or external id with an earlier entry: by it nobody can tell "
    "which of them came",
)
_NUMBERS = Text(
    "条名单的手机号或外部编号在表格中是数字，已还原；前面若有 0 或加号则已丢失",
    "entry|entries| had a phone or external id that was a number in the spreadsheet and is read as its digits; zeros "
    "or a plus before them, if any, are lost",
)
_TWICE = Text("条名单与前面的某条是同一个人", "entry is|entries are| the same person as an earlier entry")


def match_rosters(
    rosters: Sequence[Roster], keys: pl.DataFrame, links: Links, identity: Identity
) -> tuple[pl.DataFrame, list[Issue]]:
    """Return one row an entry, in the order of the rosters: its `place` in its roster, what it says, `person`.

    `keys` are all that viewers have (`others.keys_of`), whichever of them a vendor's row shows first.
    Phones are E.164 where they can be read. An entry is the person whom its phone names, else its e-mail,
    else its external id (from `min_id_length` on, and of viewers whose phone and e-mail do not contradict),
    of the keys that the config joins by; null where nobody, or more than one person, fits. An e-mail that several
    entries of a roster have is not that of a person whose phones are others than the entry's.
    """
    entries = _entries(rosters)
    near = _near(entries, keys)
    fits = pl.concat(
        [_fits(entries, _useful(near, links, kind, identity), kind, rung) for rung, kind in enumerate(LADDER)]
    )
    several = (
        fits.filter(pl.col("kind").is_in(identity.match_on))
        .group_by("entry", "rung")
        .agg(pl.col("person").n_unique().alias("persons"), pl.col("person").first())
        .sort("entry", "rung")
    )
    chosen = several.filter(pl.col("persons") == 1).unique("entry", keep="first", maintain_order=True)
    matched = entries.join(
        chosen.select("entry", "person"), on="entry", how="left", validate="1:1", maintain_order="left"
    )
    ambiguous = matched.filter(pl.col("person").is_null()).join(several, on="entry", how="semi")
    is_again = pl.col("person").is_not_null() & ~pl.struct("roster", "person").is_first_distinct()
    is_unreadable = pl.any_horizontal(_is_lost(key) for key in ("phone", "email"))
    shares = (
        pl.any_horizontal(_repeats(kind) for kind in identity.match_on) if identity.match_on else pl.lit(value=False)
    )
    issues = [
        *_missing(rosters),
        *_issues(entries.filter("was_number"), "roster-numbers", _NUMBERS, level="info"),
        *_issues(entries.filter(is_unreadable), "roster-unreadable", _UNREADABLE),
        *_issues(ambiguous, "roster-ambiguous", _AMBIGUOUS),
        *_issues(matched.filter(shares & ~is_again), "roster-shared-key", _SHARED),
        *_issues(matched.filter(is_again), "roster-same-person", _TWICE),
    ]
    return matched.with_columns(expected(matched, identity)), issues


def _entries(rosters: Sequence[Roster]) -> pl.DataFrame:
    rows = [
        (roster.name, entry.name, entry.phone, entry.email, entry.external_id, entry.company, entry.was_number)
        for roster in rosters
        for entry in roster.entries
    ]
    places = [
        f"entry {number}" if entry.row is None else f"row {entry.row}"
        for roster in rosters
        for number, entry in enumerate(roster.entries, 1)
    ]
    schema = {**_SCHEMA, "was_number": pl.Boolean()}
    told = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.Series("place", places, TEXT), key_phone=pl.lit(None, TEXT)
    )
    return told.with_columns(
        to_e164(told["phone"]).alias("key_phone"),
        key_email=tidy_email(pl.col("email")),
        key_external_id=tidy_id(pl.col("external_id")),  # of no vendor's namespace
    ).with_row_index("entry")


def _is_lost(key: str) -> pl.Expr:
    return pl.col(key).str.contains(r"\S") & pl.col(f"key_{key}").is_null()


def _repeats(kind: str) -> pl.Expr:
    """Say whether an earlier entry of the same roster has the same key."""
    key = pl.col(f"key_{kind}")
    return key.is_not_null() & ~pl.struct("roster", key).is_first_distinct()


def _near(entries: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Return all keys of the persons who share one with an entry: few among the viewers."""
    met = [
        keys.join(entries.select(pl.col(f"key_{kind}").alias(kind)), on=kind, how="semi").select("person")
        for kind in LADDER
    ]
    return keys.join(pl.concat(met).unique(), on="person", how="semi")


def _useful(keys: pl.DataFrame, links: Links, kind: MatchKey, identity: Identity) -> pl.DataFrame:
    """Return viewer, person and `value` of a kind of key that joins somebody, and phones and e-mails beside it.

    `links` tell which do not of the keys that viewers' own rows show; of the others it is told here by the same rule.
    """
    told = keys.select("viewer", "person", "vendor", "account", value=kind).drop_nulls("value")
    known = links.keys.filter(pl.col("kind") == kind, pl.col("is_shared") | pl.col("is_short"))
    of_known = keys.filter("is_own").join(known, on="viewer", how="semi")
    crowd = pl.col("person").n_unique().over("value", "vendor", "account")
    is_short = pl.lit(value=kind == "external_id") & (pl.col("value").str.len_chars() < identity.min_id_length)
    crowded = told.filter((crowd > identity.max_shared) | is_short)
    useless = pl.concat([of_known.select(value=kind), crowded.select("value")]).unique()
    shown = keys.group_by("viewer", "person").agg(
        phones=pl.col("phone").drop_nulls(), emails=pl.col("email").drop_nulls()
    )
    phones = keys.group_by("person").agg(persons_phones=pl.col("phone").drop_nulls())
    beside = shown.join(phones, on="person", how="left", validate="m:1")
    useful = told.join(useless, on="value", how="anti").select("viewer", "value")
    return useful.join(beside, on="viewer", how="left", validate="m:1")


def _fits(entries: pl.DataFrame, useful: pl.DataFrame, kind: MatchKey, rung: int) -> pl.DataFrame:
    """Return entry, person, kind, rung: whom one kind of key of each entry fits."""
    named = entries.with_columns(is_shared=pl.struct("roster", f"key_{kind}").is_duplicated()).select(
        "entry", "key_phone", "key_email", "is_shared", value=f"key_{kind}"
    )
    fits = named.join(useful, on="value", how="inner").filter(~_contradicts(kind))
    return fits.select("entry", "person", kind=pl.lit(kind), rung=pl.lit(rung))


def _contradicts(kind: MatchKey) -> pl.Expr:
    """Say whether a fit by one kind of key is none, by what else the entry and the viewer, or the person, show.

    One e-mail is one person, whatever the phones; but where two expected people share it, it is his whose phone is
    not another.
    """
    if kind == "external_id":
        return _is_other("key_phone", "phones") | _is_other("key_email", "emails")
    if kind == "email":
        return pl.col("is_shared") & _is_other("key_phone", "persons_phones")
    return pl.lit(value=False)


def _is_other(key: str, known: str) -> pl.Expr:
    """Say whether a key of the entry is none of those that are known."""
    return pl.col(key).is_not_null() & (pl.col(known).list.len() > 0) & ~pl.col(known).list.contains(pl.col(key))


def _missing(rosters: Sequence[Roster]) -> list[Issue]:
    return [
        Issue("warning", "roster-column-missing", _MISSING, f"roster {roster.name} column {column}")
        for roster in rosters
        for column in roster.missing
    ]


def _issues(entries: pl.DataFrame, code: str, message: Text, level: Level = "warning") -> list[Issue]:
    counted = entries.group_by("roster", maintain_order=True).agg(pl.len().alias("times"), pl.col("place").first())
    return [
        Issue(
            level,
            code,
            message.counted(row["times"]),
            f"roster {row['roster']} {row['place']}",
        )
        for row in counted.iter_rows(named=True)
    ]


def roster_table(matched: pl.DataFrame, persons: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return roster, name, phone, email, external_id, company, person_id, `came` (a row of `people`) and `expected`.

    `expected` is the place of the first entry about the same person.
    """
    ids = persons.select("person", "person_id").unique()
    named = matched.join(ids, on="person", how="left", validate="m:1", maintain_order="left")
    came = pl.col("person_id").is_in(people["person_id"].implode()).fill_null(value=False).alias("came")
    tidy = [pl.coalesce(f"key_{key}", key).alias(key) for key in ("phone", "email")]
    return named.with_columns(tidy).select(*_SCHEMA, "person_id", came, "expected")


def told_by_rosters(matched: pl.DataFrame) -> pl.DataFrame:
    """Return person and the name, phone, e-mail and company that the first entries which say one give."""
    facts = ("name", "phone", "email", "company")
    return (
        matched.drop_nulls("person")
        .with_columns(phone="key_phone", email="key_email")
        .group_by("person")
        .agg(pl.col(facts).first(ignore_nulls=True))
    )
