"""Which of a few words go with each person, as lists in one order, without a list made for each row."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.tables import TEXTS


def word_sets(persons: pl.Series, words: pl.Series, order: Sequence[str], name: str) -> pl.DataFrame:
    """Return one row a person with the distinct words beside it, as the list column `name`, in the given order.

    `order` holds every word that may come, 62 at most: a set of them is the bits of one number, and only the
    distinct numbers are made lists.
    """
    bits = {word: 1 << place for place, word in enumerate(order)}
    # polars leaves the type alone where there is nothing to replace
    bit = words.cast(pl.String).replace_strict(bits, return_dtype=pl.Int64).cast(pl.Int64)
    sets = pl.DataFrame({"person": persons, "bits": bit}).group_by("person").agg(pl.col("bits").bitwise_or())
    distinct = sets["bits"].unique().to_list()
    told = [[word for word, bit in bits.items() if bit & one] for one in distinct]
    lists = pl.DataFrame({"bits": distinct, name: told}, schema={"bits": pl.Int64, name: TEXTS})
    return sets.join(lists, on="bits", how="left", validate="m:1").select("person", name)
