"""What a config says of a Quanshi account."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from reporter.vendors.base import Account, SecretRef


class QuanshiAccount(Account):
    """A Quanshi account: a configured `token`, or `app_secret` and the `user_email` that a token is created for.

    `key_header` is the name of the header that carries `app_key`: the vendor's older pages say AppKey, the
    newer ones AppId (developer.quanshi.com/cn/api/33 and /189).
    """

    key_id: ClassVar[tuple[str, ...]] = ("app_key",)

    vendor: Literal["quanshi"]
    app_key: SecretRef = Field(description="The enterprise's AppKey (AppId).", examples=["env:QS_KEY"])
    app_secret: SecretRef | None = Field(None, description="Signs every call.", examples=["env:QS_SECRET"])
    user_email: Annotated[str, StringConstraints(pattern=r"^[^@\s:]+@[^@\s]+$")] | None = Field(
        None, description="An administrator's address; tokens are created for this user.", examples=["ops@example.com"]
    )
    token: SecretRef | None = Field(None, description="A token of your own, instead.", examples=["env:QS_TOKEN"])
    key_header: Literal["AppKey", "AppId"] = "AppKey"

    @model_validator(mode="after")
    def _can_get_a_token(self) -> QuanshiAccount:
        if self.token is None and (self.app_secret is None or self.user_email is None):
            raise PydanticCustomError("ours", "needs app_secret and user_email, or else token: env:NAME")
        return self
