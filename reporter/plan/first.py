"""The pulls that a config starts with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reporter.config import Config
from reporter.model import Detail, Period, Pull
from reporter.vendors.base import Access


def first_pulls(
    config: Config, access: Mapping[str, Access], period: Period, *, detail: Detail | None = None
) -> tuple[Pull, ...]:
    """Return the pulls that a run starts with, in the order of the config's accounts; `detail`: as if all had it."""
    rooms, matches = config.rooms(period), config.matches()
    if detail is not None:
        rooms = tuple(replace(room, detail=detail) if room.detail else room for room in rooms)
    return tuple(
        pull
        for name, one in access.items()
        for pull in one.vendor.start(
            name,
            one.account if detail is None else one.account.model_copy(update=_deepened(one, detail)),
            [room for room in rooms if room.account == name],
            matches.get(name, ()),
            period,
        )
    )


def with_waiting(pulls: Sequence[Pull]) -> tuple[Pull, ...]:
    """Return pulls and all that wait for their tokens, each before those that wait for it."""
    return tuple(one for pull in pulls for one in (pull, *with_waiting(pull.then)))


def _deepened(one: Access, detail: Detail) -> dict[str, Detail]:
    return {"detail": detail} if "detail" in type(one.account).model_fields else {}
