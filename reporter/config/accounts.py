"""The accounts of a config, each checked by its vendor's own model and against its vendor's limits."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from reporter.addresses import ascii_host
from reporter.config.complaints import none_of, quoted
from reporter.config.loading import Loading
from reporter.config.references import FORMS, PLACES, SYNTAX, secret_fields
from reporter.config.words import validated
from reporter.config.yaml_nodes import KeyPath, Node
from reporter.vendors.base import Account, Endpoint, Vendor
from reporter.vendors.rates import per_second

_STRANGE_HOST = "has a host with letters that no domain may hold; write it in small letters, or as xn--…"


def read_accounts(tree: Node, vendors: Mapping[str, Vendor], loading: Loading) -> dict[str, Account]:
    """Return the accounts that are right, in the order of the file, with a complaint for all that is wrong."""
    accounts = {}
    for name, node in tree.fields["accounts"].fields.items() if "accounts" in tree.fields else ():
        account = _account(node, ("accounts", name), vendors, loading)
        if account is not None:
            accounts[name] = account
    return accounts


def vendor_of(tree: Node, account: str, vendors: Mapping[str, Vendor]) -> Vendor | None:
    """Return the vendor of an account of the file, None where either is not known."""
    named = tree.find(("accounts", account, "vendor"))
    return vendors.get(named.text) if named and named.text else None


def url_fault(url: str) -> str | None:
    """Return what is wrong with a base_url and what to write, None where nothing is; it is never quoted."""
    parts = _split(url)
    if parts is None or parts.scheme not in {"https", "http"}:
        return "is no URL; write https://host, or https://host/path"
    if not _has_plain_host(parts):
        return _STRANGE_HOST
    host = parts.hostname or ""
    if "@" in parts.netloc:
        return "holds a user or password; write the URL without, the keys have fields of their own"
    if "?" in url or "#" in url:
        return "has a query or fragment; write it up to the path"
    if parts.scheme == "http" and not _is_loopback(host):
        return "is plain http, which would show keys to the network; write https:// (http is for loopback hosts)"
    return None


def proxy_fault(url: str) -> str | None:
    """Return what is wrong with a proxy's URL, which may hold a user and password; it is never quoted."""
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https", "socks5", "socks5h"}:
        return "is no URL of a proxy; write http://host:port"
    return None if _has_plain_host(parts) else _STRANGE_HOST


def _split(url: str) -> SplitResult | None:
    """Return a URL's parts, None where it has no host, a port that is none, or characters that no URL has."""
    if not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if is_whole else None


def _has_plain_host(parts: SplitResult) -> bool:
    """Say whether a host is itself in ASCII: one that would have to become another is refused."""
    try:
        return bool(ascii_host(parts))
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _account(node: Node, path: KeyPath, vendors: Mapping[str, Vendor], loading: Loading) -> Account | None:
    complaints, named = loading.complaints, node.fields.get("vendor")
    if named is None:
        if isinstance(node.value, dict) and loading.is_whole:
            known = " | ".join(vendors)
            complaints.add(node.key, (*path, "vendor"), f"is missing; write `vendor: …`, one of {known}")
        return None
    if named.text is None:
        return None
    vendor = vendors.get(named.text)
    if vendor is None:
        complaints.add(named.mark, (*path, "vendor"), none_of(named.text, list(vendors), "vendors"))
        return None
    before = len(complaints.found)
    _check_references(node, path, vendor, loading)
    _check_places(node, path, loading)
    plain = {**node.plain(), "rate": _rate(node, path, vendor, loading)}
    account = validated(vendor.account, node, path, complaints, plain=plain, is_whole=loading.is_whole)
    return account if len(complaints.found) == before else None


def _check_references(node: Node, path: KeyPath, vendor: Vendor, loading: Loading) -> None:
    """Complain about references that cannot be right; a literal secret is the model's complaint."""
    for name in secret_fields(vendor.account):
        field = node.fields.get(name)
        scheme = (field.text or "").partition(":")[0] if field else ""
        if field is None or scheme not in SYNTAX:
            continue
        allowed = ("env", "file", "call") if name in vendor.account.callable_keys else ("env", "file")
        if scheme not in allowed or not SYNTAX[scheme].fullmatch(field.text or ""):
            forms = " or ".join(FORMS[one] for one in allowed)
            loading.complaints.add(field.mark, (*path, name), f"this reference cannot be followed; write {forms}")


def _check_places(node: Node, path: KeyPath, loading: Loading) -> None:
    for name in PLACES:
        field = node.fields.get(name)
        if field is None or not field.text or SYNTAX["env"].fullmatch(field.text):
            continue
        if name == "proxy" or field.text.startswith("env:"):
            fault: str | None = "is no reference to an environment variable; write env:NAME"
        else:
            fault = url_fault(field.text)
        if fault:
            loading.complaints.add(field.mark, (*path, name), fault)


def _rate(node: Node, path: KeyPath, vendor: Vendor, loading: Loading) -> object:
    """Return an account's rate as its model takes it: text, or (call, rate) pairs."""
    field = node.fields.get("rate")
    if field is None:
        return None
    at = (*path, "rate")
    if not isinstance(field.value, dict):
        _check_rate(field, at, None, loading)
        return field.text
    for call, rate in field.fields.items():
        endpoint = vendor.endpoints.get(call)
        if endpoint is None:
            loading.complaints.add(rate.key, (*at, call), none_of(call, list(vendor.endpoints), f"{vendor.name} calls"))
        _check_rate(rate, (*at, call), endpoint, loading)
    return tuple((call, rate.text or "") for call, rate in field.fields.items())


def _check_rate(node: Node, path: KeyPath, endpoint: Endpoint | None, loading: Loading) -> None:
    if node.value is None:
        return
    try:
        rate = per_second(node.text or "")
    except ValueError as fault:
        loading.complaints.add(node.mark, path, str(fault))
        return
    if endpoint is not None and float(rate) > endpoint.rate + 1e-9:
        limit = f"{endpoint.rate:g}/s" if endpoint.rate >= 1 else f"{endpoint.rate * 60:g}/min"
        message = f"{quoted(node.text or '')} is above the {limit} that {endpoint.name} allows; write {limit} or less"
        loading.complaints.add(node.mark, path, message)
