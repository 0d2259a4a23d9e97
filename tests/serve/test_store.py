"""Films in a folder, and in a real S3-compatible server: the same calls, the same ends."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from lichtspiel.serve import jobs
from lichtspiel.serve.given import given_of
from lichtspiel.serve.store import Store, open_store
from lichtspiel.serve.tables import open_database
from lichtspiel.serve.worker import attempt_of, make, place_of


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(str(tmp_path / "films"))
    return open_store(f"{request.getfixturevalue('s3')}/{tmp_path.name}")


def test_files_come_back_whole(store: Store, tmp_path: Path) -> None:
    with store.placing("films/one/1") as folder:
        (folder / "film.mp4").write_bytes(b"film")
        (folder / "thumbnail.png").write_bytes(b"picture")
    with store.placing("films/one-more/1") as folder:
        (folder / "film.mp4").write_bytes(b"another")
    assert store.fetch("films/one/1/film.mp4", tmp_path).read_bytes() == b"film"
    assert store.names("films/one") == ["films/one/1/film.mp4", "films/one/1/thumbnail.png"]
    store.remove("films/one")
    assert store.names("films/one") == [] and len(store.names("films/one-more")) == 1
    store.remove("films/one")
    with pytest.raises(FileNotFoundError):
        store.fetch("films/one/1/film.mp4", tmp_path)


def test_nothing_is_left_of_what_fails(store: Store) -> None:
    with pytest.raises(KeyError), store.placing("films/two/1") as folder:
        (folder / "film.mp4").write_bytes(b"half")
        raise KeyError
    assert store.names("films/two") == []


def test_two_stores_see_what_the_other_did(s3: str, tmp_path: Path) -> None:
    web, worker = open_store(s3), open_store(s3)
    for content in (b"first", b"second"):
        assert web.names("films/three") == []
        with worker.placing("films/three") as folder:
            (folder / "film.mp4").write_bytes(content)
        assert web.fetch("films/three/film.mp4", tmp_path).read_bytes() == content
        web.remove("films/three")


def test_a_film_begins_with_a_picture_and_is_sent_from_s3(
    s3: str, web: Callable[..., Any], tmp_path: Path
) -> None:
    """The whole way: an upload is kept there, a worker elsewhere reads it, the film is sent."""
    red = tmp_path / "red.png"
    Image.new("RGB", (64, 64), (200, 30, 30)).save(red)
    client, store = web(store=f"{s3}/way"), open_store(f"{s3}/way")
    asked = {"prompt": "a red car on the beach", "seconds": "0.25", "steps": "2"}
    picture = {"input_reference": red.read_bytes()}
    film = client.post("/v1/videos", data=asked, files=picture).json()
    remix = client.post(f"/v1/videos/{film['id']}/remix", json={"prompt": "a car"}).json()
    assert store.names(given_of(remix["id"])) == [f"{given_of(remix['id'])}/image.png"]
    client.delete(f"/v1/videos/{remix['id']}")

    engine = open_database(f"sqlite:///{tmp_path / 'films.sqlite'}")
    taken = jobs.take(engine, "worker", 300)
    assert taken is not None
    make(engine, store, taken, 300)
    engine.dispose()
    assert client.get(f"/v1/videos/{film['id']}").json()["status"] == "completed"
    assert len(store.names(attempt_of(taken))) == 3
    sent = client.get(f"/v1/videos/{film['id']}/content")
    assert sent.content[4:8] == b"ftyp"
    part = {"Range": "bytes=4-7", "If-Range": sent.headers["etag"]}
    answer = client.get(f"/v1/videos/{film['id']}/content", headers=part)
    assert (answer.status_code, answer.content) == (206, b"ftyp")
    longer = {"video": {"id": film["id"]}, "prompt": "it drives away", "seconds": 0.5}
    after = client.post("/v1/videos/extensions", json=longer).json()
    assert store.names(given_of(after["id"])) == [f"{given_of(after['id'])}/before.mp4"]
    client.delete(f"/v1/videos/{film['id']}")
    assert store.names(place_of(film["id"])) == store.names(given_of(film["id"])) == []


def test_what_is_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setitem(os.environ, "AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for url in ("nonsense://bucket", str(tmp_path / "file" / "films"), "s3://bucket"):
        with pytest.raises(ValueError, match="store"):
            open_store(url)
