"""What is refused, and that attacks come to nothing: the web process alone, over real sockets."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import openai
import pytest
from PIL import Image

from lichtspiel.media import mux
from lichtspiel.models.presets import PRESETS
from lichtspiel.serve.server import run
from lichtspiel.serve.settings import Settings

Web = Callable[..., httpx.Client]
KeyFor = Callable[..., dict[str, str]]

PROMPT = "a red car on the beach"


def error(answer: httpx.Response) -> tuple[int, str, str | None]:
    """Status, code and param of an answer, which must have the shape of an error."""
    told = answer.json()["error"]
    assert list(told) == ["message", "type", "param", "code"]
    assert told["message"] and told["type"].endswith("_error")
    return answer.status_code, told["code"], told["param"]


def queued(client: httpx.Client, **options: Any) -> list[Any]:
    films: list[Any] = client.get("/v1/videos", **options).json()["data"]
    return films


def test_a_prompt_that_is_blocked_is_not_queued(web: Web) -> None:
    client = web()
    with openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="none") as real:
        with (
            pytest.warns(DeprecationWarning),
            pytest.raises(openai.BadRequestError) as refused,
        ):
            real.videos.create(prompt="a naked child")
        assert (refused.value.code, refused.value.param) == ("moderation_blocked", "prompt")
        assert refused.value.type == "invalid_request_error"
        result = real.moderations.create(input=["a naked child", PROMPT]).results
        assert [one.flagged for one in result] == [True, False]
        assert result[0].categories.sexual_minors and not result[1].categories.sexual_minors
        # Open weights that other tests have left here come after it.
        assert next(iter(real.models.list())).id == "himmel-mini"
    assert queued(client) == []


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        ({}, "missing_required_parameter", "prompt"),
        ({"prompt": ""}, "invalid_value", None),
        ({"prompt": "\ud800 a"}, "invalid_value", None),
        ({"prompt": "a" * 3000}, "invalid_value", None),
        ({"prompt": PROMPT, "size": "huge"}, "invalid_value", "size"),
        ({"prompt": PROMPT, "size": "\ud800"}, "invalid_value", "size"),
        ({"prompt": PROMPT, "seconds": "never"}, "invalid_value", "seconds"),
        ({"prompt": PROMPT, "seconds": 10**6}, "invalid_value", None),
        ({"prompt": PROMPT, "seconds": "nan"}, "invalid_value", None),
        ({"prompt": PROMPT, "seed": 10**30}, "invalid_value", None),
        ({"prompt": PROMPT, "model": "other"}, "model_not_found", "model"),
        ({"prompt": PROMPT, "colour": "red"}, "unknown_parameter", "colour"),
        ({"prompt": PROMPT, "input_reference": {"a": 1}}, "invalid_value", "input_reference"),
        ({"prompt": PROMPT, "input_reference": 7}, "invalid_value", "input_reference"),
        (
            {"prompt": PROMPT, "input_reference": {"file_id": "f"}},
            "unsupported_feature",
            "input_reference",
        ),
        (
            {"prompt": PROMPT, "input_reference": "http://127.0.0.1/picture.png"},
            "invalid_value",
            "input_reference",
        ),
        (
            {"prompt": PROMPT, "input_reference": "data:image/png;base64,AAAA"},
            "invalid_value",
            "input_reference",
        ),
    ],
)
def test_what_cannot_be_asked_is_told(
    refusing: httpx.Client, given: dict[str, Any], code: str, param: str | None
) -> None:
    answer = refusing.post("/v1/videos", content=json.dumps(given))
    assert error(answer) == (400, code, param)


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory, serving: Any) -> Any:
    """One web process for the tests that only need its answers."""
    with (
        serving(Settings(folder=tmp_path_factory.mktemp("refusing"))) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("video", "status", "code"),
    [
        ("video_" + "0" * 32, 404, "not_found"),
        ({"id": "../../films.sqlite"}, 404, "not_found"),
        ({"name": "a"}, 400, "invalid_value"),
        (None, 400, "invalid_value"),
    ],
)
def test_only_a_film_that_is_there_goes_on(
    refusing: httpx.Client, video: Any, status: int, code: str
) -> None:
    asked = {"prompt": PROMPT, "seconds": "4", "video": video}
    assert error(refusing.post("/v1/videos/extensions", json=asked))[:2] == (status, code)


def test_a_film_that_is_none_does_not_go_on(refusing: httpx.Client) -> None:
    files = {"video": ("../film.mp4", b"film", "video/mp4")}
    answer = refusing.post("/v1/videos/extensions", data={"prompt": PROMPT}, files=files)
    assert error(answer) == (400, "invalid_value", "video")


def test_characters_who_could_be_somebody(refusing: httpx.Client, tmp_path: Path) -> None:
    path = tmp_path / "recording.mp4"
    frames = np.random.default_rng(1).integers(0, 255, (4, 64, 64, 3), np.uint8)
    mux.write_mp4(path, [frames], 12)

    def ask(**told: str) -> httpx.Response:
        files = {"video": path.read_bytes()}
        return refusing.post("/v1/videos/characters", data=told, files=files, timeout=300)

    assert error(ask(name="Anna")) == (400, "consent_required", "consent")
    assert error(ask(name="Taylor Swift", consent="yes"))[1] == "moderation_blocked"
    assert error(ask(name="A\r\nB")) == (400, "invalid_value", "name")
    bear = ask(name="Bruno", description="a brown bear").json()  # nobody who could be asked
    assert bear["description"] == "a brown bear"
    anna = ask(name="Anna", consent="Anna agreed in writing.").json()
    assert anna["description"] == ""
    wish = {"prompt": "Anna and Bruno in the forest", "seconds": "1"}
    film = refusing.post("/v1/videos", json=wish).json()
    assert film["prompt"] == wish["prompt"]  # Anna is its first picture, Bruno is described
    for character in (anna, bear):
        at = f"/v1/videos/characters/{character['id']}"
        assert refusing.get(at).json() == character
        assert refusing.delete(at).json()["deleted"]
        assert error(refusing.get(at))[:2] == (404, "not_found")


def test_a_reference_that_is_no_picture(refusing: httpx.Client) -> None:
    files = {"input_reference": ("../../../etc/passwd", b"picture", "image/png")}
    answer = refusing.post("/v1/videos", data={"prompt": PROMPT}, files=files)
    assert error(answer) == (400, "invalid_value", "input_reference")


def test_a_picture_that_would_fill_the_memory(refusing: httpx.Client) -> None:
    bomb = io.BytesIO()
    Image.new("1", (8000, 8000)).save(bomb, "PNG")
    files = {"input_reference": ("bomb.png", bomb.getvalue(), "image/png")}
    answer = refusing.post("/v1/videos", data={"prompt": PROMPT}, files=files)
    assert error(answer) == (400, "invalid_value", "input_reference")
    assert "megapixels" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/videos/video_" + "0" * 32, 404),
        ("GET", "/v1/videos/..%2f..%2ffilms.sqlite/content", 404),
        ("GET", "/v1/videos/%00/content", 404),
        ("GET", "/v1/videos?after=nothing", 404),
        ("GET", "/v1/videos?limit=0", 400),
        ("GET", "/v1/videos?order=sideways", 400),
        ("GET", "/v1/models/none", 404),
        ("GET", "/nothing", 404),
        ("PUT", "/v1/videos", 405),
        ("POST", "/v1/verify", 400),
    ],
)
def test_paths_that_lead_nowhere(
    refusing: httpx.Client, method: str, path: str, status: int
) -> None:
    assert error(refusing.request(method, path))[0] == status


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"nothing", b"[" * 100_000, b"\xff\xfe"])
def test_bodies_that_are_no_json(refusing: httpx.Client, body: bytes) -> None:
    assert error(refusing.post("/v1/videos", content=body))[0] == 400


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("film.exe", b"MZ"),
        ("film.mp4", b""),
        ("../../film.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64),
        ('film.mp4"\r\nX-Other: 1', b"<script>alert(1)</script>"),
    ],
    ids=["program", "empty", "broken", "injection"],
)
def test_uploads_that_are_no_films(refusing: httpx.Client, name: str, content: bytes) -> None:
    answer = refusing.post("/v1/verify", files={"file": (name, content)}, timeout=200)
    assert answer.status_code in (200, 400) and "x-other" not in answer.headers
    if answer.status_code == 200:
        assert answer.json()["verdict"] == "unknown"


def test_scripts_in_prompts_stay_text(web: Web) -> None:
    client = web()
    prompt = "<script>alert('car')</script> a car\r\nX-Other: 1"
    film = client.post("/v1/videos", json={"prompt": prompt})
    assert film.status_code == 200 and "x-other" not in film.headers
    assert film.headers["content-type"] == "application/json"
    assert film.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in film.headers["content-security-policy"]
    assert film.json()["prompt"] == "<script>alert('car')</script> a car X-Other: 1"
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html") and "<script" not in page.text


def test_uploads_have_a_limit(web: Web) -> None:
    client = web(max_upload=100_000)
    files = {"file": ("film.mp4", bytes(200_000))}
    assert error(client.post("/v1/verify", files=files))[:2] == (413, "request_too_large")

    def chunks() -> Any:
        yield from (bytes(50_000) for _ in range(5))

    answer = client.post("/v1/videos", content=chunks())  # without a length in its head
    assert error(answer)[:2] == (413, "request_too_large")


def test_slow_uploads_end(web: Web) -> None:
    url = web(upload_seconds=0.5).base_url
    with socket.create_connection((url.host, url.port), timeout=30) as line:
        line.sendall(b"POST /v1/videos HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\n{")
        assert line.recv(1000).startswith(b"HTTP/1.1 408")


def test_pages_of_other_sites_are_refused_where_no_key_is_needed(web: Web) -> None:
    client = web()
    for headers in (
        {"Host": "films.example"},  # a name that was bent to lead here
        {"Origin": "https://films.example"},
        {"Origin": "null"},
    ):
        assert error(client.get("/v1/videos", headers=headers))[:2] == (403, "foreign_origin")
    own = {"Origin": f"http://localhost:{client.base_url.port}"}
    assert client.get("/v1/videos", headers=own).status_code == 200


def test_wrong_keys(web: Web, key: KeyFor) -> None:
    right = key("first")["Authorization"]
    client = web()
    for wrong in ("", "Bearer", "Bearer no", right[:-1] + "x", right[:-64] + "0" * 64, right[7:]):
        answer = client.get("/v1/videos", headers={"Authorization": wrong})
        assert error(answer) == (401, "invalid_api_key", None)
        assert answer.headers["www-authenticate"] == "Bearer"
    with (
        openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="wrong") as real,
        pytest.raises(openai.AuthenticationError),
    ):
        real.models.list()
    assert client.get("/v1/videos", headers={"Authorization": right}).status_code == 200
    assert client.get("/healthz").json() == {"status": "ok", "queued": 0}
    assert error(client.get("/metrics"))[0] == 401


def test_roles(web: Web, key: KeyFor) -> None:
    viewer, maker, reviewer = (key(role, role=role) for role in ("viewer", "maker", "reviewer"))
    client = web()
    wish = {"prompt": PROMPT, "seconds": "1"}
    assert error(client.post("/v1/videos", json=wish, headers=viewer))[0] == 403
    film = client.post("/v1/videos", json=wish, headers=maker).json()
    assert queued(client, headers=viewer) == queued(client, headers=reviewer) == []
    assert [one["id"] for one in queued(client, headers=maker)] == [film["id"]]
    assert error(client.delete(f"/v1/videos/{film['id']}", headers=reviewer))[0] == 404
    assert error(client.get("/v1/blocked", headers=maker))[0] == 403
    assert client.get("/v1/blocked", headers=reviewer).json()["object"] == "list"


def test_pages_of_a_list(web: Web) -> None:
    client = web()
    ids = [client.post("/v1/videos", json={"prompt": PROMPT}).json()["id"] for _ in range(5)]
    with openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="none") as real:
        with pytest.warns(DeprecationWarning):
            newest_first = [film.id for film in real.videos.list(limit=2)]
        with pytest.warns(DeprecationWarning):
            oldest_first = [film.id for film in real.videos.list(limit=3, order="asc")]
    assert newest_first == ids[::-1] and oldest_first == ids
    page = client.get("/v1/videos", params={"limit": 2, "after": ids[3]}).json()
    assert [film["id"] for film in page["data"]] == [ids[2], ids[1]]
    assert (page["object"], page["first_id"], page["last_id"]) == ("list", ids[2], ids[1])
    assert page["has_more"]
    answer = client.get(f"/v1/videos/{ids[0]}/content")
    assert error(answer) == (400, "video_not_ready", "video_id")


def test_sizes_and_seconds_of_the_hosted_api_are_mapped(web: Web) -> None:
    client = web()
    for size, ours in (("720x1280", "portrait"), ("1792x1024", "landscape")):
        for seconds in ("4", "8", "12"):
            wish = {"prompt": PROMPT, "size": size, "seconds": seconds, "model": "sora-2-pro"}
            film = client.post("/v1/videos", data=wish).json()
            assert (film["size"], film["seconds"], film["status"]) == (size, seconds, "queued")
            longest = min(float(seconds), PRESETS["himmel-mini"].max_seconds)
            assert (film["made_as"]["size"], film["made_as"]["seconds"]) == (ours, longest)


def test_a_full_queue(web: Web) -> None:
    client = web(queue=1)
    assert client.post("/v1/videos", json={"prompt": PROMPT}).status_code == 200
    answer = client.post("/v1/videos", json={"prompt": PROMPT})
    assert error(answer)[:2] == (429, "queue_full") and int(answer.headers["retry-after"]) > 0


def test_a_quota_of_seconds_a_day(web: Web, key: KeyFor) -> None:
    small, large = key("small", daily_seconds=5), key("large")
    client = web()
    wish = {"prompt": PROMPT, "seconds": 4}
    film = client.post("/v1/videos", json=wish, headers=small).json()
    answer = client.post("/v1/videos", json=wish, headers=small)
    assert error(answer)[:2] == (429, "insufficient_quota")
    assert 86_000 < int(answer.headers["retry-after"]) <= 86_400
    assert client.post("/v1/videos", json=wish, headers=large).status_code == 200
    client.delete(f"/v1/videos/{film['id']}", headers=small)  # was not begun: costs nothing
    assert client.post("/v1/videos", json=wish, headers=small).status_code == 200


def test_an_enlarged_film_takes_more_of_the_quota(web: Web, key: KeyFor) -> None:
    some = key("some", daily_seconds=20)
    client = web()
    wish = {"prompt": PROMPT, "seconds": 4}
    large = {**wish, "upscale": 2}
    assert client.post("/v1/videos", json=large, headers=some).status_code == 200  # 16 of 20
    assert client.post("/v1/videos", json=wish, headers=some).status_code == 200
    answer = client.post("/v1/videos", json=wish, headers=some)
    assert error(answer)[:2] == (429, "insufficient_quota")


def test_too_many_requests(web: Web, key: KeyFor) -> None:
    often, other = key("often"), key("other")
    client = web(rate=10)
    codes = [client.get("/v1/models", headers=often).status_code for _ in range(7)]
    assert codes[:5] == [200] * 5 and codes[-1] == 429
    assert client.get("/v1/models", headers=other).status_code == 200


def test_figures_for_prometheus(web: Web) -> None:
    client = web()
    client.post("/v1/videos", json={"prompt": PROMPT})
    told = client.get("/metrics").text
    assert 'lichtspiel_films{status="queued"} 1.0' in told
    assert 'lichtspiel_requests_total{method="POST",status="200"} 1.0' in told
    assert 'lichtspiel_request_seconds_count{method="POST"} 1.0' in told
    assert "lichtspiel_busy_workers 0.0" in told


def test_the_server_stays_at_home_without_keys(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Without keys the server listens on"):
        run(Settings(folder=tmp_path, host="0.0.0.0"))
