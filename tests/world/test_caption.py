import random
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lichtspiel.world import phrases
from lichtspiel.world.caption import (
    LANGUAGES,
    _main_clause_de,
    _singular_de,
    _subject_de,
    caption,
    captions,
    detail_sentence,
)
from lichtspiel.world.scene import (
    ACTIONS,
    CAMERAS,
    COLORS,
    INDOORS,
    LIGHTS,
    PLACES,
    STYLES,
    TEMPOS,
    WEATHERS,
    Scene,
    places_for,
    sample,
)

WOMAN = Scene("woman", "walk", "street", "night", "rain", "static", color="red")
PUPPIES = Scene("puppies", "play", "snow", "noon", "clear", "static", count=3)
CLIFFS = Scene("none", "none", "cliffs", "sunset", "clear", "orbit", count=0)
EYE = Scene("eye", "look_right", "face", "noon", "clear", "closeup", color="brown")
DANCER = Scene("dancer", "turn", "stage", "night", "clear", "static", color="white", tempo="slow")
RUNNER = Scene("runner", "run", "beach", "dusk", "clear", "static", color="red")
CATS = Scene("cat", "walk", "room", "noon", "clear", "tracking", color="gray", count=2)
GLASS = Scene("glass", "fall", "room", "night", "clear", "static")
BOAT = Scene("boat", "sail", "river", "sunset", "clear", "orbit", color="blue", style="fantasy")
BIRD = Scene("bird", "fly", "mountains", "noon", "clear", "orbit", color="black")


def wordings(scene: Scene, language: str, count: int = 1000) -> set[str]:
    return {caption(scene, language, seed) for seed in range(count)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", [WOMAN, PUPPIES, CLIFFS, EYE, DANCER, RUNNER, CATS, GLASS, BOAT])
def test_a_scene_has_many_wordings(scene: Scene, language: str) -> None:
    assert len(wordings(scene, language)) > 300


def test_the_same_seed_gives_the_same_caption() -> None:
    assert caption(WOMAN, "de", 7) == caption(WOMAN, "de", 7)
    assert captions(WOMAN, 6, 1) == captions(WOMAN, 6, 1)
    assert captions(WOMAN, 6, 1) != captions(WOMAN, 6, 2)


def test_captions_come_in_both_languages() -> None:
    assert [c["language"] for c in captions(PUPPIES, 4, 0)] in (
        ["en", "de", "en", "de"],
        ["de", "en", "de", "en"],
    )
    assert captions(PUPPIES, 0) == []


@pytest.mark.parametrize(
    ("scene", "language", "sentence"),
    [
        (PUPPIES, "de", "Drei Golden-Retriever-Welpen spielen im Schnee"),
        (PUPPIES, "en", "Three golden retriever puppies play in the snow"),
        (PUPPIES, "en", "puppies, snow"),
        (WOMAN, "de", "durch eine nasse Neonstraße"),
        (CLIFFS, "de", "Eine Drohne umkreist schroffe Klippen am Meer"),
        (CLIFFS, "en", "A drone circles rugged sea cliffs"),
        (EYE, "de", "braunen Auge, das"),
        (EYE, "en", "brown eye looking from left to right"),
        (DANCER, "en", "spins in the dark under a spotlight"),
        (DANCER, "de", "Eine Ballerina dreht sich"),
        (DANCER, "de", "dreht anmutig Pirouetten"),
        (DANCER, "de", ", die sich in Zeitlupe"),
        (DANCER, "de", "ich drehende Tänzerin"),
        (RUNNER, "en", "runs on a treadmill on the beach"),
        (RUNNER, "de", "läuft auf einem Laufband am Strand"),
        (RUNNER, "de", ", der zur blauen Stunde auf einem Laufband am Strand läuft"),
        (CATS, "en", "Two grey cats walk through the living room"),
        (CATS, "de", "Zwei graue Katzen"),
        (CATS, "en", "Their fur is gray."),
        (GLASS, "en", "falls from the table and breaks"),
        (GLASS, "de", "Ein Glas fällt vom Tisch im Wohnzimmer und zerbricht"),
        (GLASS, "de", " fällt und zerbricht"),
        (BOAT, "en", "sails on a river through an old city"),
        (BOAT, "de", "Ein kleines blaues Segelboot segelt"),
        (BIRD, "de", "fliegt über den Bergen"),
    ],
)
def test_expected_wordings_occur(scene: Scene, language: str, sentence: str) -> None:
    assert any(sentence in text for text in wordings(scene, language, 4000))


# --- German grammar ---------------------------------------------------------------------------


def nouns(subject: str) -> dict[str, phrases.Noun]:
    return {f"{word[0]} {word[1]}".strip(): word for word in phrases.NOUNS_DE[subject]}


@pytest.mark.parametrize(
    ("subject", "noun", "color", "case", "expected"),
    [
        ("woman", "Frau", "rot", "nom", "eine Frau"),
        ("woman", "jung Frau", "", "nom", "eine junge Frau"),
        ("woman", "elegant Frau", "", "acc", "eine elegante Frau"),
        ("woman", "elegant Frau", "", "dat", "einer eleganten Frau"),
        ("man", "jung Mann", "", "nom", "ein junger Mann"),
        ("man", "jung Mann", "", "acc", "einen jungen Mann"),
        ("man", "jung Mann", "", "dat", "einem jungen Mann"),
        ("man", "Herr", "", "nom", "ein Herr"),
        ("man", "Herr", "", "acc", "einen Herrn"),
        ("astronaut", "Astronaut", "", "acc", "einen Astronauten"),
        ("astronaut", "einsam Astronaut", "", "dat", "einem einsamen Astronauten"),
        ("astronaut", "Raumfahrer", "", "dat", "einem Raumfahrer"),
        ("puppies", "Welpe", "", "nom", "ein Welpe"),
        ("puppies", "Welpe", "", "acc", "einen Welpen"),
        ("puppies", "jung Golden Retriever", "", "nom", "ein junger Golden Retriever"),
        ("puppies", "jung Golden Retriever", "", "dat", "einem jungen Golden Retriever"),
        ("bear", "braun Bär", "", "nom", "ein brauner Bär"),
        ("bear", "braun Bär", "", "acc", "einen braunen Bären"),
        ("bear", "Grizzly", "", "dat", "einem Grizzly"),
        ("horse", "schön Pferd", "weiß", "nom", "ein schönes weißes Pferd"),
        ("horse", "schön Pferd", "weiß", "acc", "ein schönes weißes Pferd"),
        ("horse", "schön Pferd", "weiß", "dat", "einem schönen weißen Pferd"),
        ("horse", "Hengst", "schwarz", "acc", "einen schwarzen Hengst"),
        ("ball", "groß Ball", "rot", "nom", "ein großer roter Ball"),
        ("ball", "groß Ball", "rot", "acc", "einen großen roten Ball"),
        ("ball", "Gummiball", "grün", "dat", "einem grünen Gummiball"),
        ("car", "Auto", "gelb", "nom", "ein gelbes Auto"),
        ("car", "Wagen", "gelb", "nom", "ein gelber Wagen"),
        ("car", "glänzend Auto", "blau", "dat", "einem glänzenden blauen Auto"),
        ("eye", "Auge", "braun", "nom", "ein braunes Auge"),
        ("eye", "Auge", "braun", "dat", "einem braunen Auge"),
    ],
)
def test_german_singular(subject: str, noun: str, color: str, case: str, expected: str) -> None:
    word = nouns(subject)[noun]
    stems = [stem for stem in (word[0], color) if stem and subject not in ("woman", "man")]
    stems = stems or [stem for stem in (word[0],) if stem]
    assert _singular_de(word, stems, case, article=True) == expected


@pytest.mark.parametrize(
    ("subject", "noun", "stems", "expected"),
    [
        ("puppies", "jung Golden Retriever", ["jung"], "junger Golden Retriever"),
        ("car", "Auto", ["rot"], "rotes Auto"),
        ("woman", "jung Frau", ["jung"], "junge Frau"),
        ("eye", "Auge", ["braun"], "braunes Auge"),
    ],
)
def test_german_without_article(subject: str, noun: str, stems: list[str], expected: str) -> None:
    assert _singular_de(nouns(subject)[noun], stems, "nom", article=False) == expected


@pytest.mark.parametrize(
    ("noun", "case", "expected"),
    [
        ("Golden-Retriever-Welpe", "nom", {"drei Golden-Retriever-Welpen",
                                           "3 Golden-Retriever-Welpen"}),
        ("jung Golden Retriever", "nom", {"drei junge Golden Retriever",
                                          "3 junge Golden Retriever"}),
        ("jung Golden Retriever", "dat", {"drei jungen Golden Retrievern",
                                          "3 jungen Golden Retrievern"}),
        ("klein Hund", "acc", {"drei kleine Hunde", "3 kleine Hunde"}),
        ("klein Hund", "dat", {"drei kleinen Hunden", "3 kleinen Hunden"}),
        ("süß Welpe", "dat", {"drei süßen Welpen", "3 süßen Welpen"}),
    ],
)  # fmt: skip
def test_german_plural(noun: str, case: str, expected: set[str]) -> None:
    word = nouns("puppies")[noun]
    rng = random.Random(0)
    said = {_subject_de(PUPPIES, word, case, ["count"], rng, article=True) for _ in range(50)}
    assert said == expected


def test_german_clothes_agree_with_their_noun() -> None:
    rng = random.Random(0)
    word = nouns("woman")["Frau"]
    said = {_subject_de(WOMAN, word, "nom", ["color"], rng, article=True) for _ in range(80)}
    assert said == {
        "eine Frau in einem roten Kleid",
        "eine Frau im roten Kleid",
        "eine Frau in rotem Kleid",
        "eine Frau mit rotem Kleid",
    }


def test_the_german_verb_stands_second() -> None:
    rng = random.Random(0)
    said = {
        _main_clause_de("eine Frau", "geht", "", "im Wald", ["nachts"], rng) for _ in range(200)
    }
    assert said == {
        "eine Frau geht nachts im Wald",
        "eine Frau geht im Wald nachts",
        "nachts geht eine Frau im Wald",
        "im Wald geht nachts eine Frau",
    }


def test_german_verbs_come_apart_where_the_sentence_wants_it() -> None:
    for text in wordings(DANCER, "de") | wordings(GLASS, "de") | wordings(RUNNER, "de"):
        low = text.lower()
        assert not re.search(r"sichd|tischd|zerbrichtd|sich sich", low), text
        # "und zerbricht" ends its clause.
        assert not re.search(r"und zer(?:bricht|springt|splittert) \w", low), text
        assert ", die dreht" not in low, text


GOVERNED = {
    # Preposition and article, then the ending of an adjective, where one follows.
    r"\b(?:auf|in|an) einem (\w+) \w+": "en",
    r"\b(?:auf|in|an) einer (\w+) [A-ZÄÖÜ]\w+": "en",
    r"\b(?:durch|über) einen (\w+) [A-ZÄÖÜ]\w+": "en",
    r"\b(?:durch|über) eine (\w+) [A-ZÄÖÜ]\w+": "e",
    r"\b(?:durch|über) ein (\w+) [A-ZÄÖÜ]\w+": "es",
}


def test_german_places_agree() -> None:
    for table in (phrases.WHERE, phrases.ALONG):
        for options in table["de"].values():
            for option in options:
                for pattern, ending in GOVERNED.items():
                    match = re.search(pattern, option)
                    if match and match[1][0].islower():
                        assert match[1].endswith(ending), option
    assert all(
        option.startswith(("auf ", "in ", "im ", "an ", "am ", "zwischen ", "tief im "))
        for options in phrases.WHERE["de"].values()
        for option in options
    )
    assert all(
        option.startswith(("durch ", "über "))
        for options in phrases.ALONG["de"].values()
        for option in options
    )


GENDER = {
    "Frau": "f", "Dame": "f", "Mann": "m", "Herr": "m", "Astronaut": "m", "Kosmonaut": "m",
    "Raumfahrer": "m", "Welpe": "m", "Golden-Retriever-Welpe": "m", "Golden Retriever": "m",
    "Hund": "m", "Hundewelpe": "m", "Bär": "m", "Braunbär": "m", "Grizzly": "m",
    "Grizzlybär": "m", "Pferd": "n", "Hengst": "m", "Ball": "m", "Gummiball": "m", "Auto": "n",
    "Wagen": "m", "Auge": "n", "Tänzerin": "f", "Ballerina": "f", "Balletttänzerin": "f",
    "Läufer": "m", "Jogger": "m", "Sportler": "m", "Katze": "f", "Hauskatze": "f", "Kater": "m",
    "Vogel": "m", "Möwe": "f", "Krähe": "f", "Rabe": "m", "Boot": "n", "Segelboot": "n",
    "Segelschiff": "n", "Glas": "n", "Trinkglas": "n", "Wasserglas": "n",
}  # fmt: skip


def test_german_nouns_have_their_gender_and_capital() -> None:
    for words in phrases.NOUNS_DE.values():
        for word in words:
            assert word[5] == GENDER[word[1]]
            assert all(form[0].isupper() for form in word[1:5])


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_relative_pronouns_follow_their_noun(seed: int) -> None:
    text = caption(sample(seed), "de", seed)
    for noun, pronoun in re.findall(r"(\w+)(?: in \w+ \w+ \w+)?, (der|die|das) \w", text):
        gender = GENDER.get(noun)
        if gender and not re.search(r"zwei|drei|[23]", text):
            assert pronoun == {"m": "der", "f": "die", "n": "das"}[gender]


# --- English ----------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_english_articles_and_agreement(seed: int) -> None:
    text = caption(sample(seed), "en", seed).lower()
    assert not re.search(r"\ba [aeio]|\ban [^aeiou]", text), text
    assert not re.search(
        r"\b(?:two|three|2|3) (?:\w+ )*(?:puppy|pup|dog|retriever(?! pup))\b", text
    ), text


# --- What is said -----------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    language=st.sampled_from(LANGUAGES),
    detail=st.sampled_from([None, 0.0, 0.5, 1.0]),
)
def test_captions_are_clean(seed: int, language: str, detail: float | None) -> None:
    text = caption(sample(seed), language, seed, detail)
    assert 3 < len(text) < 320
    assert text == text.strip()
    assert not re.search(r"  |\{|\}|_|\.\.|,,| ,| \.|none|None", text), text
    words = re.findall(r"\w+", text.lower())
    assert not [pair for pair in pairwise(words) if pair[0] == pair[1]], text


def share(marks: str, scenes: list[Scene], language: str) -> float:
    hits = sum(
        bool(re.search(marks, caption(scene, language, seed), re.IGNORECASE))
        for seed, scene in enumerate(scenes)
    )
    return hits / len(scenes)


def test_how_often_attributes_are_said() -> None:
    scenes = [scene for scene in map(sample, range(8000)) if scene.subject == "woman"]
    assert len(scenes) > 500
    assert share("woman|lad(y|ies)", scenes, "en") == pytest.approx(0.98, abs=0.02)
    assert share("frau|dame", scenes, "de") == pytest.approx(0.98, abs=0.02)
    assert share("dress|dressed", scenes, "en") == pytest.approx(0.7, abs=0.06)
    rainy = [scene for scene in scenes if scene.weather == "rain"]
    assert share("rain", rainy, "en") == pytest.approx(0.77, abs=0.12)
    nights = [s for s in scenes if s.light == "night" and s.place not in INDOORS]
    assert share("nacht", nights, "de") == pytest.approx(0.76, abs=0.1)
    drawn = [scene for scene in scenes if scene.style == "pencil"]
    assert share("pencil", drawn, "en") > 0.9
    photos = [scene for scene in scenes if scene.style == "photo"]
    assert share("realisti", photos, "de") < 0.22


def test_no_detail_is_subject_and_place() -> None:
    texts = {caption(PUPPIES, "en", seed, detail=0).lower().rstrip(".") for seed in range(200)}
    pattern = (
        r"(?:(?:three|3) )?(?:cute )?(?:\w+ )*(?:pupp|pup|retriever|dog)\w*"
        r"(?:,| in| on) [\w ]*(?:snow|field)[\w -]*"
    )
    assert all(re.fullmatch(pattern, text) for text in texts), texts


def test_slow_motion_is_said_of_slow_scenes_alone() -> None:
    drawn = list(map(sample, range(3000)))
    slow = [scene for scene in drawn if scene.tempo == "slow"]
    normal = [scene for scene in drawn if scene.tempo == "normal"]
    for marks, language in (("slow.motion", "en"), ("zeitlupe", "de")):
        assert share(marks, slow, language) > 0.9
        assert share(marks, normal, language) == 0


def test_a_runner_is_never_without_a_treadmill() -> None:
    names = r"runner|jogger|athlete|läufer|sportler"
    for marks, language in (("treadmill", "en"), ("laufband", "de")):
        texts = wordings(RUNNER, language) | {caption(RUNNER, language, 3, detail=0)}
        # A few captions speak of the place alone.
        named = [text.lower() for text in texts if re.search(names, text, re.IGNORECASE)]
        assert len(named) > 300
        assert all(marks in text for text in named)


def test_nothing_of_the_open_air_is_said_indoors() -> None:
    scenes = [s for s in map(sample, range(3000)) if s.place in ("room", "stage")]
    assert len(scenes) > 200
    outside = (
        r"\bsky\b|himmel|midday|noon|mittag|weather|wetter|klare luft|drone|drohne|cloud|wolke"
    )
    for language in LANGUAGES:
        assert share(outside, scenes, language) == 0


def test_a_noun_of_one_color_is_only_said_of_that_color() -> None:
    black = wordings(BIRD, "en") | wordings(BIRD, "de")
    assert not [text for text in black if re.search(r"gull|möwe", text, re.IGNORECASE)]
    assert [text for text in black if re.search(r"raven|rabe", text, re.IGNORECASE)]


def test_every_value_can_be_said() -> None:
    for language in LANGUAGES:
        details = phrases.DETAILS[language]
        assert set(details["place"]) == set(PLACES) - {"face"}
        assert set(details["light"]) == set(LIGHTS)
        assert set(details["weather"]) == {w for ws in WEATHERS.values() for w in ws}
        assert set(details["camera"]) == set(CAMERAS)
        assert set(details["style"]) == set(STYLES)
        assert set(details["tempo"]) == set(TEMPOS) - {"normal"}
        assert set(phrases.WHERE[language]) == set(phrases.ALONG[language]) == set(PLACES)
        assert set(phrases.ABOVE[language]) == set(places_for("bird"))
        assert set(phrases.AFLOAT[language]) == set(places_for("boat"))
        for place in INDOORS:
            for table in (phrases.FOLDED, phrases.TAGS, phrases.DETAILS):
                assert set(table[language][f"light {place}"]) == set(LIGHTS)
    for subject, actions in ACTIONS.items():
        for action in actions:
            if action != "none":
                key = (phrases.KIND.get(subject, subject), action)
                assert phrases.VERBS_EN[key]
                assert phrases.VERBS_DE[key]
    assert set(phrases.COLOR_STEMS_DE) == {color for colors in COLORS.values() for color in colors}


@pytest.mark.parametrize(
    ("attribute", "language", "expected"),
    [
        ("action", "en", {"The puppies play.", "The puppies play happily."}),
        ("action", "de", {"Die Welpen spielen.", "Die Welpen spielen fröhlich."}),
        ("light", "de", {"Helles Mittagslicht.", "Es ist Mittag.", "Helles Tageslicht."}),
    ],
)
def test_detail_sentences(attribute: str, language: str, expected: set[str]) -> None:
    rng = random.Random(0)
    said = {detail_sentence(PUPPIES, attribute, language, rng) for _ in range(100)}
    assert expected <= said


def test_bad_requests_are_refused() -> None:
    with pytest.raises(ValueError, match="'en' or 'de'"):
        caption(PUPPIES, "fr")
    with pytest.raises(ValueError, match="between 0 and 1"):
        caption(PUPPIES, detail=2)
