"""A studio is a model made ready: load it once, make as many films as you like."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from lichtspiel import contest
from lichtspiel.contest import Mark, Rate, faultless
from lichtspiel.models import networks, open_weights
from lichtspiel.models.autoencoder import Autoencoder
from lichtspiel.models.catalogue import find
from lichtspiel.models.compiled import compiled
from lichtspiel.models.layers import fast_dtype
from lichtspiel.models.presets import Preset
from lichtspiel.open_film import AnyParts, OpenParts
from lichtspiel.pipeline import Draft, Expander, Film, make
from lichtspiel.prompt.expand import expand
from lichtspiel.request import GenerateRequest, Shot
from lichtspiel.sampling import Parts, Watcher
from lichtspiel.text import TextEncoder

#: Where the embedded models' weights are.
WEIGHTS = Path(__file__).parent / "weights"


@dataclass(frozen=True)
class Studio:
    """The parts of one preset, loaded on one device."""

    parts: AnyParts
    model: str = "himmel-mini"

    @classmethod
    def load(
        cls,
        name: str = "himmel-mini",
        weights: Path = WEIGHTS,
        device: str | None = None,
        memory: float | None = None,
        engine: str | None = None,
    ) -> Studio:
        """Load a model: one of `lichtspiel models`, or one in a folder.

        weights: the folder of the embedded models. device: a torch device; by default a GPU when
        there is one, else the CPU. memory: gigabytes of the device that open weights may use.
        engine: "torch" or "openvino"; by default as `models.compiled` chooses. Raises ValueError
        for an unknown name, or when weights or an engine are missing.
        """
        preset = find(name)
        if not isinstance(preset, Preset):
            return cls(OpenParts.load(name, TextEncoder.load(weights), device, memory), name)
        where = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        network = networks.load(weights / preset.weights, preset.config, fast_dtype(where)).to(
            where
        )
        velocity = compiled(network, engine)  # first: it is made ready while the rest is loaded
        return cls(
            Parts(
                preset=preset,
                text=TextEncoder.load(weights),
                network=network,
                autoencoder=Autoencoder.load(weights / preset.autoencoder).to(where),
                device=where,
                velocity=velocity,
            ),
            name,
        )

    def follow(self, request: GenerateRequest) -> bool:
        """Whether this is not the first of the processes that torchrun started: then it has helped
        with all films of that one, which have the size and the length of `request`."""
        if not isinstance(self.parts, OpenParts) or open_weights.rank() == 0:
            return False
        self.parts.follow(request)
        return True

    def part(self) -> None:
        """Let the processes go that torchrun started beside this one."""
        if isinstance(self.parts, OpenParts):
            open_weights.part()

    def generate(self, prompt: str, *, best_of: int = 1, **options: Any) -> Film:
        """Make one film of a sentence; `options` are the fields of `GenerateRequest`.

        best_of: so many are made, with successive seeds, and that with the fewest faults is kept.
        The film lies in a temporary file that is removed with this object: `save` keeps it.
        """
        request = self._request(prompt, options)
        return self.make(request) if best_of == 1 else self.best(request, best_of)[0]

    def still(self, prompt: str, **options: Any) -> Film:
        """Make one picture of a sentence, as `generate` does a film."""
        return self.make(self._request(prompt, options | {"still": True}))

    def extend(self, film: str | Path, prompt: str = "", **options: Any) -> Film:
        """Carry a film on by `seconds`; with `backward=True` make what came before it.

        The prompt says what happens next and may be left out. The result holds the film too.
        """
        end = "after" if options.pop("backward", False) else "before"
        return self.make(self._request(prompt, options | {end: Path(film)}))

    def bridge(self, first: str | Path, last: str | Path, prompt: str = "", **options: Any) -> Film:
        """Join two films by `seconds` that lead from the one to the other."""
        given = {"before": Path(first), "after": Path(last)}
        return self.make(self._request(prompt, options | given))

    def loop(self, film: str | Path, prompt: str = "", **options: Any) -> Film:
        """Add `seconds` that lead from a film's end back to its beginning."""
        return self.bridge(film, film, prompt, **options)

    def storyboard(self, shots: Sequence[Shot], **options: Any) -> Film:
        """Make one film of several shots."""
        return self.make(self._request("", options | {"storyboard": tuple(shots)}))

    def edit(
        self, file: str | Path, instruction: str, *, mask: str | Path | None = None, **options: Any
    ) -> Film:
        """Change what a film or a picture shows: "replace the dancer with a brown bear".

        mask: a picture that is white where it may change, "box=x,y,w,h", or "auto": found from the
        words, which is what happens without one where the instruction swaps one thing for another.
        """
        return self._change("edit", file, instruction, mask, options)

    def restyle(
        self, file: str | Path, style: str, *, mask: str | Path | None = None, **options: Any
    ) -> Film:
        """Give a film or a picture another style, of `world.scene.STYLES`."""
        return self._change("restyle", file, "", mask, options | {"style": style})

    def inpaint(self, file: str | Path, prompt: str, *, mask: str | Path, **options: Any) -> Film:
        """Make the masked part of a film or a picture anew, as the prompt says."""
        return self._change("inpaint", file, prompt, mask, options)

    def cinemagraph(
        self, picture: str | Path, prompt: str = "", *, mask: str | Path, **options: Any
    ) -> Film:
        """Let the masked part of a picture move for `seconds`; the rest stands still."""
        return self._change("cinemagraph", picture, prompt, mask, options)

    def make(
        self,
        request: GenerateRequest,
        target: Path | None = None,
        watch: Watcher | None = None,
        expander: Expander | None = None,
        resume: bool = False,
        draft: Draft | None = None,
    ) -> Film:
        """Make one film of a request that stands, at `target` or in a temporary file.

        watch: hears the progress. expander: completes the prompt in place of the embedded one.
        resume: go on with what an interrupted call for the same film left at `target`.
        draft: what was rehearsed of it already.
        """
        given = {"watch": watch, "expander": expander}
        chosen: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
        chosen |= {"resume": resume, "draft": draft}
        if target is not None:
            return make(request, self.parts, target, **chosen)
        folder = Path(tempfile.mkdtemp(prefix="lichtspiel-"))
        try:
            film = make(request, self.parts, folder / f"film{request.suffix}", **chosen)
        except BaseException:
            shutil.rmtree(folder)
            raise
        weakref.finalize(film, shutil.rmtree, folder)
        return film

    def best(
        self,
        request: GenerateRequest,
        count: int,
        target: Path | None = None,
        watch: Watcher = lambda progress: None,
        expander: Expander = expand,
        rate: Rate = faultless,
    ) -> tuple[Film, dict[int, Mark | None]]:
        """Make `count` films with successive seeds and keep the best, as `make` does the one.

        rate: gives films their marks; by default by their faults alone. Returns the film, and the
        marks of all by seed, None where the frames were blocked.
        """
        outcome = contest.hold(request, count, self.parts, watch, expander, rate)
        film = self.make(outcome.winner, target, watch, expander, draft=outcome.draft)
        return film, outcome.marks

    def _change(
        self,
        change: str,
        file: str | Path,
        prompt: str,
        mask: str | Path | None,
        options: dict[str, Any],
    ) -> Film:
        where = None if mask is None else str(mask)
        given = {"change": change, "source": Path(file), "mask": where}
        return self.make(self._request(prompt, options | given))

    def _request(self, prompt: str, options: dict[str, Any]) -> GenerateRequest:
        request = GenerateRequest(prompt, **options, model=self.model)
        if request.count != 1:
            raise ValueError("A call makes one film; call again with another seed for more.")
        return request
