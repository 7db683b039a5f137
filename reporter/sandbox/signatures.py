"""How each vendor checks who calls: written from the vendors' own rules, apart from our signers.

Each `check_*` returns the account's key, or raises `RefusalError` with the vendor's status and code.
Rules: volcengine.md section 1, aliyun.md A3 and A4, quanshi.md C1 under the vendors' pages.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

import httpx

from reporter.sandbox.calls import RefusalError, pairs

#: a signature holds this long, to both sides of the vendor's clock
VALID = timedelta(minutes=15)

_VOLCENGINE = re.compile(r"HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})")
_ALIYUN = re.compile(r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})")
_DEFAULT_PORT = re.compile(r":(80|443)$")


@dataclass(frozen=True, slots=True)
class Secret:
    """What a vendor knows of a key: its secret, and the session token that must come along, if any."""

    value: str = field(repr=False)
    session: str = field(default="", repr=False)


Keys = Mapping[str, Secret]


def check_volcengine(request: httpx.Request, keys: Keys, now: datetime) -> str:
    """Check the V4 signature (`HMAC-SHA256`, service livesaas, region cn-north-1)."""
    credential, signed, signature = _volcengine_claim(request)
    key, _, scope = credential.partition("/")
    date = request.headers.get("x-date", "")
    _on_time(date, "%Y%m%dT%H%M%SZ", now, RefusalError(400, "InvalidTimestamp", "The timestamp is not valid."))
    if key not in keys:
        raise RefusalError(401, "InvalidAccessKey", "The access key does not exist.")
    if scope != f"{date[:8]}/cn-north-1/livesaas/request":
        raise RefusalError(400, "InvalidCredential", "The credential scope is not valid.")
    if request.headers.get("x-security-token", "") != keys[key].session:
        raise RefusalError(401, "InvalidSecretToken", "The security token is not valid.")
    canonical = _canonical_request(request, signed, request.headers.get("x-content-sha256"))
    text = f"HMAC-SHA256\n{date}\n{scope}\n{_sha256(canonical.encode())}"
    chain = keys[key].value.encode()
    for part in scope.split("/"):
        chain = hmac.digest(chain, part.encode(), "sha256")
    if not hmac.compare_digest(hmac.digest(chain, text.encode(), "sha256").hex(), signature):
        raise RefusalError(401, "SignatureDoesNotMatch", "The request signature does not match.")
    return key


def check_aliyun_v3(request: httpx.Request, keys: Keys, now: datetime) -> str:
    """Check the V3 signature (`ACS3-HMAC-SHA256`): host and every x-acs-* header must be signed."""
    found = _ALIYUN.fullmatch(request.headers.get("authorization", ""))
    signed = found[2].split(";") if found else []
    wanted = {"host", *(name for name in request.headers if name.startswith("x-acs-"))}
    if not found or not wanted <= set(signed) or "x-acs-date" not in wanted:
        raise RefusalError(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
    _aliyun_on_time(request.headers["x-acs-date"], now)
    secret = _aliyun_secret(found[1], keys, request.headers.get("x-acs-security-token", ""))
    canonical = _canonical_request(request, signed, request.headers.get("x-acs-content-sha256"))
    text = f"ACS3-HMAC-SHA256\n{_sha256(canonical.encode())}"
    expected = hmac.digest(secret.encode(), text.encode(), "sha256").hex()
    if not hmac.compare_digest(expected, found[3]):
        raise _mismatch(text)
    return found[1]


def check_aliyun_rpc1(request: httpx.Request, keys: Keys, now: datetime) -> str:
    """Check the RPC 1.0 signature (HMAC-SHA1 over query and form parameters)."""
    params = rpc_params(request)
    signature = params.pop("Signature", "")
    wanted = {"AccessKeyId", "Timestamp", "SignatureNonce", "SignatureMethod", "SignatureVersion"}
    if not signature or not wanted <= set(params):
        raise RefusalError(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
    if (params["SignatureMethod"], params["SignatureVersion"]) != ("HMAC-SHA1", "1.0"):
        raise RefusalError(400, "InvalidParameter", "SignatureMethod or SignatureVersion is not supported.")
    _aliyun_on_time(params["Timestamp"], now)
    secret = _aliyun_secret(params["AccessKeyId"], keys, params.get("SecurityToken", ""))
    text = f"{request.method}&%2F&{quote(canonical_query(params.items()), safe='-_.~')}"
    expected = b64encode(hmac.digest(f"{secret}&".encode(), text.encode(), "sha1")).decode()
    if not hmac.compare_digest(expected, signature):
        raise _mismatch(text)
    return params["AccessKeyId"]


def check_quanshi(request: httpx.Request, keys: Keys, now: datetime) -> str:
    """Check `CheckSum` = lower hex SHA1(AppSecret + Nonce + CurTime in milliseconds)."""
    headers = request.headers
    key = str(headers.get("appkey") or headers.get("appid", ""))
    nonce, moment = headers.get("nonce", ""), headers.get("curtime", "")
    if key not in keys:
        raise RefusalError(200, "403", "Invalid AppKey!")
    if not 0 < len(nonce) <= 128:  # noqa: PLR2004 - the documented bound
        raise RefusalError(200, "403", "Invalid Nonce!")
    if not moment.isdecimal() or abs(int(moment) / 1000 - now.timestamp()) > VALID.total_seconds():
        raise RefusalError(200, "403", "Invalid CurTime!")
    expected = checksum(keys[key].value, nonce, moment)
    if not hmac.compare_digest(expected, headers.get("checksum", "")):
        raise RefusalError(200, "403", "Invalid CheckSum!")
    return key


def checksum(secret: str, nonce: str, moment: str) -> str:
    """Return Quanshi's checksum of a nonce and a time in milliseconds."""
    return hashlib.sha1(f"{secret}{nonce}{moment}".encode(), usedforsecurity=False).hexdigest()


def canonical_query(params: Iterable[tuple[str, str]]) -> str:
    """Return the query as Volcengine and Aliyun sign it: RFC 3986, sorted, `k=` for an empty value."""
    encoded = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in params)
    return "&".join(f"{name}={value}" for name, value in encoded)


def rpc_params(request: httpx.Request) -> dict[str, str]:
    """Return Aliyun's parameters, from the query and from a form in the body."""
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    body = parse_qsl(request.content.decode(), keep_blank_values=True) if form else []
    return dict(pairs(request) + body)


def _volcengine_claim(request: httpx.Request) -> tuple[str, list[str], str]:
    """Return credential, names of signed headers and signature, as the Authorization header claims them."""
    given = request.headers.get("authorization")
    if not given:
        raise RefusalError(401, "MissingAuthenticationToken", "The request carries no authentication token.")
    found = _VOLCENGINE.fullmatch(given)
    if not found:
        raise RefusalError(400, "InvalidAuthorization", "The Authorization header is malformed.")
    signed = found[2].split(";")
    if not {"host", "x-date"} <= set(signed):
        raise RefusalError(400, "MissingRequestInfo", "Host and X-Date must be signed.")
    return found[1], signed, found[3]


def _canonical_request(request: httpx.Request, signed: list[str], claimed: str | None) -> str:
    """Return the text that both vendors hash: method, path, query, headers, their names, body hash.

    A claimed body hash that is not the body's makes the text, and so the signature, another one.
    """
    path = request.url.raw_path.decode("ascii").partition("?")[0] or "/"
    lines = [f"{name}:{_header(request, name)}\n" for name in sorted(signed)]
    body_hash = _sha256(request.content)
    if claimed is not None and claimed != body_hash:
        body_hash = "the body is not what its hash says"
    parts = (
        request.method,
        path,
        canonical_query(pairs(request)),
        "".join(lines),
        ";".join(sorted(signed)),
        body_hash,
    )
    return "\n".join(parts)


def _header(request: httpx.Request, name: str) -> str:
    value = request.headers.get(name, "").strip()
    return _DEFAULT_PORT.sub("", value) if name == "host" else value


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _on_time(text: str, form: str, now: datetime, refusal: RefusalError) -> None:
    try:
        moment = datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        raise refusal from None
    if abs(moment - now) > VALID:
        raise refusal


def _aliyun_on_time(text: str, now: datetime) -> None:
    message = "Specified time stamp or date value is expired or not well formatted."
    _on_time(text, "%Y-%m-%dT%H:%M:%SZ", now, RefusalError(400, "InvalidTimeStamp.Expired", message))


def _aliyun_secret(key: str, keys: Keys, session: str) -> str:
    if key not in keys:
        raise RefusalError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
    if session != keys[key].session:
        raise RefusalError(403, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")
    return keys[key].value


def _mismatch(text: str) -> RefusalError:
    message = "Specified signature is not matched with our calculation. server string to sign is:" + text
    return RefusalError(400, "SignatureDoesNotMatch", message)
