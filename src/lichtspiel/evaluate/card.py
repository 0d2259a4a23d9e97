"""The model card's tables, from the files that measuring wrote: a page says where each belongs."""

from __future__ import annotations

import re
from pathlib import Path

from lichtspiel.media.mux import placing

#: `<!-- report/report.md -->`, what stood there before, `<!-- end -->`.
_BLOCK = re.compile(r"(<!-- (?P<name>[\w./-]+) -->\n).*?(\n<!-- end -->)", re.DOTALL)


def fill(page: Path, measured: Path) -> list[str]:
    """Put the files of the folder `measured` into the blocks of a page that name them.

    Returns the names of the blocks that were filled; those without a file stay as they are. Raises
    ValueError where the page has no blocks, or no file fits one.
    """
    text = page.read_text()
    names = [match["name"] for match in _BLOCK.finditer(text)]
    if not names:
        raise ValueError(f"'{page}' has no place for tables: '<!-- FILE -->' to '<!-- end -->'.")
    found = [name for name in names if (measured / name).is_file()]
    if not found:
        raise ValueError(f"'{measured}' has none of: {', '.join(names)}. Measure first.")

    def put(match: re.Match[str]) -> str:
        name = match["name"]
        inside = (measured / name).read_text().strip() if name in found else None
        return match[0] if inside is None else f"{match[1]}\n{inside}\n{match[3]}"

    with placing(page) as temporary:
        temporary.write_text(_BLOCK.sub(put, text))
    return found
