"""What is done to films and to certificates, so that something is no longer as it was."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from lichtspiel.media import read
from lichtspiel.media.mux import write_mp4
from lichtspiel.provenance import identity


def again(film: Path, target: Path) -> Path:
    """The film decoded and encoded anew: no credentials are left."""
    write_mp4(target, [np.stack(list(read.frames(film)))], 12)
    return target


def boxes(data: bytes) -> list[tuple[str, int, int]]:
    """(name, start, end) of an mp4's outer boxes."""
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found.append((data[at + 4 : at + 8].decode("latin1"), at, at + size))
        at += size
    return found


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def lasting(home: Path, begin: datetime.datetime, end: datetime.datetime) -> datetime.datetime:
    """Give this installation's signing certificate another time; returns its end."""
    signer = identity.current(identity.Settings())
    (home / "identity" / "leaf.pem").write_bytes(renewed(signer, begin, end))
    return end


def renewed(signer: identity.Identity, begin: datetime.datetime, end: datetime.datetime) -> bytes:
    """The leaf again, signed by its root, for another time."""
    root_key = serialization.load_pem_private_key(
        (identity.folder_of_keys() / "root.key").read_bytes(), None
    )
    leaf = signer.leaf
    builder = x509.CertificateBuilder(
        issuer_name=leaf.issuer,
        subject_name=leaf.subject,
        public_key=leaf.public_key(),
        serial_number=leaf.serial_number,
        not_valid_before=begin,
        not_valid_after=end,
        extensions=list(leaf.extensions),
    )
    signed = builder.sign(root_key, hashes.SHA256())  # type: ignore[arg-type]
    return signed.public_bytes(serialization.Encoding.PEM)
