"""The real openai client against a real server with a real worker and the embedded model."""

from __future__ import annotations

import base64
import http.client
import io
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import openai
import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from lichtspiel.media import read
from lichtspiel.serve.given import given_of
from lichtspiel.serve.tables import Film, Preview
from lichtspiel.serve.worker import place_of

#: The client says so of all its verbs for films.
pytestmark = pytest.mark.filterwarnings("ignore:The Sora API:DeprecationWarning")

SHORT: dict[str, Any] = {"seconds": "0.25", "extra_body": {"steps": 2, "seed": 7}}
LONG: dict[str, Any] = {"seconds": "1", "extra_body": {"steps": 120, "seed": 8}}
PROMPT = "a red car on the beach"


@pytest.fixture(scope="module")
def film(server: Any) -> Any:
    """A film that was made: create_and_poll."""
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=server.keys["first"]) as client:
        return client.videos.create_and_poll(
            prompt=PROMPT, model="sora-2", size="1280x720", poll_interval_ms=300, **SHORT
        )


def row(server: Any, film_id: str) -> Film:
    with Session(server.engine) as session:
        return session.scalars(select(Film).where(Film.id == film_id)).one()


Wait = Callable[..., Any]


def done(wait: Wait, client: openai.OpenAI, film_id: str) -> Any:
    def look() -> Any:
        film = client.videos.retrieve(film_id)
        assert film.status != "failed", film.error
        return film if film.status == "completed" else None

    return wait(look)


def begun(wait: Wait, client: openai.OpenAI, film_id: str) -> None:
    wait(lambda: client.videos.retrieve(film_id).progress > 0)


def test_create_and_poll(film: Any) -> None:
    assert (film.status, film.progress, film.object) == ("completed", 100, "video")
    assert (film.model, film.size, film.seconds) == ("sora-2", "1280x720", "0.25")
    assert film.prompt == PROMPT and film.error is None and film.remixed_from_video_id is None
    assert film.created_at <= film.completed_at
    made = film.made_as
    assert (made["model"], made["size"]) == ("himmel-mini", "landscape")
    assert (made["width"], made["height"], made["seconds"], made["seed"]) == (256, 160, 0.25, 7)
    assert made["expanded_prompt"].startswith(PROMPT) and len(made["film_id"]) == 32


def test_content_in_all_variants(client: openai.OpenAI, film: Any, tmp_path: Path) -> None:
    video = tmp_path / "film.mp4"
    client.videos.download_content(film.id).write_to_file(video)
    facts = read.facts(video)
    assert (facts.frames, facts.width, facts.height) == (3, 256, 160)
    for variant, size in (("thumbnail", (256, 160)), ("spritesheet", (3 * 256, 160))):
        sent = client.videos.download_content(film.id, variant=variant).read()  # type: ignore[arg-type]
        with Image.open(io.BytesIO(sent)) as picture:
            assert picture.size == size


def test_ranges_of_a_film(client: openai.OpenAI, film: Any) -> None:
    whole = client.videos.download_content(film.id).read()
    part = client.videos.with_raw_response.download_content(
        film.id, extra_headers={"Range": "bytes=4-7"}
    )
    assert (part.status_code, part.content) == (206, whole[4:8]) and whole[4:8] == b"ftyp"
    assert part.headers["content-range"] == f"bytes 4-7/{len(whole)}"


def test_what_was_made_verifies(server: Any, client: openai.OpenAI, film: Any) -> None:
    sent = client.videos.download_content(film.id).read()
    assert verdict(server, "../../etc/film.mp4", sent) == "ai"


def verdict(server: Any, name: str, content: bytes) -> str:
    headers = {"Authorization": f"Bearer {server.keys['first']}"}
    answer = httpx.post(
        f"{server.url}/v1/verify", files={"file": (name, content)}, headers=headers, timeout=200
    ).json()
    assert list(answer) == ["verdict", "sentence", "reasons", "evidence"]
    return str(answer["verdict"])


def test_another_user_sees_nothing_of_it(server: Any, client: openai.OpenAI, film: Any) -> None:
    other = client.with_options(api_key=server.keys["second"])
    assert list(other.videos.list()) == []
    for ask in (other.videos.retrieve, other.videos.download_content, other.videos.delete):
        with pytest.raises(openai.NotFoundError):
            ask(film.id)
    with pytest.raises(openai.NotFoundError):
        other.videos.remix(film.id, prompt=PROMPT)
    assert client.videos.retrieve(film.id).status == "completed"


def test_remix_keeps_seed_and_settings(wait: Wait, client: openai.OpenAI, film: Any) -> None:
    remix = client.videos.remix(film.id, prompt="a blue car in the snow")
    assert remix.remixed_from_video_id == film.id and remix.prompt == "a blue car in the snow"
    remix = done(wait, client, remix.id)
    for name in ("seed", "size", "frames"):
        assert remix.made_as[name] == film.made_as[name]  # type: ignore[attr-defined]
    assert client.videos.download_content(remix.id).read()
    assert client.videos.delete(remix.id).deleted


def test_a_film_goes_on(
    wait: Wait, client: openai.OpenAI, server: Any, film: Any, tmp_path: Path
) -> None:
    sent = tmp_path / "film.mp4"
    client.videos.download_content(film.id).write_to_file(sent)
    uploaded = client.videos.extend(
        prompt="it drives away",
        seconds="0.5",  # type: ignore[arg-type]
        video=sent,
    )
    asked = {"prompt": "it drives away", "seconds": 0.5, "video": {"id": film.id}}
    headers = {"Authorization": f"Bearer {server.keys['first']}"}
    named = httpx.post(f"{server.url}/v1/videos/extensions", json=asked, headers=headers).json()
    assert (named["seconds"], named["size"]) == ("0.5", "1280x720")
    for film_id in (uploaded.id, named["id"]):
        longer = done(wait, client, film_id)
        content = io.BytesIO(client.videos.download_content(longer.id).read())
        with av.open(content) as container:
            frames = list(container.decode(video=0))
        assert len(frames) == 3 + 6 and (frames[0].width, frames[0].height) == (256, 160)
        assert client.videos.delete(longer.id).deleted


def test_a_film_is_edited(
    wait: Wait, client: openai.OpenAI, server: Any, film: Any, tmp_path: Path
) -> None:
    sent, mask = tmp_path / "film.mp4", tmp_path / "mask.png"
    client.videos.download_content(film.id).write_to_file(sent)
    Image.new("L", (256, 160), 255).save(mask)
    plain = client.videos.edit(
        prompt="replace the car with a bear", video=sent, extra_body={"steps": 2}
    )
    headers = {"Authorization": f"Bearer {server.keys['first']}"}
    painted = httpx.post(
        f"{server.url}/v1/videos/edits",
        data={"prompt": "a brown bear", "video": film.id, "steps": "2"},
        files={"mask": ("mask.png", mask.read_bytes())},
        headers=headers,
    ).json()
    assert (painted["size"], painted["seconds"]) == ("1280x720", "0.25")
    for film_id, change in ((plain.id, "edit"), (painted["id"], "inpaint")):
        assert row(server, film_id).asked["change"] == change
        done(wait, client, film_id)
        made = io.BytesIO(client.videos.download_content(film_id).read())
        with av.open(made) as container:
            frames = list(container.decode(video=0))
        assert len(frames) == 3 and (frames[0].width, frames[0].height) == (256, 160)
        assert client.videos.delete(film_id).deleted


def test_a_film_begins_with_a_picture(
    wait: Wait, client: openai.OpenAI, server: Any, tmp_path: Path
) -> None:
    red = tmp_path / "red.png"
    Image.new("RGB", (64, 64), (200, 30, 30)).save(red)
    sent = client.videos.create(prompt=PROMPT, input_reference=red, **SHORT)
    asked = {"prompt": PROMPT, "seconds": 0.25, "steps": 2}
    asked |= {"input_reference": {"image_url": data_url(red)}}
    headers = {"Authorization": f"Bearer {server.keys['first']}"}
    named = httpx.post(f"{server.url}/v1/videos", json=asked, headers=headers).json()
    for film_id in (sent.id, named["id"]):
        made = done(wait, client, film_id)
        first = client.videos.download_content(made.id, variant="thumbnail").read()
        with Image.open(io.BytesIO(first)) as picture:
            color = np.asarray(picture.convert("RGB")).mean((0, 1))
        assert color[0] > 150 and color[1:].max() < 80
        assert server.store.names(given_of(made.id))
        assert client.videos.delete(made.id).deleted
        assert server.store.names(given_of(made.id)) == []


def data_url(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()


def test_a_character_is_called_by_its_name(
    wait: Wait, client: openai.OpenAI, server: Any, film: Any, tmp_path: Path
) -> None:
    sent = tmp_path / "film.mp4"
    client.videos.download_content(film.id).write_to_file(sent)
    made = client.videos.create_character(name="Flitzer", video=sent, timeout=300)
    assert made.id is not None and made.name == "Flitzer" and made.created_at > film.created_at
    assert made.description == "a red car"  # type: ignore[attr-defined]  # the film's own words
    assert client.videos.get_character(made.id).to_dict() == made.to_dict()
    other = client.with_options(api_key=server.keys["second"])
    with pytest.raises(openai.NotFoundError):
        other.videos.get_character(made.id)
    large = SHORT | {"extra_body": SHORT["extra_body"] | {"upscale": 2}}
    asked = client.videos.create(prompt="Flitzer drives through the forest", **large)
    assert asked.prompt == "Flitzer drives through the forest"
    told = done(wait, client, asked.id).made_as
    assert told["expanded_prompt"].startswith("A red car drives through the forest")
    client.videos.download_content(asked.id).write_to_file(sent)
    facts = read.facts(sent)
    assert (told["width"], told["height"]) == (facts.width, facts.height) == (320, 512)
    assert client.videos.delete(asked.id).deleted


def test_several_shots_and_a_loop(
    wait: Wait, client: openai.OpenAI, server: Any, tmp_path: Path
) -> None:
    shots = [
        {"prompt": "a cat in the snow", "seconds": 0.5},
        {"prompt": "a cat on the beach", "seconds": 0.25, "camera": "static"},
    ]
    asked = {"prompt": "", "shots": shots, "steps": 2, "seed": 3, "size": "square"}
    headers = {"Authorization": f"Bearer {server.keys['first']}"}
    with httpx.Client(base_url=f"{server.url}/v1", headers=headers, timeout=60) as web:
        made = web.post("/videos", json=asked).json()
        assert (made["prompt"], made["seconds"]) == (
            "a cat in the snow a cat on the beach",
            "0.75",
        )
        done(wait, client, made["id"])
        again = {"video": {"id": made["id"]}, "seconds": 0.5, "loop": True}
        closed = web.post("/videos/extensions", json=again).json()["id"]
    done(wait, client, closed)
    frames = []
    for film_id in (made["id"], closed):
        path = tmp_path / f"{film_id}.mp4"
        client.videos.download_content(film_id).write_to_file(path)
        frames.append(read.facts(path).frames)
        client.videos.delete(film_id)
    assert frames == [9, 9 + 8]  # the way back has whole latent frames


def test_a_picture(client: openai.OpenAI, server: Any) -> None:
    answer = client.images.generate(
        prompt="an astronaut on Mars", size="1024x1024", extra_body={"steps": 2}, timeout=300
    )
    assert answer.data is not None and answer.data[0].b64_json is not None
    with Image.open(io.BytesIO(base64.b64decode(answer.data[0].b64_json))) as picture:
        assert (picture.format, picture.size) == ("PNG", (192, 192))
    linked = client.images.generate(
        prompt="an astronaut on Mars",
        response_format="url",
        extra_body={"steps": 2},
        timeout=300,
    )
    assert linked.data is not None and linked.data[0].url is not None
    headers = {"Authorization": f"Bearer {server.keys['first']}"}
    assert httpx.get(linked.data[0].url, headers=headers).content.startswith(b"\x89PNG")
    assert httpx.get(linked.data[0].url).status_code == 401
    assert all(film.id.startswith("video_") for film in client.videos.list())


def test_events_tell_the_progress(server: Any, film: Any) -> None:
    headers = {"Authorization": f"Bearer {server.keys['first']}"}
    told = httpx.get(f"{server.url}/v1/videos/{film.id}/events", headers=headers)
    assert told.headers["content-type"].startswith("text/event-stream")
    assert told.text.startswith('event: completed\ndata: {"id":"' + film.id)
    assert told.text.endswith("event: end\ndata: {}\n\n")


def test_events_show_what_a_film_becomes(client: openai.OpenAI, server: Any) -> None:
    running = client.videos.create(prompt=PROMPT, size="1280x720", **LONG)
    url = f"{server.url}/v1/videos/{running.id}/events"
    headers = {"Authorization": f"Bearer {server.keys['first']}"}
    pictures = []
    with httpx.stream("GET", url, headers=headers, timeout=300) as told:
        for line in told.iter_lines():
            if line.startswith('data: {"picture"'):
                picture = json.loads(line.removeprefix("data: "))["picture"]
                kind, _, data = picture.partition(",")
                assert kind == "data:image/jpeg;base64"
                with Image.open(io.BytesIO(base64.b64decode(data))) as drawn:
                    assert drawn.size == (3 * 256, 160)  # moments of the three latent frames
                pictures.append(data)
            if len(pictures) == 3:
                break
    assert len(set(pictures)) == 3
    client.videos.delete(running.id)
    with Session(server.engine) as session:
        assert session.get(Preview, running.id) is None


def test_a_connection_outlives_the_longest_wait(server: Any) -> None:
    line = http.client.HTTPConnection("127.0.0.1", server.port)
    for wait in (0, 6):  # a crowd is told to wait longer than uvicorn keeps a connection by itself
        time.sleep(wait)
        line.request("GET", "/healthz")
        socket, answer = line.sock, line.getresponse()
        assert (answer.status, answer.read()[:1]) == (200, b"{")
        assert line.sock is socket is not None
    line.close()


def test_delete_cancels_what_is_being_made(wait: Wait, client: openai.OpenAI, server: Any) -> None:
    running = client.videos.create(prompt=PROMPT, **LONG)
    begun(wait, client, running.id)
    answer = client.videos.delete(running.id)
    assert (answer.deleted, answer.object) == (True, "video.deleted")
    with pytest.raises(openai.NotFoundError):
        client.videos.retrieve(running.id)
    wait(lambda: server.store.names(place_of(running.id)) == [])


def test_a_worker_killed_in_the_middle(wait: Wait, client: openai.OpenAI, server: Any) -> None:
    film = client.videos.create(prompt=PROMPT, **LONG)
    begun(wait, client, film.id)
    pid = int(row(server, film.id).worker.rpartition(":")[2])
    os.kill(pid, signal.SIGKILL)
    done(wait, client, film.id)
    end = row(server, film.id)
    assert (end.attempt, end.deaths) == (2, 1) and not end.worker.endswith(f":{pid}")
    files = ["film.mp4", "spritesheet.png", "thumbnail.png"]
    assert server.store.names(place_of(film.id)) == [f"{place_of(film.id)}/2/{f}" for f in files]
    assert verdict(server, "film.mp4", client.videos.download_content(film.id).read()) == "ai"


def test_films_outlive_the_server(wait: Wait, client: openai.OpenAI, server: Any) -> None:
    """Last of its file, since it kills the server, the hard way, and starts it again."""
    film = client.videos.create(prompt=PROMPT, **SHORT)
    server.end(signal.SIGKILL)
    server.start()
    assert done(wait, client, film.id).id == film.id
    assert row(server, film.id).status == "completed"
