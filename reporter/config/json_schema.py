"""The JSON Schema of a config, for editors: the shapes as pydantic gives them, accounts one of a vendor each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reporter.config.models import ConfigShape
from reporter.vendors import VENDORS
from reporter.vendors.base import Vendor

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_RATE = {"type": "string", "pattern": r"^\d+(\.\d+)?/(s|min)$"}


def schema(vendors: Mapping[str, Vendor] = VENDORS) -> dict[str, Any]:
    """Return the JSON Schema of configs (draft 2020-12), with descriptions and examples."""
    made = ConfigShape.model_json_schema()
    definitions: dict[str, Any] = made.pop("$defs", {})
    for vendor in vendors.values():
        definitions[f"{vendor.name}_account"] = _account(vendor, definitions)
    accounts = made["properties"]["accounts"]
    accounts["additionalProperties"] = {"oneOf": [{"$ref": f"#/$defs/{name}_account"} for name in vendors]}
    accounts.pop("patternProperties", None)
    made["anyOf"] = [{"required": ["events"]}, {"required": ["rooms"]}, {"required": ["extends"]}]
    made["required"] = ["client", "period", "accounts"]
    whole = {"$schema": _DIALECT, **made, "$defs": definitions}
    return {key: _without_titles(value) for key, value in whole.items() if key != "title"}


def _account(vendor: Vendor, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a vendor's accounts; its own definitions join the others."""
    made = vendor.account.model_json_schema()
    definitions |= made.pop("$defs", {})
    properties = made["properties"]
    properties["vendor"] = {"const": vendor.name}
    properties["base_url"] = {"type": "string", "description": "https://host[/path], or env:NAME."}
    properties["proxy"] = {"type": "string", "pattern": "^env:", "description": "env:NAME."}
    calls = dict.fromkeys(vendor.endpoints, _RATE)
    properties["rate"] = {
        "description": "A ceiling for each call, or calls with a ceiling each.",
        "anyOf": [_RATE, {"type": "object", "properties": calls, "additionalProperties": False}],
    }
    made["required"] = sorted({*made.get("required", ()), "vendor"})
    made["description"] = f"An account of {vendor.label}."
    return made


def _without_titles(part: Any) -> Any:  # noqa: ANN401 - JSON Schema is any JSON
    """Drop the titles that pydantic makes of field names; editors show the keys themselves."""
    if isinstance(part, list):
        return [_without_titles(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _without_titles(value) for key, value in part.items() if not (key == "title" and isinstance(value, str))
    }
