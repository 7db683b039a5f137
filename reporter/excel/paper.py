"""How a sheet comes out on paper: A4 landscape, and how a page's blocks are divided between sheets of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

_A4 = 9


@dataclass(slots=True)
class Paper:
    """A sheet of paper as it fills up, in points of rows; without end where all shrinks to one sheet.

    `bare` is what is used of it before the first block on it: title, blank rows.
    """

    room: float = math.inf
    used: float = 0.0
    bare: float = 0.0

    def has(self, points: float) -> bool:
        """Tell whether so much goes on it, or would not go on any: nothing else stands on it."""
        return self.used + points <= self.room or self.used == self.bare

    def fitting(self, rows: Sequence[float]) -> int:
        """Return how many of these rows go on it, from the first: one at least, or they would never be printed."""
        left, count = self.room - self.used, 0
        for points in rows:
            left -= points
            if left < 0 < count:
                break
            count += 1
        return count


def set_up(sheet: Worksheet) -> None:
    """Lay a sheet out for A4 landscape, as wide as the page, with its name and page number at the foot."""
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = 0.6
    margins.header = margins.footer = 0.3
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(left=_HeaderFooterPart("&A"), right=_HeaderFooterPart("&P / &N"))
