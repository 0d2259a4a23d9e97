"""Films of open weights: small models of every kind, in the real file layout, on the real path."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from lichtspiel import fetching, open_film
from lichtspiel.media import read
from lichtspiel.models import catalogue, open_weights
from lichtspiel.models.open_presets import OPEN
from lichtspiel.models.open_weights import OpenWeights, Scene
from lichtspiel.open_film import Material, Stretch, plan
from lichtspiel.provenance.verify import verify
from lichtspiel.request import GenerateRequest, Shot
from lichtspiel.studio import Studio
from lichtspiel.unfinished import place

KINDS = [
    "wan2.1-1.3b",
    "wan2.1-14b-picture",
    "wan2.1-14b-ends",
    "wan2.2-5b",
    "ltx-video",
    "ltx-2",
    "hunyuan-1.5",
    "hunyuan-1.5-picture",
    "cogvideox-2b",
    "cogvideox-5b-picture",
]
SMALL = {"size": "64x64", "steps": 2, "seed": 3, "expand": False}

Build = Callable[[str], Path]


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "meadow.png"
    across = np.linspace(0, 255, 64, dtype=np.uint8)
    Image.fromarray(np.dstack(np.broadcast_arrays(across, across[:, None], np.uint8(90)))).save(
        path
    )
    return path


@pytest.fixture(scope="module")
def wan(small: Build) -> Studio:
    return Studio.load(str(small("wan2.1-1.3b")))


@pytest.fixture(scope="module")
def ltx(small: Build) -> Studio:
    return Studio.load(str(small("ltx-video")))


@pytest.fixture
def scenes(monkeypatch: pytest.MonkeyPatch) -> list[Scene]:
    """What the model is asked while a test runs; it answers as it would."""
    asked: list[Scene] = []
    sample = OpenWeights.sample

    def note(self: OpenWeights, scene: Scene, on_step: Any) -> torch.Tensor:
        asked.append(scene)
        return sample(self, scene, on_step)

    monkeypatch.setattr(OpenWeights, "sample", note)
    return asked


def frames(path: Path) -> np.ndarray:
    return np.stack(list(read.frames(path)))


@pytest.mark.parametrize("kind", KINDS)
def test_from_a_folder_to_a_signed_film(small: Build, picture: Path, kind: str) -> None:
    folder = fetching.pull(str(small(kind)))
    assert folder.name == kind  # so that the preset of that name finds it
    studio = Studio.load(kind)
    preset = OPEN[kind]
    given: dict[str, Any] = {} if "text" in preset.can else {"image": picture}
    if preset.can == {"both"}:
        given["last"] = picture
    heard = []
    request = GenerateRequest(
        "a bear in the snow",
        model=kind,
        seconds=9 / preset.fps,
        **SMALL,
        **given,
    )
    film = studio.make(request, watch=heard.append)
    assert film.model == kind and film.frames == 9 and (film.width, film.height) == (64, 64)
    assert frames(film.path).shape == (9, 64, 64, 3)
    sampled = [(p.done, p.total) for p in heard if p.stage == "sampling"]
    assert sampled == [(1, 2), (2, 2)]
    assert verify(film.path).verdict == ("edited" if given else "ai")  # a picture is a source


def test_it_is_what_the_pipeline_makes(wan: Studio, small: Build, tmp_path: Path) -> None:
    """The plain call of diffusers, with the same seed, gives the same film."""
    from diffusers import WanPipeline

    request = GenerateRequest(
        "a bear", model=wan.model, negative="rain", guidance=3.0, seconds=5 / 16, **SMALL
    )
    model = wan.parts.model(request)
    pipeline = WanPipeline.from_pretrained(small("wan2.1-1.3b"), dtype=model.words.dtype)
    pipeline.vae.to(torch.float32)
    plain = pipeline(
        "a bear",
        "rain",
        height=64,
        width=64,
        num_frames=5,
        num_inference_steps=2,
        guidance_scale=3.0,
        generator=torch.Generator().manual_seed(3),
        output_type="np",
    ).frames[0]
    scene = Scene("a bear", "rain", 3, 2, 3.0, (64, 64), 5)
    ours = model.decode(model.sample(scene, lambda step: None), seed=3)
    ours = ((ours[0].float() + 1) / 2).clamp(0, 1).permute(1, 2, 3, 0).numpy()
    near = 0.01 if model.words.dtype == torch.float32 else 0.03
    assert np.abs(ours - plain).max() < near


def test_a_film_goes_on_in_stretches(
    ltx: Studio, scenes: list[Scene], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = ltx.generate("a lake", seconds=12 / 24, **SMALL).save(tmp_path / "lake.mp4")
    scenes.clear()
    film = ltx.extend(source, "a boat", seconds=16 / 24, **SMALL)
    assert film.frames == 12 + 16
    (scene,) = scenes
    assert scene.first is not None and scene.frames == 9 + 16
    assert np.array_equal(scene.first, frames(source)[-9:])
    loop = ltx.loop(source, seconds=8 / 24, **SMALL)
    assert loop.frames == 12 + 15  # so many that the beginning is met
    (place_of_begin, begin), *more = scenes[1].given.items()
    assert place_of_begin == scenes[1].frames - 1 == 9 + 15 and not more
    assert np.array_equal(begin, frames(source)[0])


def test_a_storyboard_and_a_loop_go_through_the_same_stretches(
    ltx: Studio, scenes: list[Scene]
) -> None:
    shots = [Shot("a lake", 9 / 24), Shot("a boat", 8 / 24, joined=True), Shot("a wood", 1 / 24)]
    film = ltx.storyboard(shots, **SMALL)
    assert film.frames == 18
    assert [scene.prompt for scene in scenes] == ["a lake", "a boat", "a wood"]
    assert [scene.first is None for scene in scenes] == [True, False, True]
    assert [scene.frames for scene in scenes] == [9, 17, 1]
    scenes.clear()
    film = ltx.generate("waves", seconds=1, loop=True, **SMALL)
    assert film.frames == 24
    first, back = scenes
    assert first.first is None and not first.given
    assert back.first is not None and list(back.given) == [back.frames - 1]


def test_pictures_at_their_places(ltx: Studio, picture: Path, scenes: list[Scene]) -> None:
    ltx.generate("a bear", seconds=1, image=picture, last=picture, at=((0.5, picture),), **SMALL)
    (scene,) = scenes
    assert scene.first is not None and len(scene.first) == 1
    assert list(scene.given) == [12, 24] and scene.frames == 25


@pytest.mark.parametrize("seconds", [0.1, 3, 5, 5.0625, 9, 20, 61])
@pytest.mark.parametrize("kind", ["wan2.2-5b", "ltx-video", "ltx-2"])
@pytest.mark.parametrize("feature", ["words", "loop", "last"])
def test_stretches_cover_the_film(kind: str, feature: str, seconds: float, picture: Path) -> None:
    if kind == "wan2.2-5b" and feature != "words":
        return
    preset = OPEN[kind]
    options = {"loop": True} if feature == "loop" else {}
    options = {"last": picture} if feature == "last" else options
    request = GenerateRequest("a bear", model=kind, seconds=seconds, **options)
    shown = ((request.frames - 1, np.zeros((1, 1, 3), np.uint8)),) if feature == "last" else ()
    planned = plan(request, preset, Material(pictures=shown))
    assert sum(stretch.new for stretch in planned) == request.frames
    assert abs(request.frames - seconds * preset.fps) <= 3 * preset.stride
    for stretch in planned:
        assert stretch.frames <= preset.window and stretch.frames % preset.stride == 1
        assert stretch.known in (0, 1, preset.overlap)
        assert stretch.known + stretch.new + bool(stretch.to) <= stretch.frames
    last: Stretch = planned[-1]
    assert (last.to == "begin") == (feature == "loop")
    if feature != "words":  # what it meets is the very last of its frames
        assert last.known + last.new + bool(last.to) == last.frames
    if feature == "last":
        assert last.pictures == {last.frames - 1: 0}


def test_what_is_sampled_is_not_lost(
    wan: Studio, scenes: list[Scene], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "bear.mp4"
    request = GenerateRequest("a bear", model=wan.model, seconds=5 / 16, **SMALL)

    def fail(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("no memory")

    with monkeypatch.context() as patched:
        patched.setattr("diffusers.AutoencoderKLWan.decode", fail)
        with pytest.raises(ValueError, match="go on with --resume"):
            wan.make(request, target)
    assert place(target).exists() and not target.exists() and len(scenes) == 1
    wan.make(request, target, resume=True)
    assert target.exists() and not place(target).exists() and len(scenes) == 1


def test_adapters(wan: Studio, small: Build, tmp_path: Path) -> None:
    from diffusers import WanPipeline
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    torch.manual_seed(1)
    pipeline = WanPipeline.from_pretrained(small("wan2.1-1.3b"))
    config = LoraConfig(r=2, target_modules=["to_q", "to_v"], init_lora_weights=False)
    pipeline.transformer.add_adapter(config)
    layers = get_peft_model_state_dict(pipeline.transformer)
    WanPipeline.save_lora_weights(tmp_path, layers, weight_name="style.safetensors")
    style = tmp_path / "style.safetensors"
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"nothing")

    def latents(*adapters: tuple[Path, float]) -> torch.Tensor:
        request = GenerateRequest("a bear", model=wan.model, adapters=adapters, **SMALL)
        scene = Scene("a bear", "", 3, 2, 3.0, (64, 64), 5, adapters=request.adapters)
        return wan.parts.model(request).sample(scene, lambda step: None)

    def apart(one: torch.Tensor, other: torch.Tensor) -> float:
        return (one - other).float().abs().mean().item()

    plain, full = latents(), latents((style, 1.0))
    assert apart(plain, full) > 0
    assert apart(latents((style, 0.0)), plain) < 1e-4
    halves = latents((style, 0.5), (style, 0.5))
    assert apart(halves, full) < 0.3 * apart(halves, plain)
    assert torch.equal(latents(), plain)
    with pytest.raises(ValueError, match="is no adapter"):
        latents((bad, 1.0))
    with pytest.raises(ValueError, match="There is no file"):
        latents((tmp_path / "none.safetensors", 1.0))


@pytest.mark.parametrize("cache", ["first-block", "taylor"])
def test_caches_spare_blocks(wan: Studio, cache: str) -> None:
    request = GenerateRequest("a bear", model=wan.model, cache=cache, **SMALL)
    model = wan.parts.model(request)
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    hook = model.words.transformer.blocks[-1].attn1.to_q.register_forward_hook(count)
    counts, made = [], []
    for chosen in (None, cache, None):
        asked = 0
        scene = Scene("a bear", "", 3, 8, 3.0, (64, 64), 5, cache=chosen)
        made.append(model.sample(scene, lambda step: None))
        counts.append(asked)
    hook.remove()
    assert counts[0] == counts[2] == 16 and counts[1] < 16
    assert torch.equal(made[0], made[2])
    change = (made[1] - made[0]).pow(2).mean().sqrt() / made[0].std()
    assert 0 < change < 0.5


@pytest.mark.parametrize(("stay", "int8"), [("device", True), ("blocks", False)])
def test_ways_to_fit(wan: Studio, small: Build, stay: Any, int8: bool) -> None:
    from lichtspiel.models.fitting import Fit

    request = GenerateRequest("a bear", model=wan.model, **SMALL)
    scene = Scene("a bear", "", 3, 2, 3.0, (64, 64), 5)
    whole = wan.parts.model(request).sample(scene, lambda step: None)
    fit = Fit(torch.float32, stay, int8, tiled=True, peak=0)
    preset, folder = catalogue.find(wan.model), small("wan2.1-1.3b")
    model = open_weights.load(preset, folder, fit, torch.device("cpu"))
    made = model.sample(scene, lambda step: None)
    change = (made - whole).pow(2).mean().sqrt() / whole.std()
    assert change < (0.2 if int8 else 0.02)
    if int8:
        kinds = {type(p.data).__name__ for p in model.words.transformer.blocks.parameters()}
        assert "Int8Tensor" in kinds or "AffineQuantizedTensor" in kinds
    assert model.decode(made, seed=3).shape == (1, 3, 5, 64, 64)


def test_nothing_of_it_is_imported_without_need() -> None:
    code = (
        "import sys; from lichtspiel.studio import Studio; from lichtspiel import cli, shelf\n"
        "Studio.load()\n"
        "assert not {'diffusers', 'transformers', 'torchao', 'peft'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert open_film.OpenParts


def test_a_model_that_is_not_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LICHTSPIEL_HOME", str(tmp_path))
    with pytest.raises(ValueError, match=r"`lichtspiel pull wan2\.1-1\.3b` fetches them"):
        Studio.load("wan2.1-1.3b")


def test_a_model_that_does_not_fit(small: Build) -> None:
    studio = Studio.load(str(small("wan2.1-1.3b")), memory=0.01)
    request = GenerateRequest("a bear", model=studio.model, seconds=0.5, size="832x480")
    with pytest.raises(ValueError, match=r"does not fit: 0\.0 GB are free, and films of"):
        studio.make(request)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Libraries that were not written for warnings as errors."""
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("default", module=r"(diffusers|transformers|torchao|peft)\.")
        yield
