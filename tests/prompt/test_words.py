import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lichtspiel.prompt.words import language, read, study
from lichtspiel.world.caption import caption
from lichtspiel.world.scene import INDOORS, sample

SHARED = Path(__file__).parents[3] / "shared" / "data"

#: The five sentences that the first edition has to show, in both languages.
FIVE = [
    (
        ("A woman walks through a neon street at night on wet, reflecting ground.",
         "Eine Frau geht nachts durch eine Neonstraße mit nassem, spiegelndem Boden."),
        {"subject": "woman", "action": "walk", "place": "street", "light": "night", "count": 1},
    ),
    (
        ("Three golden retriever puppies playing in snow.",
         "Drei Golden-Retriever-Welpen spielen im Schnee"),
        {"subject": "puppies", "action": "play", "place": "snow", "count": 3},
    ),
    (
        ("A drone circling sea cliffs at sunset.",
         "Eine Drohne umkreist bei Sonnenuntergang Klippen am Meer."),
        {"subject": "none", "place": "cliffs", "light": "sunset", "camera": "orbit"},
    ),
    (
        ("A brown eye in close-up looking from left to right.",
         "Ein braunes Auge in Großaufnahme, das von links nach rechts schaut."),
        {"subject": "eye", "action": "look_right", "place": "face", "camera": "closeup",
         "color": "brown", "count": 1},
    ),
    (
        ("An astronaut on Mars", "Ein Astronaut auf dem Mars"),
        {"subject": "astronaut", "place": "mars", "count": 1},
    ),
]  # fmt: skip

#: Prompt -> exactly what it states.
SENTENCES: dict[str, dict[str, str | int]] = {
    # Subjects and their synonyms.
    "a dog in the snow": {"subject": "puppies", "count": 1, "place": "snow"},
    "puppies, snow": {"subject": "puppies", "place": "snow"},
    "Welpen im tiefen Schnee": {"subject": "puppies", "place": "snow"},
    "Ein junger Golden Retriever am Strand": {"subject": "puppies", "count": 1, "place": "beach"},
    "Zwei junge Golden Retriever am Strand": {"subject": "puppies", "count": 2, "place": "beach"},
    "3 Welpen rennen über den Strand": {
        "subject": "puppies", "count": 3, "place": "beach", "action": "run"},
    "two dogs run": {"subject": "puppies", "count": 2, "action": "run"},
    "a pair of dogs frolicking": {"subject": "puppies", "count": 2, "action": "play"},
    "Von einem Welpen am Strand": {"subject": "puppies", "count": 1, "place": "beach"},
    "a grizzly in the woods": {"subject": "bear", "count": 1, "place": "forest"},
    "Ein Braunbär trottet durch den Wald": {
        "subject": "bear", "count": 1, "place": "forest", "action": "walk"},
    "Kosmonaut rennt über den Mars": {
        "subject": "astronaut", "count": 1, "place": "mars", "action": "run"},
    "a spaceman strolls across the red planet": {
        "subject": "astronaut", "count": 1, "place": "mars", "action": "walk"},
    "Ein Schimmel galoppiert": {"subject": "horse", "count": 1, "action": "run"},
    "a stallion gallops along the shore": {
        "subject": "horse", "count": 1, "action": "run", "place": "beach"},
    "The automobile is parked by the sea": {
        "subject": "car", "count": 1, "action": "stand", "place": "beach"},
    "close-up of a woman's eye": {"subject": "eye", "place": "face", "camera": "closeup"},
    "Das blaue Auge einer Frau blickt nach links": {
        "subject": "eye", "place": "face", "color": "blue", "action": "look_left"},
    "a woman with brown eyes": {"subject": "woman", "count": 1},
    # Colours belong to what they stand beside.
    "a red car": {"subject": "car", "count": 1, "color": "red"},
    "the car is red": {"subject": "car", "count": 1, "color": "red"},
    "rotes Auto": {"subject": "car", "count": 1, "color": "red"},
    "Das Auto ist dunkelblau": {"subject": "car", "count": 1, "color": "blue"},
    "a woman in a red dress": {"subject": "woman", "count": 1, "color": "red"},
    "a woman in black boots and a long green dress": {
        "subject": "woman", "count": 1, "color": "green"},
    "eine Frau in Rot": {"subject": "woman", "count": 1, "color": "red"},
    "Ein Mann mit gelber Jacke steht im Wald": {
        "subject": "man", "count": 1, "color": "yellow", "action": "stand", "place": "forest"},
    "a man walks past a red car": {"subject": "man", "count": 1, "action": "walk"},
    "a woman on the red planet": {"subject": "woman", "count": 1, "place": "mars"},
    "a black-haired man": {"subject": "man", "count": 1},
    "a horse on a green meadow": {"subject": "horse", "count": 1, "place": "meadow"},
    "a black and white horse": {"subject": "horse", "count": 1},
    "black and white film of a horse": {"subject": "horse", "count": 1, "style": "noir"},
    # Dancers, runners, cats, birds, boats, glasses.
    "Eine Katze schläft auf dem Sofa": {"subject": "cat", "count": 1, "place": "room"},
    "Der Kater wartet": {"subject": "cat", "count": 1, "action": "stand"},
    "two grey cats on the carpet": {
        "subject": "cat", "count": 2, "color": "gray", "place": "room"},
    "a sailing boat at sunset": {"subject": "boat", "count": 1, "light": "sunset"},
    "Ein weißes Segelboot auf dem Rhein": {
        "subject": "boat", "count": 1, "color": "white", "place": "river"},
    "Die Möwe fliegt über die Klippen": {
        "subject": "bird", "count": 1, "color": "white", "action": "fly", "place": "cliffs"},
    "birds flying over the desert": {"subject": "bird", "action": "fly", "place": "desert"},
    "three crows": {"subject": "bird", "count": 3, "color": "black"},
    "a ballerina on stage": {"subject": "dancer", "count": 1, "place": "stage"},
    "a woman in a red dress dances in the theatre": {
        "subject": "dancer", "count": 1, "color": "red", "action": "dance", "place": "stage"},
    "Die Tänzerin dreht eine Pirouette": {"subject": "dancer", "count": 1, "action": "turn"},
    "jogger on a treadmill": {"subject": "runner", "count": 1},
    "Läufer auf dem Laufband": {"subject": "runner", "count": 1},
    "a man in a blue shirt runs on a treadmill on the beach": {
        "subject": "runner", "count": 1, "color": "blue", "action": "run", "place": "beach"},
    "Ein Glas fällt vom Tisch und zerbricht": {
        "subject": "glass", "count": 1, "action": "fall", "place": "room"},
    "a wine glass on the table": {
        "subject": "glass", "count": 1, "action": "stand", "place": "room"},
    "a man with glasses": {"subject": "man", "count": 1},
    "a man at a glass door": {"subject": "man", "count": 1},
    "zwei Pferde in den Alpen": {"subject": "horse", "count": 2, "place": "mountains"},
    # Places, fantasy, slow motion.
    "snow-capped mountains": {"subject": "none", "place": "mountains"},
    "a meadow with mountains behind": {"subject": "none", "place": "meadow"},
    "dunes of the Sahara": {"subject": "none", "place": "desert"},
    "the red desert of Mars": {"subject": "none", "place": "mars"},
    "a cathedral at twilight": {"subject": "none", "place": "river", "light": "dusk"},
    "Ein Mann geht am Kai in der Altstadt": {
        "subject": "man", "count": 1, "action": "walk", "place": "river"},
    "ein verzauberter Wald": {"subject": "none", "place": "forest", "style": "fantasy"},
    "a magical beach in slow motion": {
        "subject": "none", "place": "beach", "style": "fantasy", "tempo": "slow"},
    "Zeitlupe: Ein Hund rennt": {
        "subject": "puppies", "count": 1, "action": "run", "tempo": "slow"},
    "a cat indoors, rain on the window": {"subject": "cat", "count": 1, "place": "room"},
    "a dancer under a spotlight in the dark": {"subject": "dancer", "count": 1, "light": "night"},
    # Light.
    "a horse at dusk": {"subject": "horse", "count": 1, "light": "dusk"},
    "beach, golden hour": {"subject": "none", "place": "beach", "light": "sunset"},
    "Wald im Mondschein": {"subject": "none", "place": "forest", "light": "night"},
    "Ein Ball rollt an einem trüben Tag über die Wiese": {
        "subject": "ball", "count": 1, "action": "roll", "place": "meadow", "light": "overcast"},
    "ein Mann in der Mittagssonne": {"subject": "man", "count": 1, "light": "noon"},
    # Weather: falling snow is no snowfield, a snowfield no falling snow.
    "a bear in the forest, snow is falling": {
        "subject": "bear", "count": 1, "place": "forest", "weather": "snowfall"},
    "Ein Bär im Wald, es schneit": {
        "subject": "bear", "count": 1, "place": "forest", "weather": "snowfall"},
    "a man in a snowy forest": {"subject": "man", "count": 1, "place": "forest"},
    "a car in thick fog": {"subject": "car", "count": 1, "weather": "fog"},
    "Hund im Regen": {"subject": "puppies", "count": 1, "weather": "rain"},
    "a woman in a raincoat": {"subject": "woman", "count": 1},
    # What is denied is not stated.
    "a horse on the beach without rain": {"subject": "horse", "count": 1, "place": "beach"},
    "a bear in the forest, no snow falling": {"subject": "bear", "count": 1, "place": "forest"},
    "Ein Pferd am Strand, kein Regen": {"subject": "horse", "count": 1, "place": "beach"},
    "Ein Mann geht im Wald, es regnet nicht": {
        "subject": "man", "count": 1, "action": "walk", "place": "forest"},
    "a dog, not in the snow but on the beach": {
        "subject": "puppies", "count": 1, "place": "beach"},
    "a man, not a woman": {"subject": "man", "count": 1},
    # Camera and style.
    "drone shot circling a rocky coast": {"subject": "none", "place": "cliffs", "camera": "orbit"},
    "Drohnenflug über eine Steilküste": {
        "subject": "none", "place": "cliffs", "camera": "flyover"},
    "The camera stands still. A man walks.": {
        "subject": "man", "count": 1, "action": "walk", "camera": "static"},
    "Die Kamera bewegt sich nicht. Ein Mann rennt.": {
        "subject": "man", "count": 1, "action": "run", "camera": "static"},
    "a woman, the camera slowly pans to the left": {
        "subject": "woman", "count": 1, "camera": "pan_left"},
    "Ein Auto, die Kamera fährt mit": {"subject": "car", "count": 1, "camera": "tracking"},
    "zoom in on a horse, manga": {
        "subject": "horse", "count": 1, "camera": "dolly_in", "style": "anime"},
    "Bleistiftzeichnung eines Pferdes": {"subject": "horse", "style": "pencil"},
    "neon sign Tokyo street": {"subject": "none", "place": "street"},
    # Beyond the vocabulary: nothing is claimed, least of all an empty landscape.
    "an elephant in the forest": {"place": "forest"},
    "Ein Elefant": {},
    "a polar bear": {},
    "a hot dog on a table": {},
    "a teddy bear on the beach": {"place": "beach"},
    "a woman plays the piano": {"subject": "woman", "count": 1},
    "Man sieht einen Elefanten": {},
    "five puppies": {"subject": "puppies"},
    "corridor": {},
    "🙂": {},
    "": {},
}  # fmt: skip


@pytest.mark.parametrize(("prompts", "expected"), FIVE)
def test_the_five_sentences(prompts: tuple[str, str], expected: dict[str, str | int]) -> None:
    assert [read(prompt) for prompt in prompts] == [expected, expected]
    assert [language(prompt) for prompt in prompts] == ["en", "de"]


@pytest.mark.parametrize("prompt", SENTENCES)
def test_free_sentences(prompt: str) -> None:
    expected = SENTENCES[prompt]
    found = read(prompt)
    if "count" not in expected and found.get("count") == 1:
        del found["count"]  # one may be understood without being asked for here
    assert found == expected


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Hund, Schnee", "de"),
        ("dog, snow", "en"),
        ("Ein Astronaut auf dem Mars", "de"),
        ("Astronaut, Mars", "en"),
        ("ein hund am strand", "de"),
        ("Neonstraße", "de"),
        ("", "en"),
    ],
)
def test_language(prompt: str, expected: str) -> None:
    assert language(prompt) == expected


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9), tongue=st.sampled_from(["en", "de"]))
def test_captions_are_never_contradicted(seed: int, tongue: str) -> None:
    """A caption drops things, and for one in fifty the subject, but never says another."""
    scene = sample(seed)
    found = read(caption(scene, tongue, seed))
    if found.get("subject") == "none" != scene.subject:
        return
    truth = scene.as_dict()
    assert {name: truth[name] for name in found} == found


@pytest.mark.parametrize("tongue", ["en", "de"])
def test_long_captions_are_read_in_full(tongue: str) -> None:
    tried: dict[str, int] = {}
    right: dict[str, int] = {}
    for seed in range(400):
        scene = sample(seed)
        found = read(caption(scene, tongue, seed, detail=1))
        for name, value in scene.as_dict().items():
            unsaid = name == "seed" or (value == "none" and name != "subject")
            if unsaid or (scene.subject == "eye" and name == "weather"):
                continue
            if name == "count" and scene.subject == "none":
                continue
            if (name, value) == ("tempo", "normal") or (
                name == "weather" and scene.place in INDOORS
            ):
                continue
            tried[name] = tried.get(name, 0) + 1
            right[name] = right.get(name, 0) + (found.get(name) == value)
    shares = {name: right[name] / tried[name] for name in tried}
    assert len(shares) == 10
    assert min(shares.values()) > 0.97, shares


def test_what_lies_outside_the_vocabulary_is_marked() -> None:
    reading = study("a panda drinking coffee in a kitchen, watercolor, tilt up")
    assert reading.touched >= {"place", "style", "camera"}
    assert "panda" in reading.unknown
    assert "weather" in study("a dog without rain").touched


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_read(prompt: str) -> None:
    assert isinstance(read(prompt), dict)


def test_long_text_is_read_in_time() -> None:
    """Ten thousand characters must not send an expression into endless search."""
    for word in ("a red ", "in the the ", "slowly ", "neon wet ", "a ", "zwei · "):
        read(word * (10_000 // len(word)))


def published_prompts() -> list[str]:
    names = ("vbench_prompts.txt", "sora_prompts.csv")
    if not all((SHARED / name).exists() for name in names):
        pytest.skip("the published prompts are not in ../shared/data")
    lines = (SHARED / names[0]).read_text(encoding="utf-8").splitlines()
    with (SHARED / names[1]).open(encoding="utf-8", newline="") as file:
        return lines + [row["text"] for row in csv.DictReader(file)]


def test_published_prompts_are_english_and_seldom_empty_landscapes() -> None:
    prompts = published_prompts()
    assert {language(prompt) for prompt in prompts} == {"en"}
    empty = {prompt for prompt in prompts if read(prompt).get("subject") == "none"}
    assert len(empty) < 0.02 * len(prompts)
