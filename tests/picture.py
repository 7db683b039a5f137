"""The README's picture of the page: `reporter demo`, then `python -m tests.picture PAGE` (its HTML file).

Writes docs/images/page.png from the page's head down to who was online when, in light colours.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

_PICTURE = Path(__file__).parent.parent / "docs" / "images" / "page.png"
#: pixels of the window; the picture has half as many again, for fine screens
_WIDTH, _FINE = 1040, 1.5
_LAST = "#concurrency figure"


def main() -> None:
    """Open the page in a Chromium and keep what is seen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": _WIDTH, "height": 900}, device_scale_factor=_FINE, color_scheme="light"
        )
        page.goto(Path(sys.argv[1]).absolute().as_uri())
        end = page.evaluate(f"document.querySelector({_LAST!r}).getBoundingClientRect().bottom")
        page.screenshot(path=_PICTURE, full_page=True, clip={"x": 0, "y": 0, "width": _WIDTH, "height": end + 16})
        browser.close()


if __name__ == "__main__":
    main()
