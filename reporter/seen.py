"""Who was seen in a period, as numbers that a later period can be held against. A leaf.

A person goes by several keys (a vendor's id, a phone, an address, an external id), any of which may be all that
two periods share. Each key is kept as a 64-bit hash of client, kind and key: enough to know somebody again, and
nothing to read a name or phone from. Such a hash is still personal data (a phone can be guessed), so each number
stands with its person's, and a person's can be taken out together.
"""

from __future__ import annotations

import io
from collections.abc import Collection
from hashlib import blake2b

import polars as pl

#: a row a person and key; `person` counts within the period alone
SCHEMA: dict[str, pl.DataType] = {"person": pl.UInt32(), "token": pl.UInt64()}


def token(client: str, kind: str, key: str) -> int:
    """Return the number of a key; `kind` is viewer (vendor/account/viewer_id), phone (E.164), email or external_id."""
    return int.from_bytes(_digest(f"{client}\n{kind}\n{key}".encode()), "little")


def tokens(client: str, kinds: pl.Series, keys: pl.Series) -> pl.Series:
    """Return the numbers of many keys at once, each as `token` has it; neither kinds nor keys hold a null."""
    told = pl.DataFrame([kinds.alias("kind"), keys.alias("key")])
    words = told.select(pl.concat_str(pl.lit(client), "kind", "key", separator="\n").cast(pl.Binary)).to_series()
    digests = pl.Series([_digest(word) for word in words], dtype=pl.Binary)
    return digests.bin.reinterpret(dtype=pl.UInt64, endianness="little")


def _digest(word: bytes) -> bytes:
    return blake2b(word, digest_size=8).digest()


def packed(tokens: pl.DataFrame) -> bytes:
    """Return rows of `SCHEMA` as bytes (Arrow IPC)."""
    buffer = io.BytesIO()
    tokens.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()).write_ipc(buffer)
    return buffer.getvalue()


def unpacked(blob: bytes) -> pl.DataFrame:
    """Return what `packed` made into bytes."""
    return pl.read_ipc(io.BytesIO(blob)).select(*SCHEMA)


def without(blob: bytes, forgotten: Collection[int]) -> bytes:
    """Return the bytes without every key of those persons of whom one key is in `forgotten`."""
    tokens = unpacked(blob)
    gone = tokens.filter(pl.col("token").is_in(pl.Series(list(forgotten), dtype=pl.UInt64).implode()))
    return packed(tokens.join(gone, on="person", how="anti"))
