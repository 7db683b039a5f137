"""Configs that nobody wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.config.ad_hoc import of_sources


@pytest.mark.parametrize("name", ["acme.yaml", "clients/acme.yaml"])
def test_config_that_a_run_kept_stands_where_it_stood_so_that_its_env_file_is_found(tmp_path: Path, name: str) -> None:
    path = tmp_path / "configs" / name
    base = of_sources([(name, b"client: acme\n"), ("base.yaml", b"")], path)
    assert base.path == path
    assert base.kept is not None
    assert set(base.kept) == {path, tmp_path / "configs" / "base.yaml"}
