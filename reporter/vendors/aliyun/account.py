"""What a config says of an Aliyun account."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from reporter.vendors.base import Account, SecretRef


class AliyunAccount(Account):
    """An Aliyun account. The call that we make is served by cn-shanghai only, which is the default region."""

    key_id: ClassVar[tuple[str, ...]] = ("access_key",)

    vendor: Literal["aliyun"]
    access_key: SecretRef = Field(description="AccessKey ID.", examples=["env:ALI_AK"])
    secret_key: SecretRef = Field(description="AccessKey secret.", examples=["env:ALI_SK"])
    session_token: SecretRef | None = Field(None, description="Of temporary (STS) keys.", examples=["env:ALI_STS"])
    region: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")] = "cn-shanghai"
    signature: Literal["v3", "rpc1"] = Field("v3", description="ACS3-HMAC-SHA256, or the older RPC 1.0.")
