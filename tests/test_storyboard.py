from __future__ import annotations

from pathlib import Path

import pytest

from lichtspiel.request import Shot
from lichtspiel.storyboard import read

GOOD = """\
size: landscape
seed: 7
characters:
  Anna: a woman in a red dress
  Ännchen: ein Welpe
shots:
  - Anna walks through a neon street.
  - say: Anna meets Ännchen on the beach, Annabel does not.
    seconds: 6
    camera: orbit
  - say: Sie rennen.
    join: continuous
"""


def test_a_storyboard_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    board = read(tmp_path / "a.yaml")
    assert board.options == {"size": "landscape", "seed": 7}
    assert board.shots == (
        Shot("A woman in a red dress walks through a neon street."),
        Shot(
            "A woman in a red dress meets ein Welpe on the beach, Annabel does not.", 6.0, "orbit"
        ),
        Shot("Sie rennen.", joined=True),
    )


@pytest.mark.parametrize(
    ("line", "wrong", "told"),
    [
        (10, "    camera: sideways", "no camera 'sideways'"),
        (9, "    seconds: long", "a number is expected"),
        (9, "    seconds: -1", "can't last -1 seconds"),
        (9, "    second: 4", "'second' is not known"),
        (12, "    join: later", "cut or continuous"),
        (11, "  - camera: static", "needs 'say'"),
        (7, "  - [a, b]", "names with values"),
        (2, "seed: seven", "a whole number"),
        (7, "  - 'never closed", "end of stream"),
        (5, "  Anna: a man", "second time"),
    ],
)
def test_mistakes_are_told_with_their_line(
    tmp_path: Path, line: int, wrong: str, told: str
) -> None:
    lines = GOOD.splitlines()
    lines[line - 1] = wrong
    (tmp_path / "a.yaml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ValueError, match=told) as caught:
        read(tmp_path / "a.yaml")
    named = int(str(caught.value).split("line ")[1].split(":")[0])
    # YAML notices an open quote where it should have ended.
    assert named == line or (told == "end of stream" and named > line), str(caught.value)


@pytest.mark.parametrize("text", ["", "just words", "shots: []", "size: square", "shots: {}"])
def test_what_is_no_storyboard_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(ValueError, match=r"a\.yaml"):
        read(tmp_path / "a.yaml")
    with pytest.raises(ValueError, match="no file"):
        read(tmp_path / "b.yaml")
