"""Measured tables find their places on a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from lichtspiel.evaluate.card import fill

PAGE = """# A card

<!-- report/report.md -->

| old |

<!-- end -->

Words between.

<!-- physics/physics.md -->

| stays |

<!-- end -->
"""


def test_tables_are_put_where_the_page_says_and_others_stay(tmp_path: Path) -> None:
    page, table = tmp_path / "card.md", tmp_path / "runs" / "report" / "report.md"
    table.parent.mkdir(parents=True)
    table.write_text("| new |\n|---|\n| \\1 50% |\n")
    page.write_text(PAGE)
    assert fill(page, tmp_path / "runs") == ["report/report.md"]
    assert page.read_text() == PAGE.replace("| old |", "| new |\n|---|\n| \\1 50% |")
    once = page.read_text()
    fill(page, tmp_path / "runs")
    assert page.read_text() == once


def test_a_page_without_places_and_a_folder_without_tables_are_refused(tmp_path: Path) -> None:
    page = tmp_path / "card.md"
    page.write_text("# Nothing\n")
    with pytest.raises(ValueError, match="no place for tables"):
        fill(page, tmp_path)
    page.write_text(PAGE)
    with pytest.raises(ValueError, match=r"none of: report/report\.md, physics/physics\.md"):
        fill(page, tmp_path)
    assert page.read_text() == PAGE
