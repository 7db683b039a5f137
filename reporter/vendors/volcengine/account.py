"""A Volcengine account in a config, and where its calls go."""

from __future__ import annotations

from typing import ClassVar, Literal

from reporter.model import Detail, Pull
from reporter.vendors.base import Account, SecretRef

NAME = "volcengine"
DEFAULT_URL = "https://livesaas.volcengineapi.com"


class VolcengineAccount(Account):
    """Keys of an access key pair (with `session_token` where they are temporary), and how deep to look.

    `detail` holds for every room that does not say its own: `list` has the vendor's sums alone, `visits`
    adds the log of joins and leaves, `tracks` one call a viewer instead of the log.
    """

    key_id: ClassVar[tuple[str, ...]] = ("access_key",)

    vendor: Literal["volcengine"]
    access_key: SecretRef
    secret_key: SecretRef
    session_token: SecretRef | None = None
    detail: Detail = "visits"


def account_of(pull: Pull) -> VolcengineAccount:
    """Return the account's record; raises `TypeError` for a pull of another vendor, a bug of ours."""
    if not isinstance(pull.options, VolcengineAccount):
        raise TypeError(f"{pull.vendor}:{pull.account} is no Volcengine account")
    return pull.options
