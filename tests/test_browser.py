"""A real browser plays what comes out: headless Chromium, a page, and what the page reports."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lichtspiel.media import mux
from lichtspiel.studio import Studio

PAGE = """<!doctype html><video muted src="film.mp4"></video><script>
const video = document.querySelector("video");
const report = () => fetch("/report", {method: "POST", body: JSON.stringify({
  error: video.error && video.error.message, readyState: video.readyState, ended: video.ended,
  currentTime: video.currentTime, duration: video.duration, width: video.videoWidth,
  height: video.videoHeight, pixel: pixel(), seekable: video.seekable.length})});
function pixel() {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  if (!canvas.width) return null;
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  return Array.from(context.getImageData(8, 8, 1, 1).data).slice(0, 3);
}
video.onended = report;
video.onerror = report;
video.play().catch(report);
</script>"""

FLAGS = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-quic", "--disable-sync", "--mute-audio"),
    "--autoplay-policy=no-user-gesture-required",
]


def browser() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    reason = "no Chromium found; install Debian's package chromium (`make test` tries to)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, queue.Queue[dict[str, Any]]]]:
    """The folder on a local port, and what pages there report."""
    reports: queue.Queue[dict[str, Any]] = queue.Queue()

    class Handler(SimpleHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            reports.put(json.loads(body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/page.html", reports
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def play(film: Path, folder: Path) -> dict[str, Any]:
    """Play the film to its end in Chromium and return what the page saw then."""
    program = browser()
    site = folder / "site"
    site.mkdir()
    (site / "page.html").write_text(PAGE)
    shutil.copyfile(film, site / "film.mp4")
    with serving(site) as (address, reports):
        chromium = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={folder / 'profile'}", address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return reports.get(timeout=60)
        finally:
            chromium.terminate()
            chromium.wait(timeout=20)


def test_chromium_plays_what_the_muxer_writes(tmp_path: Path) -> None:
    colour = (200, 120, 40)
    film = tmp_path / "film.mp4"
    frames = np.zeros((18, 192, 320, 3), np.uint8) + np.array(colour, np.uint8)
    mux.write_mp4(film, [frames], 12)
    seen = play(film, tmp_path)
    assert seen["error"] is None and seen["ended"]
    assert seen["readyState"] >= 2
    assert (seen["width"], seen["height"]) == (320, 192)
    assert seen["duration"] == pytest.approx(1.5, abs=0.01)
    assert seen["currentTime"] == pytest.approx(1.5, abs=0.05)
    assert np.abs(np.array(seen["pixel"]) - colour).max() <= 8


def test_chromium_plays_what_the_model_makes(tmp_path: Path) -> None:
    film = Studio.load("himmel-mini").generate("a bear", seconds=1, steps=2, seed=1)
    seen = play(film.path, tmp_path)
    assert seen["error"] is None and seen["ended"]
    assert (seen["width"], seen["height"]) == (film.width, film.height)
    assert seen["currentTime"] == pytest.approx(1, abs=0.05)


def test_chromium_tells_when_a_film_is_broken(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"no film" * 1000)
    assert play(film, tmp_path)["error"]
