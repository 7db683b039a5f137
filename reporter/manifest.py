"""`run.json`: a run's manifest as bytes, and what an earlier one named (DESIGN.md section 6, contract)."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

from reporter.errors import UsageError
from reporter.model import Finding, Issue, Pulled, RunManifest

NAME = "run.json"


def to_dict(manifest: RunManifest) -> dict[str, Any]:
    """Return what run.json holds; instants are ISO 8601 with offset."""
    period = manifest.period
    return {
        "run_id": manifest.run_id,
        "client": manifest.client,
        "version": manifest.version,
        "config_sha256": manifest.config_sha256,
        "as_of": manifest.as_of.isoformat(),
        "period": {
            "label": period.label,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
            "timezone": period.timezone,
        },
        "status": manifest.status,
        "fonts": list(manifest.fonts),
        "files": [
            {"path": file.path, "kind": file.kind, "sha256": file.sha256, "bytes": file.bytes}
            for file in manifest.files
        ],
        "pulls": [_pull(pulled) for pulled in manifest.pulls],
        "tables": manifest.tables,
        "issues": [_issue(issue) for issue in manifest.issues],
        "checks": [_check(finding) for finding in manifest.checks],
    }


def to_json(manifest: RunManifest) -> bytes:
    """Return run.json: UTF-8, indented, keys in the order of the design."""
    return (json.dumps(to_dict(manifest), ensure_ascii=False, indent=1) + "\n").encode()


def files_of(folder: Path) -> set[str]:
    """Return the files that the run.json of a folder names, run.json aside; none where there is none to read."""
    try:
        named = {str(file["path"]) for file in json.loads((folder / NAME).read_bytes())["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    # a run.json that somebody edited must not lead out of its folder
    return {path for path in named if not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts}


def read(folder: Path) -> dict[str, Any]:
    """Return what the run.json of a folder holds; raises `UsageError` where it cannot be read."""
    try:
        told: dict[str, Any] = json.loads((folder / NAME).read_bytes())
        if told["run_id"] and told["period"]["timezone"]:
            return told
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise UsageError(f"{folder / NAME} cannot be read, so nobody can say what its run made; name another folder")


def run_id_of(folder: Path) -> str:
    """Return the id of the run that the run.json of a folder is of, "" where there is none to read."""
    try:
        return str(read(folder)["run_id"])
    except UsageError:
        return ""


def _pull(pulled: Pulled) -> dict[str, Any]:
    pull = pulled.pull
    return {
        "vendor": pull.vendor,
        "account": pull.account,
        "endpoint": pull.endpoint,
        "room": pull.room,
        "params": dict(pull.params),
        "requests": pulled.requests,
        "rows": pulled.rows,
        "claimed": pulled.claimed,
        "verdict": pulled.verdict,
    }


def _issue(issue: Issue) -> dict[str, str]:
    return {"level": issue.level, "code": issue.code, "message": issue.message.en, "where": issue.where}


def _check(finding: Finding) -> dict[str, str]:
    return {
        "check": finding.check,
        "where": finding.where,
        "expected": finding.expected,
        "found": finding.found,
        "verdict": finding.verdict,
        "why": finding.why.en,
    }
