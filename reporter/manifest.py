"""`run.json` as bytes, and whether a folder is a finished run (DESIGN.md section 6, contract). Pure but for reading."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from reporter.files import sha256
from reporter.model import Issue, Pulled, RunManifest

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
    }


def to_json(manifest: RunManifest) -> bytes:
    """Return run.json: UTF-8, indented, keys in the order of the design."""
    return (json.dumps(to_dict(manifest), ensure_ascii=False, indent=1) + "\n").encode()


def is_finished(folder: Path) -> bool:
    """Say whether `folder` holds a run.json whose files all stand there with the hashes that it names."""
    try:
        manifest = json.loads((folder / NAME).read_bytes())
        return all(sha256((folder / file["path"]).read_bytes()) == file["sha256"] for file in manifest["files"])
    except (OSError, ValueError, KeyError):
        return False


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
