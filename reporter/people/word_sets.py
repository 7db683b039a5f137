"""Which of a few words go with each person, as lists in one order, without a list made for each row."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.tables import TEXTS


def word_sets(persons: pl.Series, words: pl.Series, order: Sequence[str], name: str) -> pl.DataFrame:
    """Return one row a person, in order, with its distinct words in the order given, as the list column `name`.

    `order` holds every word that may come, 62 at most: a set of them is the bits of one number, and only the
    distinct numbers are made lists.
    """
    bits = pl.Series([1 << place for place in range(len(order))], dtype=pl.Int64)
    bit = bits.gather(words.cast(pl.Enum(order)).to_physical())
    # rows in order make groups that cost next to nothing
    ordered = pl.DataFrame({"person": persons, "bits": bit}).sort("person")
    sets = ordered.group_by("person", maintain_order=True).agg(pl.col("bits").bitwise_or())
    distinct = sets["bits"].unique().to_list()
    told = [[word for word, bit in zip(order, bits, strict=True) if bit & one] for one in distinct]
    lists = pl.DataFrame({"bits": distinct, name: told}, schema={"bits": pl.Int64, name: TEXTS})
    named = sets.join(lists, on="bits", how="left", validate="m:1", maintain_order="left")
    return named.select("person", name)
