"""What an account may set of the bounds of its calls: `limits: {seconds: 60, wire: 64MiB, unpacked: 1GiB}`."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

_SIZE = re.compile(r"(\d{1,12})(KiB|MiB|GiB)?", re.ASCII)
_BYTES = {None: 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
#: a reply of less than this is cut short, one of more fits no machine that we know
_LEAST_BYTES, _MOST_BYTES = 1024, 64 * 1024**3
_NUMBER = re.compile(r"\d{1,6}(\.\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_LONGEST_SECONDS = 3600
_SIZE_SCHEMA: dict[str, Any] = {
    "type": ["string", "integer"],
    "pattern": r"^\d+(KiB|MiB|GiB)?$",
    "minimum": _LEAST_BYTES,
}


def size(value: object) -> int:
    """Return the bytes of `64MiB`, `1GiB`, `512KiB` or `1048576`; raises a complaint for anything else."""
    text = str(value)
    found = _SIZE.fullmatch(text) if isinstance(value, str | int) else None
    count = int(found[1]) * _BYTES[found[2]] if found else 0
    if not _LEAST_BYTES <= count <= _MOST_BYTES:
        raise _wrong(value, "is no size; write one from 1KiB to 64GiB, such as 64MiB, 1GiB, or a number of bytes")
    return count


def _seconds(value: object) -> float:
    text = str(value)
    if not _NUMBER.fullmatch(text) or not 0 < float(text) <= _LONGEST_SECONDS:
        raise _wrong(value, "is no deadline; write seconds above 0 and up to 3600, such as 60")
    return float(text)


def _whole(most: int, what: str) -> BeforeValidator:
    def check(value: object) -> int:
        text = str(value)
        if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= most:
            raise _wrong(value, what)
        return int(text)

    return BeforeValidator(check)


def _wrong(value: object, what: str) -> PydanticCustomError:
    if isinstance(value, dict | list | tuple):
        return PydanticCustomError("ours", "write one value here, not a list or a mapping")
    shown = "".join(letter if letter.isprintable() else "·" for letter in str(value)[:60])
    return PydanticCustomError("ours", "{message}", {"message": f"`{shown}` {what}"})


Size = Annotated[int, BeforeValidator(size), WithJsonSchema(_SIZE_SCHEMA)]


class Caps(BaseModel):
    """Bounds of an account's calls; what is not given is as everywhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: (
        Annotated[
            float, BeforeValidator(_seconds), WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 3600})
        ]
        | None
    ) = Field(None, description="A whole try, connection and headers included.", examples=["60"])
    wire: Size | None = Field(None, description="The longest reply as it is sent.", examples=["64MiB"])
    unpacked: Size | None = Field(None, description="The longest reply as it is decoded.", examples=["1GiB"])
    ratio: (
        Annotated[
            int,
            _whole(100_000, "is no ratio; write a whole number from 1 on, such as 200"),
            WithJsonSchema({"type": "integer", "minimum": 1}),
        ]
        | None
    ) = Field(None, description="How far a reply may be blown up, past 10 MiB.", examples=["200"])
    nesting: (
        Annotated[
            int,
            _whole(512, "is no depth; write a whole number from 1 to 512, such as 64"),
            WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 512}),
        ]
        | None
    ) = Field(None, description="How many lists and mappings may stand in each other.", examples=["64"])
