"""The example that we ship, with the real vendors: valid as it is, and whole in the schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from reporter.config import access, load, schema, secret
from reporter.vendors import VENDORS

CONFIGS = Path(__file__).parents[2] / "configs"
KEYS = ("VOLC_AK", "VOLC_SK", "QS_KEY", "QS_SECRET", "TK_KEY", "TK_TOKEN", "TK_TIME", "ALI_AK", "ALI_SK", "SMTP_URL")


def test_example_loads_and_resolves_with_its_environment_set() -> None:
    env = dict.fromkeys(KEYS, "1767225600")
    config = load(CONFIGS / "example.yaml")
    assert list(access(config, env=env)) == ["volc", "qs", "talk", "vod"]
    assert secret(config, "mail.smtp", env=env) == "1767225600"
    assert len(config.rosters[0].entries) == 6


def test_example_has_every_vendor() -> None:
    config = load(CONFIGS / "example.yaml")
    assert {account.vendor for account in config.accounts.values()} == set(VENDORS)


@pytest.mark.parametrize("name", ["example.yaml", "_base.yaml"])
def test_schema_knows_every_key_of_the_example(name: str) -> None:
    written = YAML(typ="safe").load((CONFIGS / name).read_text(encoding="utf-8"))
    assert list(unknown(written, schema(), schema())) == []


def test_schema_tells_accounts_apart_by_vendor() -> None:
    made = schema()
    kinds = made["properties"]["accounts"]["additionalProperties"]["oneOf"]
    accounts = [made["$defs"][kind["$ref"].rpartition("/")[2]] for kind in kinds]
    assert [account["properties"]["vendor"] for account in accounts] == [{"const": name} for name in VENDORS]
    assert all("vendor" in account["required"] and account["additionalProperties"] is False for account in accounts)


def test_schema_has_no_reference_that_leads_nowhere() -> None:
    made = schema()
    for part in parts(made):
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/$defs/") in made["$defs"]


def test_schema_takes_ids_with_and_without_quotes() -> None:
    assert schema()["$defs"]["RoomShape"]["properties"]["room"]["anyOf"][0]["type"] == ["string", "integer"]


def test_schema_knows_the_limits_of_an_account_and_no_others() -> None:
    made = schema()["$defs"]
    assert all(
        made[f"{name}_account"]["properties"]["limits"]["anyOf"][0] == {"$ref": "#/$defs/Caps"} for name in VENDORS
    )
    assert set(made["Caps"]["properties"]) == {"seconds", "wire", "unpacked", "ratio", "nesting"}
    assert made["Caps"]["additionalProperties"] is False


def parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(inner)


def unknown(value: Any, kind: dict[str, Any], root: dict[str, Any]) -> Iterator[str]:
    """Yield the keys of a value that no alternative of its schema names."""
    kinds = list(alternatives(kind, root))
    for key, inner in value.items() if isinstance(value, dict) else ():
        named = [one["properties"][key] for one in kinds if key in one.get("properties", {})]
        named += [one["additionalProperties"] for one in kinds if isinstance(one.get("additionalProperties"), dict)]
        if not named:
            yield key
        yield from unknown(inner, {"anyOf": named}, root)
    for inner in value if isinstance(value, list) else ():
        yield from unknown(inner, {"anyOf": [one["items"] for one in kinds if "items" in one]}, root)


def alternatives(kind: dict[str, Any], root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "$ref" in kind:
        yield from alternatives(root["$defs"][kind["$ref"].rpartition("/")[2]], root)
        return
    inner = [*kind.get("anyOf", ()), *kind.get("oneOf", ())]
    if "properties" in kind or not inner:
        yield kind
        return
    for one in inner:
        yield from alternatives(one, root)
