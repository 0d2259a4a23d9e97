"""Files that are not what they seem, and lines that are not let go of."""

from __future__ import annotations

import io
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from lichtspiel.media import mux
from lichtspiel.serve.settings import Settings

PROMPT = "a red car on the beach"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, serving: Any) -> Iterator[httpx.Client]:
    with (
        serving(Settings(folder=tmp_path_factory.mktemp("attacked"), queue=1000)) as url,
        httpx.Client(base_url=url, timeout=200) as client,
    ):
        yield client


def png(width: int = 8, height: int = 8) -> bytes:
    made = io.BytesIO()
    Image.new("1", (width, height)).save(made, "PNG")
    return made.getvalue()


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("../../run.sh", "echo harm")
    return made.getvalue()


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film that lies on the server and is nobody's to see."""
    path = tmp_path_factory.mktemp("secret") / "film.mp4"
    mux.write_mp4(path, [np.full((4, 64, 64, 3), 90, np.uint8)], 12)
    return path


@pytest.mark.parametrize("kind", ["hls", "concat", "svg", "gif"])
def test_no_upload_leads_to_another_file(web: httpx.Client, secret: Path, kind: str) -> None:
    """Players open more than films: lists that name others, by path or by address."""
    content = {
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        "concat": f"ffconcat version 1.0\nfile '{secret}'\n",
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{secret}"/></svg>',
        "gif": "GIF89a/*" + "\0" * 40 + "*/=1;alert(1)",
    }[kind].encode()
    told = {"prompt": PROMPT, "consent": "she agrees", "name": "Anna"}
    answers = [
        web.post("/v1/verify", files={"file": ("film.mp4", content)}),
        web.post("/v1/videos/extensions", data={"prompt": PROMPT}, files={"video": content}),
        web.post("/v1/videos", data={"prompt": PROMPT}, files={"input_reference": content}),
        web.post(
            "/v1/videos/characters",
            data={name: told[name] for name in ("name", "consent")},
            files={"video": content},
        ),
    ]
    assert [answer.status_code for answer in answers] == [400] * 4
    assert not any(str(secret) in answer.text for answer in answers)


@pytest.mark.parametrize("mask", ["/etc/passwd", "../mask.png", "file:///etc/passwd", "box=a"])
def test_a_mask_is_never_a_path(web: httpx.Client, secret: Path, mask: str) -> None:
    told = {"prompt": "a brown bear", "mask": mask}
    answer = web.post("/v1/videos/edits", data=told, files={"video": secret.read_bytes()})
    assert answer.status_code == 400 and answer.json()["error"]["code"] == "invalid_value"


def test_a_picture_that_is_a_page_as_well(web: httpx.Client) -> None:
    both = png() + b"<script>alert(1)</script>" + zipped()
    answer = web.post("/v1/verify", files={"file": ("picture.png", both, "text/html")})
    assert answer.status_code == 200 and answer.json()["verdict"] == "unknown"
    assert answer.headers["content-type"] == "application/json"
    taken = web.post(
        "/v1/videos",
        data={"prompt": PROMPT, "seconds": "1"},
        files={"input_reference": ("../../index.html", both, "text/html")},
    )
    assert taken.status_code == 200  # it is a picture; its other half is never shown to anybody
    assert web.get(f"/v1/videos/{taken.json()['id']}/content").status_code == 400


def test_pictures_that_would_fill_the_memory(web: httpx.Client) -> None:
    answer = web.post("/v1/verify", files={"file": ("bomb.png", png(20_000, 20_000))})
    assert answer.status_code == 200 and answer.json()["verdict"] == "unknown"
    assert "could not be looked at" in answer.json()["reasons"][-1]


def test_a_film_that_never_ends(web: httpx.Client, tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    mux.write_mp4(path, (np.zeros((60, 32, 32, 3), np.uint8) for _ in range(13)), 1)
    files = {"video": path.read_bytes()}
    for where, told in (("extensions", {"prompt": PROMPT}), ("characters", {"name": "Anna"})):
        answer = web.post(f"/v1/videos/{where}", data=told, files=files)
        assert answer.status_code == 400 and "10 minutes" in answer.json()["error"]["message"]


def test_lines_that_are_not_let_go_of(web: httpx.Client) -> None:
    url = web.base_url
    lines = [socket.create_connection((url.host, url.port), timeout=30) for _ in range(100)]
    try:
        for line in lines:
            line.sendall(b"GET /v1/videos HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        assert web.get("/healthz").status_code == 200
    finally:
        for line in lines:
            line.close()


@pytest.mark.parametrize(
    "path",
    [
        "/v1/videos/%0d%0aX-Evil:%201",
        "/v1/videos/characters/%0d%0aX-Evil:%201",
        "/v1/videos?after=%0d%0aX-Evil:%201",
        "/page/%0d%0aX-Evil:%201",
        "/page/..%2fapp.py",
        "/page/__init__.py",
    ],
)
def test_nothing_asked_for_becomes_a_header_or_a_path(web: httpx.Client, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 404 and "x-evil" not in answer.headers
    assert "import" not in answer.text


def test_the_page_runs_nothing_but_its_own_files(web: httpx.Client) -> None:
    page = web.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy
    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert " on" + "click=" not in page.text and "style=" not in page.text
    for name in ("main.js", "style.css", "icon.svg"):
        part = web.get(f"/page/{name}")
        assert part.status_code == 200 and part.headers["x-content-type-options"] == "nosniff"
