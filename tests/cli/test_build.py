"""`reporter build --pdf` from a store that is filled: the page on paper, looked at with Poppler."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reporter.cli.build import command
from reporter.errors import UsageError
from reporter.resources import find

WORKBOOK, PAGE = "  workbook: {audience: client, compress: small}\n", "  html: {template: summary}\n"
Build = Callable[..., tuple[Result, Path]]


@pytest.fixture(scope="module")
def build(chain: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return a function that builds the demo without some of its outputs, from what is stored, and says where."""
    pulled = chain(scale=0.3)
    pulled.run()
    demo = find("configs/demo.yaml")
    env = {**pulled.sandbox.credentials(), "REPORTER_DEMO_URL": "http://127.0.0.1:1"}
    words = ["--store", f"sqlite:///{pulled.store.file}", "--now", pulled.now.isoformat(), "--pdf"]

    def run(without: str) -> tuple[Result, Path]:
        folder = tmp_path_factory.mktemp("build")
        text = demo.read_text(encoding="utf-8").replace("rosters/", f"{demo.parent.as_posix()}/rosters/")
        (folder / "demo.yaml").write_text(text.replace(without, ""), encoding="utf-8")
        asked = [str(folder / "demo.yaml"), *words, "--out", str(folder)]
        return CliRunner().invoke(command, asked, env=env, standalone_mode=False), folder

    return run


def _read(*words: str | Path) -> str:
    return subprocess.run(words, capture_output=True, check=True, encoding="utf-8").stdout


def _charts(page: str) -> dict[str, set[str]]:
    """Return the words of each wide chart that stand upright, by the title of its section."""
    found = {}
    for title, drawing in re.findall(
        r'<h2[^>]*>([^<]+)</h2>(?:(?!<h2).)*?<svg class="wide"(.*?)</svg>', page, re.DOTALL
    ):
        words = re.findall(r"<text(?![^>]*rotate)[^>]*>([^<]+)</text>", drawing)
        found[title] = {"".join(word.split()) for word in words}
    return found


def test_page_is_printed_on_a4_with_heads_on_every_page_and_no_chart_split(
    build: Build, need_program: Callable[[str], Path]
) -> None:
    need_program("chromium")
    need_program("pdftotext")
    ended, folder = build(WORKBOOK)
    assert (ended.exception, ended.return_value) == (None, 0)
    (path,), (page,) = folder.rglob("*.pdf"), folder.rglob("demo_*.html")
    size = re.search(r"Page size: +([\d.]+) x ([\d.]+) pts", _read("pdfinfo", path))
    assert size is not None
    assert (round(float(size[1])), round(float(size[2]))) == (595, 842)

    pages = ["".join(one.split()) for one in _read("pdftotext", "-layout", path, "-").split("\f")]
    glossary = [number for number, one in enumerate(pages) if "口径说明" in one or "指标算法已知偏差" in one]
    assert len(glossary) >= 2
    last = max(number for number, one in enumerate(pages) if "虚拟人气" in one)
    assert glossary == list(range(glossary[0], last + 1))

    charts = _charts(page.read_text(encoding="utf-8"))
    assert len(charts) >= 6
    for title, words in charts.items():
        assert any(title in one and all(word in one for word in words) for one in pages), title


def test_pdf_without_a_page_is_told_what_to_do_before_anything_is_done(build: Build) -> None:
    ended, folder = build(PAGE)
    assert isinstance(ended.exception, UsageError)
    assert "demo.yaml makes none; add `html: {template: summary}` under `outputs:`" in str(ended.exception)
    assert [path.name for path in folder.iterdir()] == ["demo.yaml"]
