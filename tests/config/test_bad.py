"""Each bad config against its golden: every complaint, at its place, in the order of the file, no secret in it."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from reporter.config import load
from reporter.errors import ConfigError

BAD = Path(__file__).parent / "bad"
NOW = datetime.fromisoformat("2026-11-10T09:00:00+08:00")
CONFIGS = sorted(path.stem for path in BAD.glob("*.yaml") if not path.name.startswith("_"))
#: the made-up secrets that stand in bad configs
SECRETS = ("madeup", "SuperSecret", "c2VjcmV0", "bWFkZXVw", "AKLT")


@pytest.mark.parametrize("name", CONFIGS)
def test_bad_config_gets_its_golden_complaints(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(BAD / f"{name}.yaml", now=NOW)
    told = str(caught.value).replace(f"{BAD}{os.sep}", "").replace("\\", "/")
    assert told + "\n" == (BAD / f"{name}.txt").read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in told]


def test_bad_configs_and_goldens_are_as_many() -> None:
    assert sorted(path.stem for path in BAD.glob("*.txt")) == CONFIGS
    assert len(CONFIGS) >= 60


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("acm.yaml", "acm.yaml: the config does not exist; did you mean acme.yaml?"),
        ("folder", "folder: the config is a folder; name a file"),
    ],
)
def test_config_that_cannot_be_opened_is_one_line(tmp_path: Path, path: str, told: str) -> None:
    (tmp_path / "acme.yaml").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / path)
    assert str(caught.value) == f"{tmp_path}{os.sep}{told}"


def test_config_over_a_megabyte_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_bytes(b"a" * 1_000_001)
    with pytest.raises(ConfigError, match=r"has 1,000,001 bytes, more than the 1,000,000 that are read"):
        load(path)


def test_nesting_bomb_is_refused_at_the_fiftieth_level(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text("a: " + "[" * 5000)
    with pytest.raises(ConfigError, match="more than 50 levels deep"):
        load(path)
