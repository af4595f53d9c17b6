"""A page is a title and rows of blocks; a report is a page with a time and readers.

Pages register themselves by standing in dashboards/pages, reports in dashboards/reports; the catalogue reads them once.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import lru_cache

from dashboards.block import Block, Kpi, Trend
from dashboards.label import Title


@dataclass(frozen=True)
class Page:
    """A dashboard under /d/NAME; `filters` are dimensions offered in the bar, `entity` who may see it at all."""

    name: str
    title: Title
    section: Title
    icon: str
    rows: tuple[tuple[Block, ...], ...]
    filters: tuple[str, ...] = ("region", "org_unit", "level")
    intro: Title | None = None
    order: int = 50

    def block(self, at: str) -> Block:
        """The block at a place such as '0-1', row and place in it; ValueError or IndexError where there is none."""
        down, across = (int(part) for part in at.split("-"))
        return self.rows[down][across]


@dataclass(frozen=True)
class Report:
    """A Word report: chapters of blocks, made for a period, delivered by `cron` in the business time zone.

    `grain` is the period it covers: week or month. `readers` are roles whose people receive it.
    """

    name: str
    title: Title
    grain: str
    cron: str
    readers: tuple[str, ...]
    chapters: tuple[tuple[Title, tuple[Block, ...]], ...]

    @property
    def figures(self) -> tuple[str, ...]:
        """What it says of each period: its key figures, and what its trends show undivided."""
        blocks = (block for _, of_chapter in self.chapters for block in of_chapter)
        whole = (
            block
            for block in blocks
            if isinstance(block, Kpi) or (isinstance(block, Trend) and block.by is None)
        )
        return tuple(
            dict.fromkeys(
                name
                for block in whole
                for name in (block.metrics if isinstance(block, Trend) else (block.metric,))
            )
        )


@lru_cache(maxsize=1)
def load_pages() -> dict[str, Page]:
    """Every page by name, in the order of the navigation."""
    pages = [page for module in _modules("dashboards.pages") if isinstance(page := module.PAGE, Page)]
    return {page.name: page for page in sorted(pages, key=lambda page: (page.order, page.name))}


@lru_cache(maxsize=1)
def load_reports() -> dict[str, Report]:
    """Every report by name."""
    reports = [
        report for module in _modules("dashboards.reports") if isinstance(report := module.REPORT, Report)
    ]
    return {report.name: report for report in sorted(reports, key=lambda report: report.name)}


def _modules(package_name: str) -> list:
    package = importlib.import_module(package_name)
    return [
        importlib.import_module(f"{package_name}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
    ]
