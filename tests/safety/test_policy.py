"""The policy as data: what a studio may change, and what not."""

from __future__ import annotations

from pathlib import Path

import pytest

from lichtspiel.safety.policy import load_policy
from lichtspiel.safety.prompts import check
from lichtspiel.text import TextEncoder

ALL = {
    *("sexual", "minors", "violence", "self_harm", "hate", "crime"),
    *("persons", "brands", "deception"),
}


def written(folder: Path, text: str) -> Path:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_hazard_blocks_and_speaks_both_languages() -> None:
    policy = load_policy()
    assert set(policy.categories) == ALL
    assert next(iter(policy.categories)) == "minors"
    for category in policy.categories.values():
        assert category.action == "block" and not category.keep_text
        assert category.message("de") != category.message("en")
        assert category.message("en").endswith(".") and "\n" not in category.message("de")


def test_a_studio_relaxes(
    tmp_path: Path, encoder: TextEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Pikachu eats a sandwich."
    path = written(tmp_path, '[categories.brands]\naction = "warn"\n')
    verdict = check(text, load_policy(path), encoder)
    assert (verdict.blocked, verdict.action, verdict.category) == (False, "warn", "brands")
    monkeypatch.setenv("LICHTSPIEL_POLICY", str(path))
    assert load_policy().categories["brands"].action == "warn"
    path = written(tmp_path, '[categories.brands]\naction = "allow"\n')
    assert check(text, load_policy(path), encoder).category is None


def test_a_studio_tightens(tmp_path: Path, encoder: TextEncoder) -> None:
    path = written(tmp_path, "[categories.violence]\nthreshold = 0\n")
    assert check("A red ball.", load_policy(path), encoder).category == "violence"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[categories.minors]\naction = "warn"', "can be tightened, but not relaxed"),
        ("[categories.minors]\nthreshold = 0.99", "can be tightened, but not relaxed"),
        ('[categories.cats]\naction = "warn"', "no category 'cats'"),
        ('[categories.hate]\naction = "shout"', "no action 'shout'"),
        ("[categories.hate]\nthreshold = 7", "between 0 and 1"),
        ('[categories.hate]\nthreshold = "high"', "must be of the kind float"),
        ("[categories.hate]\ncolour = 1", "no key 'colour'"),
        ("[colours]", "no section 'colours'"),
        ("[frames]\nat_least = 0", "At least one frame"),
        ("categories = 3", "table of its own"),
        ("not toml", "can't be used"),
    ],
)
def test_what_a_studio_may_not(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        load_policy(written(tmp_path, text))


def test_a_policy_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="can't be read"):
        load_policy(tmp_path / "none.toml")


def test_minors_may_be_tightened(tmp_path: Path) -> None:
    path = written(tmp_path, "[categories.minors]\nthreshold = 0.1\nkeep_text = true\n")
    assert load_policy(path).categories["minors"].threshold == 0.1
