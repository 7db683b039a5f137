"""What a config says of a TalkCloud account."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from reporter.vendors.base import Account, SecretRef

#: what the integrator put into `userId`, which the vendor takes as free text
UserIdIs = Literal["auto", "external_id", "phone", "email", "name"]


class TalkcloudAccount(Account):
    """A TalkCloud account. How `token` is made is not documented, so it is given, or made by a function of yours.

    `call:package.module:function` is called at each send as `function(auth_key, timestamp)`, the timestamp in
    Unix seconds, and returns the token. `token_time` is when a given token was made, in Unix seconds.
    """

    key_id: ClassVar[tuple[str, ...]] = ("auth_key",)
    callable_keys: ClassVar[tuple[str, ...]] = ("token",)

    vendor: Literal["talkcloud"]
    auth_key: SecretRef = Field(description="The enterprise's key (Tk-authkey).", examples=["env:TK_KEY"])
    token: SecretRef = Field(
        description="Tk-token, or a function that makes one.", examples=["env:TK_TOKEN", "call:package.module:function"]
    )
    token_time: SecretRef | None = Field(
        None, description="When a given token was made, in Unix seconds.", examples=["env:TK_TIME"]
    )
    user_id_is: UserIdIs = Field(
        "auto", description="What your integration sends as userId: a key of the viewer, or a name. auto: as it looks."
    )
