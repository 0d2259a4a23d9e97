import csv
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lichtspiel.prompt.expand import CHAT_LIMIT, expand, expand_by_chat
from lichtspiel.prompt.words import read
from lichtspiel.world import phrases
from lichtspiel.world.caption import caption
from lichtspiel.world.scene import HELD_OUT_PAIRS, PLACES, STYLES, Scene, sample

SHARED = Path(__file__).parents[3] / "shared" / "data"
NAMES = {field.name for field in fields(Scene)} - {"seed"}
FIVE = [
    "a woman walking through a neon street at night on wet, reflecting ground",
    "Drei Golden-Retriever-Welpen spielen im Schnee",
    "a drone circling sea cliffs at sunset",
    "Ein braunes Auge in Großaufnahme, das von links nach rechts schaut.",
    "an astronaut on Mars",
]


@pytest.mark.parametrize("prompt", FIVE)
@pytest.mark.parametrize("seed", range(20))
def test_the_five_sentences_become_whole_legal_scenes(prompt: str, seed: int) -> None:
    expansion = expand(prompt, seed)
    assert expansion.text.startswith(prompt)
    assert set(expansion.scene) == NAMES
    Scene(**expansion.scene)  # type: ignore[arg-type]
    said = read(prompt)
    assert {name: expansion.scene[name] for name in said} == said


def test_known_answer() -> None:
    expansion = expand("Drei Welpen spielen nachts im Schnee", seed=1)
    assert expansion.language == "de"
    assert expansion.text.startswith("Drei Welpen spielen nachts im Schnee. ")
    assert expansion.text.endswith(".")
    assert "Nacht" not in expansion.text.removeprefix("Drei Welpen spielen nachts im Schnee")


@settings(max_examples=100, deadline=None)
@given(
    scene_seed=st.integers(0, 10**6),
    seed=st.integers(0, 10**6),
    tongue=st.sampled_from(["en", "de"]),
)
def test_expansion_keeps_what_is_said_and_reads_as_it_chose(
    scene_seed: int, seed: int, tongue: str
) -> None:
    prompt = caption(sample(scene_seed), tongue, scene_seed)
    expansion = expand(prompt, seed)
    assert expansion.text.startswith(prompt)
    said = read(prompt)
    assert {name: expansion.scene[name] for name in said} == said
    found = read(expansion.text)
    agreed = {name: found[name] for name in found if name in expansion.scene and name != "count"}
    assert agreed == {name: expansion.scene[name] for name in agreed}
    assert expand(prompt, seed) == expansion


def test_detail_sentences_are_those_of_the_captions() -> None:
    known = {
        sentence
        for attributes in phrases.DETAILS["en"].values()
        for sentences in attributes.values()
        for sentence in sentences
    }
    added = expand("a forest", seed=3).text.removeprefix("a forest. ")
    assert added
    assert {sentence + "." for sentence in added.rstrip(".").split(". ")} <= known


def test_seeds_vary_what_is_open() -> None:
    assert len({expand("a dog", seed).text for seed in range(50)}) > 30


def test_plausibility() -> None:
    scenes = [expand("a woman", seed).scene for seed in range(300)]
    assert not [s for s in scenes if s["place"] == "mars"]
    on_street = [s["light"] for s in scenes if s["place"] == "street"]
    assert on_street.count("night") > 0.7 * len(on_street)
    assert {expand("puppies in the snow", s).scene["action"] for s in range(50)} == {"play"}
    mars = [expand("an astronaut on Mars", seed).scene["weather"] for seed in range(100)]
    assert set(mars) == {"clear"}
    assert expand("a dog, tracking shot", 1).scene["action"] == "run"


def test_unsaid_places_are_known_to_the_models() -> None:
    pairs = set()
    for subject in (
        "a woman", "a man", "an astronaut", "puppies", "a bear", "a horse", "a car", "a ball",
        "a dancer", "a cat", "a bird", "a boat", "a glass", "someone on a treadmill",
    ):  # fmt: skip
        for seed in range(60):
            scene = expand(subject, seed).scene
            pairs.add((scene["subject"], scene["place"]))
    assert not pairs & HELD_OUT_PAIRS


LANDS = set(PLACES) - {"room", "stage", "face"}


def test_what_each_new_subject_is_given() -> None:
    places = {
        subject: {expand(subject, seed).scene["place"] for seed in range(60)}
        for subject in ("a boat", "a glass", "a ballerina", "a cat", "a horse", "a car")
    }
    assert places["a boat"] == {"beach", "river"}
    assert places["a glass"] == {"room"}
    assert "stage" in places["a ballerina"] and "room" in places["a cat"]
    assert places["a horse"] | places["a car"] <= LANDS
    for seed in range(40):
        for prompt in ("a cat in a room", "a dancer on stage", "Eine Katze im Wohnzimmer"):
            scene = expand(prompt, seed).scene
            assert scene["weather"] == "clear" and scene["camera"] != "flyover"
            Scene(**scene)  # type: ignore[arg-type]


def test_it_does_not_rain_in_a_room() -> None:
    for prompt in ("a cat in the living room, rain", "Tänzerin auf der Bühne im Regen"):
        expansion = expand(prompt, 2)
        assert expansion.scene["weather"] == "clear"
        Scene(**expansion.scene)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "prompt", ["a boat in the desert", "ein Auto im Wohnzimmer", "a glass, Mars"]
)
def test_a_place_that_no_scene_has_stays_as_it_was_said(prompt: str) -> None:
    expansion = expand(prompt, 4)
    assert expansion.text.startswith(prompt)
    assert expansion.scene["place"] == read(prompt)["place"]


def test_slow_motion_is_chosen_when_it_is_said() -> None:
    for prompt in ("a dog runs in slow motion", "Ein Hund rennt in Zeitlupe"):
        expansion = expand(prompt, 1)
        assert expansion.scene["tempo"] == "slow"
        assert expansion.text.startswith(prompt)
    assert {expand("a dog runs", seed).scene["tempo"] for seed in range(50)} == {"normal"}
    assert "tempo" not in expand("a time-lapse of a beach", 1).scene


def test_a_single_animal_stays_alone() -> None:
    for prompt in ("a kitten", "ein Zebra", "an eagle", "a cat", "one horse"):
        assert {expand(prompt, seed).scene["count"] for seed in range(20)} == {1}
    assert 1 not in {expand("cats", seed).scene["count"] for seed in range(20)}


def test_style_option_wins_and_is_said() -> None:
    expansion = expand("a horse, anime", seed=1, style="noir")
    assert expansion.scene["style"] == "noir"
    assert "lack" in expansion.text.removeprefix("a horse, anime")
    assert expand("a horse, anime", seed=1).scene["style"] == "anime"
    for style in STYLES:
        assert expand("a horse", seed=1, style=style).scene["style"] == style
    with pytest.raises(ValueError, match="Choose one of: photo, anime"):
        expand("a horse", seed=1, style="cubism")


def test_a_prompt_that_states_everything_stays_as_it_is() -> None:
    prompt = (
        "A woman in a red dress walks through a neon street at night in the rain. "
        "The camera follows. Photorealistic"
    )
    assert expand(prompt, seed=5).text == prompt


def test_unknown_subjects_are_kept_and_only_surrounded() -> None:
    for seed in range(20):
        expansion = expand("an elephant in a kitchen", seed)
        assert set(expansion.scene) == {"light", "camera", "style", "tempo"}
        assert expansion.text.startswith("an elephant in a kitchen. ")
    assert "place" in expand("an elephant", seed=1).scene


@pytest.mark.parametrize(
    ("prompt", "near"),
    [
        ("a bride under pines", {"subject": "woman", "place": "forest"}),
        ("a ship on the ocean", {"subject": "boat", "place": "beach"}),
        ("ein Adler über dem Grand Canyon", {"subject": "bird", "place": "desert"}),
        ("a vase", {"subject": "glass", "place": "room"}),
        ("a jogger in the park", {"subject": "man", "place": "meadow"}),
        ("Ein Hund im Polarlicht vor Sonnenaufgang", {"style": "fantasy", "light": "dusk"}),
        ("My dachshund at the lake, cartoon", {"subject": "puppies", "style": "anime"}),
        ("Ein roter Lastwagen in der Tundra", {"subject": "car", "place": "snow", "color": "red"}),
        ("no people, only a field in the rain", {"place": "meadow", "weather": "rain"}),
        ("an iris", {"subject": "eye", "place": "face"}),
    ],
)
def test_what_comes_near_to_the_vocabulary_is_said_in_its_words(
    prompt: str, near: dict[str, str]
) -> None:
    expansion = expand(prompt, 3)
    assert near.items() <= expansion.scene.items()
    assert expansion.text.startswith(prompt)
    told = read(expansion.text.removeprefix(prompt))
    assert {
        n: told[n] for n in near if n in ("subject", "style") or n == "place" != "face"
    }.items() <= (near.items())


def test_what_is_plainly_said_is_not_taken_for_something_near() -> None:
    plain = "Two puppies play in the snow at night, photorealistic, static camera, clear sky."
    assert expand(plain, 1).text == plain
    assert "subject" not in expand("no people, only a field in the rain", 1).scene


def test_what_the_prompt_speaks_about_is_left_alone() -> None:
    for seed in range(40):
        assert "style" not in expand("a dog, watercolor", seed).scene
        assert "weather" not in expand("a street without rain", seed).scene
        assert "action" not in expand("a woman eating an apple", seed).scene
    assert expand("Rain on Mars", seed=1).scene["weather"] == "rain"


def test_feminine_astronauts_stay_feminine() -> None:
    text = expand("Eine Astronautin", seed=1).text
    assert "Der Astronaut " not in text


def test_published_prompts_can_be_expanded() -> None:
    if not (SHARED / "vbench_prompts.txt").exists():
        pytest.skip("the published prompts are not in ../shared/data")
    prompts = (SHARED / "vbench_prompts.txt").read_text(encoding="utf-8").splitlines()[::5]
    with (SHARED / "sora_prompts.csv").open(encoding="utf-8", newline="") as file:
        prompts += [row["text"] for row in csv.DictReader(file)]
    for number, prompt in enumerate(prompts):
        expansion = expand(prompt, number)
        assert expansion.text.startswith(prompt.strip())
        assert expansion.language == "en"


# --- Chat -------------------------------------------------------------------------------------


@contextmanager
def chat_server(body: bytes, status: int = 200) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """A real endpoint on loopback; yields its address and what it was asked."""
    asked: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            asked.append(
                {
                    "path": self.path,
                    "key": self.headers.get("Authorization"),
                    "body": json.loads(self.rfile.read(length)),
                }
            )
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def completion(text: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


def test_chat_asks_once_and_returns_the_description() -> None:
    answer = '"A dog plays in the snow at sunset.\n The camera follows."'
    with chat_server(completion(answer)) as (address, asked):
        expansion = expand_by_chat("a dog in the snow", address, "tiny", api_key="secret")
    assert expansion.text == (
        "a dog in the snow. A dog plays in the snow at sunset. The camera follows."
    )
    assert expansion.scene["light"] == "sunset"
    assert expansion.language == "en"
    assert len(asked) == 1
    assert asked[0]["path"] == "/v1/chat/completions"
    assert asked[0]["key"] == "Bearer secret"
    body = asked[0]["body"]
    assert isinstance(body, dict)
    assert body["model"] == "tiny"
    assert body["messages"][-1] == {"role": "user", "content": "a dog in the snow"}


def test_chat_takes_the_full_address_and_needs_no_key() -> None:
    with chat_server(completion("A dog in the snow. Night.")) as (address, asked):
        expand_by_chat("A dog in the snow", f"{address}/chat/completions/", "tiny")
    assert asked[0]["path"] == "/v1/chat/completions"
    assert asked[0]["key"] is None


def test_chat_answer_that_begins_with_the_prompt_is_not_doubled() -> None:
    with chat_server(completion("A dog in the snow at night.")) as (address, _):
        text = expand_by_chat("A dog in the snow", address, "tiny").text
    assert text == "A dog in the snow at night."


def test_chat_answers_are_limited_in_length() -> None:
    with chat_server(completion("A dog in the snow. " + "It plays and plays. " * 200)) as (url, _):
        text = expand_by_chat("A dog in the snow", url, "tiny").text
    assert len(text) <= CHAT_LIMIT
    assert text.endswith("plays.")


def test_chat_must_not_change_the_prompt() -> None:
    with (
        chat_server(completion("A bear in the snow.")) as (address, _),
        pytest.raises(ValueError, match="changed the subject"),
    ):
        expand_by_chat("a dog in the snow", address, "tiny")


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"choices": []}', b"null", completion(None), completion(" \n…")],
)
def test_chat_nonsense(body: bytes) -> None:
    with chat_server(body) as (address, _), pytest.raises(ValueError, match="answered with"):
        expand_by_chat("a dog", address, "tiny")


@pytest.mark.parametrize("status", [302, 401, 500])
def test_chat_refusals(status: int) -> None:
    with (
        chat_server(b"no", status) as (address, asked),
        pytest.raises(ConnectionError, match=f"refused with {status}"),
    ):
        expand_by_chat("a dog", address, "tiny", api_key="secret")
    assert len(asked) == 1


def test_chat_endpoint_that_nobody_serves() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(ConnectionError, match="can't be reached"):
            expand_by_chat("a dog", f"http://127.0.0.1:{port}/v1", "tiny", timeout=2)


def test_chat_endpoint_that_never_answers() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(ConnectionError, match="can't be reached"):
            expand_by_chat("a dog", address, "tiny", timeout=0.3)


@pytest.mark.parametrize("endpoint", ["", "localhost:8080", "file:///etc/hosts", "ftp://x"])
def test_chat_endpoint_that_is_none(endpoint: str) -> None:
    with pytest.raises(ValueError, match="is no chat endpoint"):
        expand_by_chat("a dog", endpoint, "tiny")


def test_what_is_guessed_counts_where_nothing_is_said() -> None:
    strange = "a Lusitano by the old mill pond"
    near = {"subject": "horse", "light": "night"}
    expansion = expand(strange, 1, guessed=near)
    assert {name: expansion.scene[name] for name in near} == near
    assert read(expansion.text.removeprefix(strange))["subject"] == "horse"
    said = expand("an astronaut on Mars at sunset", 1, guessed=near)
    assert (said.scene["subject"], said.scene["light"]) == ("astronaut", "sunset")
    touched = expand("a man in a kitchen", 1, guessed={"place": "forest"})
    assert "place" not in touched.scene and "forest" not in touched.text
    # A guess makes nothing impossible: an eye can't be flown over.
    flown = expand(strange, 1, camera="flyover", guessed={"subject": "eye"})
    assert flown.scene["camera"] == "flyover" and "eye" not in flown.text
