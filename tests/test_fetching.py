"""Fetching open weights: from a hub on this machine that behaves like the real one, and from
folders; cut off, damaged, incomplete."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lichtspiel import cli, fetching
from lichtspiel.models import catalogue, folders
from lichtspiel.models.open_presets import OPEN
from lichtspiel.models.presets import PRESETS

Build = Callable[[str], Path]
PRESET = OPEN["wan2.1-1.3b"]
SHARD = re.compile(r"transformer/.*00001-of-.*\.safetensors")


@dataclass
class Hub:
    """What the server holds, and how it fails: `stop` names files that it cuts off after half, once
    or always; `spoil` such of which it changes a byte."""

    folder: Path
    stop: re.Pattern[str] | None = None
    once: bool = False
    spoil: re.Pattern[str] | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def listing(self) -> bytes:
        files = []
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                content, name = path.read_bytes(), str(path.relative_to(self.folder))
                entry = {"rfilename": name, "size": len(content), "blobId": git_name(content)}
                if name.endswith(".safetensors"):
                    sha = hashlib.sha256(content).hexdigest()
                    entry["lfs"] = {"sha256": sha, "size": len(content), "pointerSize": 130}
                files.append(entry)
        told = {"id": PRESET.repository, "sha": "0" * 40, "siblings": files}
        return json.dumps(told).encode()


def git_name(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class Answers(BaseHTTPRequestHandler):
    hub: Hub

    def do_GET(self) -> None:
        if self.path.startswith("/api/models/"):
            self._send(self.hub.listing(), 200)
            return
        name = self.path.partition("/resolve/")[2].partition("/")[2]
        path, wanted = self.hub.folder / name, self.headers.get("Range")
        if not path.is_file():
            self.send_error(404)
            return
        content, headers = path.read_bytes(), {"X-Repo-Commit": "0" * 40, "Accept-Ranges": "bytes"}
        headers["ETag"] = f'"{git_name(content)}"'
        if self.command == "HEAD":
            self._send(content, 200, headers)
            return
        self.hub.asked.append((name, wanted))
        stops = self.hub.stop is not None and self.hub.stop.fullmatch(name)
        if stops and name not in self.hub.broken:
            self.hub.broken.add(name)
            self._send(content, 200, headers, cut=len(content) // 2)
            return
        if stops and not self.hub.once:
            self.close_connection = True
            return
        if self.hub.spoil and self.hub.spoil.fullmatch(name):
            content = content[:-1] + bytes([content[-1] ^ 1])
        start = int(re.findall(r"\d+", wanted)[0]) if wanted else 0
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._send(content[start:], 206 if start else 200, headers)

    do_HEAD = do_GET

    def _send(
        self, content: bytes, code: int, headers: dict[str, str] | None = None, cut: int = 0
    ) -> None:
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: cut or None])
        if cut:
            self.wfile.flush()
            self.close_connection = True

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def hub(small: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    shutil.copytree(small("wan2.1-1.3b"), tmp_path / "hub")
    (tmp_path / "hub" / "all-in-one.safetensors").write_bytes(b"not of the layout")
    answers = type("Bound", (Answers,), {"hub": Hub(tmp_path / "hub")})
    server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("LICHTSPIEL_HOME", str(tmp_path / "home"))
    # The client waits between its own attempts.
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda seconds: None)
    yield answers.hub
    server.shutdown()
    server.server_close()
    thread.join()


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in folders.parts(folder)
        for path in (folder / part).rglob("*")
        if path.is_file()
    }


def test_what_the_hub_has_arrives_whole(hub: Hub) -> None:
    folder = fetching.pull(PRESET.name)
    assert folder == catalogue.place(PRESET)
    assert content(folder) == content(hub.folder)
    assert "all-in-one.safetensors" not in {name for name, _ in hub.asked}
    assert folders.note(folder)["preset"] == PRESET.name
    hub.asked.clear()
    fetching.pull(PRESET.name)  # all is there
    assert hub.asked == []


def test_a_cut_off_download_goes_on_where_it_stopped(hub: Hub) -> None:
    hub.stop = SHARD
    with pytest.raises(OSError, match="stopped; what came is kept in"):
        fetching.pull(PRESET.name)
    with pytest.raises(ValueError, match="is not whole"):
        folders.check(catalogue.place(PRESET))
    hub.stop = None
    whole = content(catalogue.place(PRESET))
    hub.asked.clear()
    assert content(fetching.pull(PRESET.name)) == content(hub.folder)
    assert whole and not set(whole) & {name for name, _ in hub.asked}


def test_a_connection_that_breaks_once_is_not_noticed(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 1024)
    hub.stop, hub.once = SHARD, True
    assert content(fetching.pull(PRESET.name)) == content(hub.folder)
    ((name, _), (_, wanted)) = [asked for asked in hub.asked if SHARD.fullmatch(asked[0])]
    half = (hub.folder / name).stat().st_size // 2
    assert wanted == f"bytes={half // 1024 * 1024}-"


def test_what_arrives_damaged_is_removed(hub: Hub) -> None:
    hub.spoil = SHARD
    with pytest.raises(OSError, match="arrived with a wrong checksum and was removed"):
        fetching.pull(PRESET.name)
    assert not any(SHARD.fullmatch(name) for name in content(catalogue.place(PRESET)))
    hub.spoil = None
    assert content(fetching.pull(PRESET.name)) == content(hub.folder)


def test_a_hub_that_can_not_be_reached(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(OSError, match="the same command goes on from there"):
        fetching.pull(PRESET.name)


def test_licences_with_terms_must_be_accepted() -> None:
    for name, preset in OPEN.items():
        if preset.licence.terms:
            with pytest.raises(ValueError, match=r"add --accept to fetch it\.") as told:
                fetching.pull(name)
            assert preset.licence.name in str(told.value)
            assert preset.licence.address in str(told.value)
            assert preset.licence.name in preset.notice
    assert not PRESET.notice


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        ("shard", r"transformer/.* is missing; `lichtspiel pull .*` fetches it"),
        ("part", r"the weights of text_encoder are missing"),
        ("half", r"transformer/.* is cut off or damaged"),
        ("folder", r"the folder vae is missing"),
        ("index", r"holds no model: it has no model_index.json"),
        ("text", r"model_index.json' can't be read"),
        ("kind", r"holds a FluxPipeline, which can't be used here"),
    ],
)
def test_folders_that_are_not_whole(small: Build, tmp_path: Path, harm: str, sentence: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(small("wan2.1-1.3b"), folder)
    index = folder / folders.INDEX
    if harm == "shard":
        sorted((folder / "transformer").glob("*.safetensors"))[0].unlink()
    elif harm == "part":
        (folder / "text_encoder" / "model.safetensors").unlink()
    elif harm == "half":
        shard = sorted((folder / "transformer").glob("*.safetensors"))[1]
        os.truncate(shard, shard.stat().st_size // 2)
    elif harm == "folder":
        shutil.rmtree(folder / "vae")
    elif harm == "index":
        index.unlink()
    elif harm == "text":
        index.write_text("{")
    else:
        index.write_text(index.read_text().replace("WanPipeline", "FluxPipeline"))
    with pytest.raises(ValueError, match=sentence):
        fetching.pull(str(folder))
    with pytest.raises(ValueError):
        folders.check(folder)
        folders.kind(folder)


def test_a_disk_that_is_too_small(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    room = shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: room)
    with pytest.raises(ValueError, match=r"has room for 0\.0 GB, but .* GB are needed"):
        fetching.pull(PRESET.name)


def test_the_commands(
    hub: Hub,
    small: Build,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["lichtspiel", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    own = tmp_path / "my-model"
    shutil.copytree(small("ltx-video"), own)
    assert call("pull", "wan2.1-1.3b")[0] == 0
    code, out, _ = call("pull", str(own))
    assert code == 0 and "--model my-model" in out
    assert call("pull", "sora")[0] == 2
    assert call("pull", "cogvideox-5b")[0] == 2
    code, out, _ = call("models", "--memory", "12")
    told = dict(re.findall(r"^(\S+): .*\n((?:  .*\n)*)", out, re.MULTILINE))
    assert set(told) == {*PRESETS, "my-model", *OPEN}
    assert "; fetched\n" in told["wan2.1-1.3b"] and "Apache-2.0" in told["wan2.1-1.3b"]
    assert "not fetched, 80 GB" in told["wan2.1-14b"]
    assert re.search(r"does not fit: [\d.]+ GB are free", told["ltx-2"])
    assert re.search(r"runs here in (bfloat16|float32), .* GB; about \d+ \w+ for", told["my-model"])
    assert "in the European Union" in told["hunyuan-1.5"]
