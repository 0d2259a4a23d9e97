"""A network's passes by OpenVINO, which takes less of a CPU's time for them than torch does.

A network is exported once for each processor and kept in the user's home folder; from then on it
is only read. Legend: B clips, C latent channels, N latent frames, h and w latent rows and columns,
L text tokens, E width of the text states.
"""

from __future__ import annotations

import copy
import hashlib
import io
import os
import sys
import tempfile
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from lichtspiel.diffusion import flow
from lichtspiel.home import home
from lichtspiel.models.networks import Network, picture_of

if TYPE_CHECKING:
    from openvino import CompiledModel, Core

#: The environment variable that names the engine.
VARIABLE = "LICHTSPIEL_ENGINE"
ENGINES = ("torch", "openvino")
#: So many exports are kept: of each embedded network two, and some of other versions.
KEPT = 8
DIGEST = hashlib.sha256().digest_size


def compiled(network: Network, engine: str | None = None) -> flow.Network:
    """A network as a function that takes and returns what its `forward` does, by one of ENGINES.

    engine: by default the one that VARIABLE names, or else OpenVINO where it is installed and the
    network is on a CPU. With torch it is the network itself. OpenVINO runs what it is now, whatever
    becomes of it, in so many threads as torch has now. Raises ValueError for an unknown engine, or
    where OpenVINO can't be had.
    """
    engine = engine or os.environ.get(VARIABLE) or None
    device = next(network.parameters()).device
    able = device.type == "cpu" and find_spec("openvino") is not None
    if engine not in (None, *ENGINES):
        raise ValueError(f"There is no engine '{engine}'; choose one of: {', '.join(ENGINES)}.")
    if engine == "openvino" and not able:
        raise ValueError(
            "The engine openvino needs a CPU and an extra: pip install 'lichtspiel[fast]'."
        )
    return _by_openvino(network) if able and engine != "torch" else network


def _by_openvino(network: Network) -> flow.Network:
    options = {
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "PERFORMANCE_HINT": "LATENCY",
        "ENABLE_CPU_PINNING": False,  # processes beside each other would share the first core
    }
    # Reading an export takes as long as a few passes, so it begins while other parts are loaded.
    # Making one waits for the first call: it touches the warnings' filters, which threads share.
    early = ThreadPoolExecutor(1).submit(_kept, network, 2, options)

    @cache
    def ready(axes: int) -> CompiledModel:
        kept = early.result() if axes == 2 else _kept(network, axes, options)
        return _made(network, axes, options) if kept is None else kept

    def forward(latents: Tensor, noise_level: Tensor, text: Tensor, text_mask: Tensor) -> Tensor:
        given = (latents.float(), noise_level.float(), text.float(), text_mask)
        arrays = [tensor.contiguous().numpy() for tensor in given]
        # A request of its own for each call: calls may come from several threads.
        made = ready(noise_level.ndim).infer_new_request(arrays)
        return torch.from_numpy(made[0]).to(latents.dtype)

    return forward


def _kept(network: Network, axes: int, options: Mapping[str, object]) -> CompiledModel | None:
    """The network for noise levels of so many axes, (B, N) or (B, N, h, w), as it was exported
    before; None where it was not, or where the file is no longer what it was."""
    core = _core()
    try:
        content = _place(network, axes, core).read_bytes()
    except OSError:
        return None
    digest, blob = content[:DIGEST], content[DIGEST:]
    if hashlib.sha256(blob).digest() != digest:
        return None
    return core.import_model(io.BytesIO(blob), "CPU", {**options, **_precision(core)})


def _made(network: Network, axes: int, options: Mapping[str, object]) -> CompiledModel:
    """The network exported and kept, for latents and texts of any size.

    Read again from what is kept, so that this process computes what later ones will.
    """
    core = _core()
    from openvino import convert_model

    config = picture_of(network).config
    latents = torch.zeros(2, config.channels, 4, 4 * config.patch, 3 * config.patch)
    level = torch.zeros(len(latents), *latents.shape[2 : axes + 1])
    text = torch.zeros(len(latents), 5, config.text_width)
    example = (latents, level, text, torch.ones(text.shape[:2], dtype=torch.bool))
    options = {**options, **_precision(core)}
    with warnings.catch_warnings(), torch.inference_mode(False), torch.no_grad():
        warnings.simplefilter("ignore")  # of what a trace takes for fixed
        exact = copy.deepcopy(network).float()
        traced = torch.jit.trace(exact, example, check_trace=False)  # type: ignore[no-untyped-call]
        model = convert_model(traced, example_input=example)
    blob = core.compile_model(model, "CPU", options).export_model().getvalue()
    _keep(_place(network, axes, core), blob)
    return core.import_model(io.BytesIO(blob), "CPU", options)


def _core() -> Core:
    # Where this package can be had, OpenVINO tells Google Analytics of each import and export.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    from openvino import Core

    return Core()


def _precision(core: Core) -> dict[str, str]:
    """bfloat16 where the processor computes in it, else float32."""
    able = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return {"INFERENCE_PRECISION_HINT": "bf16" if "BF16" in able else "f32"}


def _place(network: Network, axes: int, core: Core) -> Path:
    """The file of an export; its name changes with all that it depends on."""
    names = ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")
    processor = [core.get_property("CPU", name) for name in names]
    versions = version("openvino"), torch.__version__
    digest = hashlib.sha256(repr((network.config, axes, processor, versions)).encode())
    modules = {type(module).__module__ for module in network.modules()}
    for name in sorted(name for name in modules if name.startswith("lichtspiel.")):
        digest.update(Path(str(sys.modules[name].__file__)).read_bytes())
    for name, tensor in network.state_dict().items():
        digest.update(name.encode() + tensor.contiguous().view(torch.uint8).numpy().tobytes())
    return home() / "compiled" / f"{digest.hexdigest()[:32]}.blob"


def _keep(path: Path, blob: bytes) -> None:
    """Write an export whole, behind its digest; where that can't be, the next process makes it
    again. Of more than KEPT the oldest go."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            part = Path(folder) / path.name
            part.write_bytes(hashlib.sha256(blob).digest() + blob)
            part.replace(path)
        files = sorted(path.parent.glob("*.blob"), key=lambda file: file.stat().st_mtime)
        for old in files[:-KEPT]:
            old.unlink()
