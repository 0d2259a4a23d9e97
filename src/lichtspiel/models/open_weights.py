"""Open weights: the pipelines of diffusers, loaded as the machine allows, asked scene by scene.

Only this module knows diffusers, and imports it when a model is loaded. What the kinds of models do
differently is in `FAMILIES`; a scene is the same for all of them.
Legend: B clips, C latent channels, N latent frames, h and w latent rows and columns; T frames,
H height, W width in pixels.
"""

from __future__ import annotations

import inspect
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from lichtspiel.models.fitting import Fit
from lichtspiel.models.open_presets import OpenPreset

Frames = NDArray[np.uint8]  # (T, H, W, 3)

#: How much the first block's answer may change, in shares, until the others are asked again.
UNCHANGED = 0.08
#: Every so many steps all is computed; between them it is extrapolated.
EVERY = 3


@dataclass(frozen=True)
class Scene:
    """What a model makes at once.

    shape: height and width in pixels. frames: 1 + a multiple of the model's stride. first: the
    frames (T, H, W, 3) that it begins with, or None. given: place -> picture (H, W, 3) of further
    frames. adapters: files and weights. cache: of `CACHES`, or None.
    """

    prompt: str
    negative: str
    seed: int
    steps: int
    guidance: float
    shape: tuple[int, int]
    frames: int
    first: Frames | None = None
    given: Mapping[int, Frames] = field(default_factory=dict)
    adapters: Sequence[tuple[Path, float]] = ()
    cache: str | None = None


@dataclass(frozen=True)
class Family:
    """What a kind of models does in its own way.

    words, pictures: the pipelines of diffusers for scenes without and with something given.
    asked: the arguments that say what is given. encoded: latents as the pipeline gives them ->
    (B, C, N, h, w); decoded: those -> frames (B, 3, T, H, W) about [-1, 1], with a seed.
    exact: parts whose precision is float32 in any case.
    """

    words: str
    pictures: str
    asked: Callable[[Any, Scene], dict[str, Any]]
    decoded: Callable[[Any, Tensor, int], Tensor]
    encoded: Callable[[Tensor], Tensor] = lambda latents: latents
    exact: tuple[str, ...] = ()


def _first_and_last(pipeline: Any, scene: Scene) -> dict[str, Any]:
    asked = {}
    if scene.first is not None:
        asked["image"] = Image.fromarray(scene.first[-1])
    if scene.given:
        asked["last_image"] = Image.fromarray(scene.given[scene.frames - 1])
    return asked


def _first_of_its_size(pipeline: Any, scene: Scene) -> dict[str, Any]:
    """HunyuanVideo 1.5 chooses the size itself, by that of the picture."""
    if scene.first is not None:
        own = pipeline.video_processor.calculate_default_height_width(
            *scene.shape, pipeline.target_size
        )
        if tuple(own) != scene.shape:
            raise ValueError(
                f"With a picture this model can't make {scene.shape[1]}x{scene.shape[0]}; the "
                f"nearest size is {own[1]}x{own[0]}."
            )
    return _first_and_last(pipeline, scene)


def _ltx_conditions(pipeline: Any, scene: Scene) -> dict[str, Any]:
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition

    known = [] if scene.first is None else [(0, scene.first)]
    known += [(place, picture[None]) for place, picture in sorted(scene.given.items())]
    conditions = [
        LTXVideoCondition(video=[Image.fromarray(one) for one in frames], frame_index=place)
        for place, frames in known
    ]
    return {"conditions": conditions} if conditions else {}


def _ltx2_conditions(pipeline: Any, scene: Scene) -> dict[str, Any]:
    from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

    known = [] if scene.first is None else [(0, scene.first)]
    stride = pipeline.vae_temporal_compression_ratio
    for place, picture in sorted(scene.given.items()):  # counted in latent frames
        known.append((-(-place // stride), picture[None]))
    return {"conditions": [LTX2VideoCondition(frames=f, index=i) for i, f in known] or None}


def _decoded_wan(pipeline: Any, latents: Tensor, seed: int) -> Tensor:
    config = pipeline.vae.config
    mean = latents.new_tensor(config.latents_mean).view(1, -1, 1, 1, 1)
    deviation = latents.new_tensor(config.latents_std).view(1, -1, 1, 1, 1)
    return _decode(pipeline, latents * deviation + mean)


def _decoded_ltx(pipeline: Any, latents: Tensor, seed: int) -> Tensor:
    vae = pipeline.vae
    latents = pipeline._denormalize_latents(
        latents, vae.latents_mean, vae.latents_std, vae.config.scaling_factor
    )
    if not vae.config.timestep_conditioning:
        return _decode(pipeline, latents, None)
    # From 0.9.1 on the decoder takes the last step: a little noise, and how much it is.
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(latents.shape, generator=generator).to(latents)
    level = torch.tensor([0.05], device=latents.device, dtype=vae.dtype)
    return _decode(pipeline, torch.lerp(latents, noise, 0.025), level)


def _decoded_ltx2(pipeline: Any, latents: Tensor, seed: int) -> Tensor:
    return _decode(pipeline, latents, None)


def _decoded_scaled(pipeline: Any, latents: Tensor, seed: int) -> Tensor:
    return _decode(pipeline, latents / pipeline.vae.config.scaling_factor)


def _decode(pipeline: Any, latents: Tensor, *level: Tensor | None) -> Tensor:
    video: Tensor = pipeline.vae.decode(latents.to(pipeline.vae.dtype), *level, return_dict=False)[
        0
    ]
    return video


#: Kinds of models, by the name that presets give.
FAMILIES: dict[str, Family] = {
    "wan": Family(
        "WanPipeline",
        "WanImageToVideoPipeline",
        _first_and_last,
        _decoded_wan,
        exact=("vae",),
    ),
    "ltx": Family("LTXConditionPipeline", "LTXConditionPipeline", _ltx_conditions, _decoded_ltx),
    "ltx2": Family(
        "LTX2ConditionPipeline", "LTX2ConditionPipeline", _ltx2_conditions, _decoded_ltx2
    ),
    "hunyuan": Family(
        "HunyuanVideo15Pipeline",
        "HunyuanVideo15ImageToVideoPipeline",
        _first_of_its_size,
        _decoded_scaled,
    ),
    "cogvideox": Family(
        "CogVideoXPipeline",
        "CogVideoXImageToVideoPipeline",
        _first_and_last,
        _decoded_scaled,
        encoded=lambda latents: latents.transpose(1, 2),  # it counts frames before channels
    ),
}


def _first_block(steps: int) -> Any:
    from diffusers.hooks import FirstBlockCacheConfig

    return FirstBlockCacheConfig(threshold=UNCHANGED)


def _taylor(steps: int) -> Any:
    from diffusers import TaylorSeerCacheConfig

    return TaylorSeerCacheConfig(
        cache_interval=EVERY,
        disable_cache_before_step=min(3, steps - 1),
        max_order=1,
        taylor_factors_dtype=torch.float32,
        use_lite_mode=True,  # only the last layer's answer is kept: one of each block fills a GPU
    )


#: What of one step is used again in the next, by name: (steps) -> the setting of diffusers.
CACHES: dict[str, Callable[[int], Any]] = {"first-block": _first_block, "taylor": _taylor}


@dataclass(frozen=True)
class OpenWeights:
    """A model that is loaded. words, pictures: its pipelines; they share all their parts."""

    preset: OpenPreset
    device: torch.device
    words: Any
    pictures: Any

    @property
    def family(self) -> Family:
        return FAMILIES[self.preset.family]

    @torch.inference_mode()
    def sample(self, scene: Scene, on_step: Callable[[int], None]) -> Tensor:
        """Latents (1, C, N, h, w) of a scene, float32 on the CPU. `on_step` hears 1, 2, ..."""
        _send(scene)
        return self._run(scene, on_step)

    def _run(self, scene: Scene, on_step: Callable[[int], None]) -> Tensor:
        given = scene.first is not None or bool(scene.given)
        pipeline = self.pictures if given else self.words
        if hasattr(pipeline, "guider"):
            pipeline.guider = pipeline.guider.new(guidance_scale=scene.guidance)
        asked: dict[str, Any] = {
            "prompt": scene.prompt,
            "negative_prompt": scene.negative,
            "height": scene.shape[0],
            "width": scene.shape[1],
            "num_frames": scene.frames,
            "frame_rate": self.preset.fps,
            "num_inference_steps": scene.steps,
            "guidance_scale": scene.guidance,
            **self.preset.settings,
            **self.family.asked(pipeline, scene),
        }
        taken = inspect.signature(pipeline.__call__).parameters
        with _adapted(pipeline, scene.adapters), _cached(pipeline, scene), _told(pipeline, on_step):
            made = pipeline(
                **{name: value for name, value in asked.items() if name in taken},
                generator=torch.Generator().manual_seed(scene.seed),
                output_type="latent",
                return_dict=False,
            )
        latents: Tensor = self.family.encoded(made[0])
        return latents.float().cpu()

    @torch.inference_mode()
    def decode(self, latents: Tensor, seed: int) -> Tensor:
        """Latents (1, C, N, h, w) -> frames (1, 3, T, H, W), about [-1, 1].

        Raises ValueError where even decoding in tiles needs more memory than there is.
        """
        pipeline = self.words or self.pictures
        latents = latents.to(self.device)
        try:
            return self.family.decoded(pipeline, latents, seed)
        except torch.OutOfMemoryError:
            pipeline.vae.enable_tiling()
            torch.cuda.empty_cache()
        try:
            return self.family.decoded(pipeline, latents, seed)
        except torch.OutOfMemoryError as error:
            raise ValueError(
                "There is not enough memory to decode the film. What was sampled is kept: free "
                "some memory, and go on with --resume."
            ) from error
        finally:
            pipeline.maybe_free_model_hooks()

    @torch.inference_mode()
    def follow(self) -> None:
        """As one process of several: sample what the first one samples, until it is done."""
        while (scene := _send(None)) is not None:
            self._run(scene, lambda step: None)


def hush() -> None:
    """Let the libraries speak of errors only."""
    import diffusers
    import transformers

    for library in (diffusers, transformers):
        library.utils.logging.set_verbosity_error()
        library.utils.logging.disable_progress_bar()
    logging.getLogger("torchao").setLevel(logging.ERROR)


def load(preset: OpenPreset, folder: Path, fit: Fit, device: torch.device) -> OpenWeights:
    """Load the model in a folder, as `fit` says."""
    import diffusers

    hush()
    family = FAMILIES[preset.family]
    dtypes = {"default": fit.dtype} | dict.fromkeys(family.exact, torch.float32)
    main = family.words if "text" in preset.can else family.pictures
    loaded = getattr(diffusers, main).from_pretrained(
        folder,
        dtype=dtypes,
        local_files_only=True,
        quantization_config=_rounded(folder) if fit.int8 else None,
    )
    other = loaded
    if preset.can > {"text"} and family.pictures != family.words:
        other = _sharing(getattr(diffusers, family.pictures), loaded)
    words = loaded if "text" in preset.can else None
    pictures = other if preset.can - {"text"} else None
    if fit.tiled:
        loaded.vae.enable_tiling()
    _split(loaded.transformer)
    for pipeline in {id(one): one for one in (words, pictures) if one is not None}.values():
        _stay(pipeline, fit, device)
    return OpenWeights(preset, device, words, pictures)


def _sharing(kind: Any, pipeline: Any) -> Any:
    """Another pipeline around the same parts."""
    known = dict(pipeline.config) | pipeline.components
    taken = inspect.signature(kind.__init__).parameters
    return kind(**{name: known[name] for name in taken if name in known})


def _stay(pipeline: Any, fit: Fit, device: torch.device) -> None:
    if fit.stay == "device":
        pipeline.to(device)
    elif fit.stay == "memory":
        pipeline.enable_model_cpu_offload(device=device)
    else:
        pipeline.enable_group_offload(
            onload_device=device, offload_type="leaf_level", use_stream=device.type == "cuda"
        )


def _rounded(folder: Path) -> Any:
    """Eight bits for each weight of the large parts."""
    from diffusers import PipelineQuantizationConfig, TorchAoConfig
    from torchao.quantization import Int8WeightOnlyConfig
    from transformers import TorchAoConfig as TextConfig

    kinds = {
        "transformer": TorchAoConfig,
        "transformer_2": TorchAoConfig,
        "text_encoder": TextConfig,
    }
    return PipelineQuantizationConfig(
        quant_mapping={
            part: kind(Int8WeightOnlyConfig())
            for part, kind in kinds.items()
            if (folder / part).is_dir()
        }
    )


@contextmanager
def _adapted(pipeline: Any, adapters: Sequence[tuple[Path, float]]) -> Iterator[None]:
    if not adapters:
        yield
        return
    if not hasattr(pipeline, "load_lora_weights"):
        raise ValueError("This model takes no adapters (LoRA).")
    names = [f"adapter-{number}" for number, _ in enumerate(adapters)]
    try:
        for name, (path, _) in zip(names, adapters, strict=True):
            try:
                pipeline.load_lora_weights(
                    str(path.parent), weight_name=path.name, adapter_name=name
                )
            except (ValueError, RuntimeError, KeyError, OSError) as error:
                raise ValueError(f"'{path}' is no adapter (LoRA) of this model.") from error
        if set(names) - {name for known in pipeline.get_list_adapters().values() for name in known}:
            raise ValueError("A file that was given is no adapter (LoRA) of this model.")
        pipeline.set_adapters(names, [weight for _, weight in adapters])
        yield
    finally:
        pipeline.unload_lora_weights()


@contextmanager
def _cached(pipeline: Any, scene: Scene) -> Iterator[None]:
    if scene.cache is None:
        yield
        return
    pipeline.transformer.enable_cache(CACHES[scene.cache](scene.steps))
    try:
        yield
    finally:
        pipeline.transformer.disable_cache()


@contextmanager
def _told(pipeline: Any, on_step: Callable[[int], None]) -> Iterator[None]:
    """Let `on_step` hear what the pipeline's own progress bar would show."""

    class Bar:
        done = 0

        def update(self, more: int = 1) -> None:
            self.done += more
            on_step(self.done)

    @contextmanager
    def bar(*_: Any, **__: Any) -> Iterator[Bar]:
        yield Bar()

    pipeline.progress_bar = bar
    try:
        yield
    finally:
        del pipeline.progress_bar


def rank() -> int:
    """Which of the processes that torchrun started this is; 0 without torchrun."""
    return int(os.environ.get("RANK", 0))


def _several() -> bool:
    return int(os.environ.get("WORLD_SIZE", 1)) > 1


def join() -> torch.device | None:
    """Under torchrun: meet the other processes, and take the GPU that is this one's."""
    if not _several():
        return None
    if not torch.cuda.is_available():
        raise ValueError("Several processes share a film of open weights only with a GPU for each.")
    device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
    torch.cuda.set_device(device)
    if not torch.distributed.is_initialized():
        torch.distributed.init_process_group("cpu:gloo,cuda:nccl")
    return device


def _split(transformer: Any) -> None:
    """Share the tokens of a scene among all processes."""
    if not _several():
        return
    from diffusers import ContextParallelConfig

    processes = torch.distributed.get_world_size()
    transformer.enable_parallelism(config=ContextParallelConfig(ulysses_degree=processes))


def _send(scene: Scene | None) -> Scene | None:
    """The first process's scene, in all of them."""
    if not _several():
        return scene
    box = [scene]
    torch.distributed.broadcast_object_list(box, src=0)
    return box[0]


def part() -> None:
    """Tell the other processes that all is done."""
    if _several() and rank() == 0:
        _send(None)
