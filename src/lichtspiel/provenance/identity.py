"""Who signs: a local identity that is made on first use, or the user's own certificate and key.

A local identity is a root, which says who this installation is, and a leaf, which signs. Both keys
are readable by their owner only. Whoever is given the root certificate can trust what was signed.
"""

from __future__ import annotations

import datetime
import os
import secrets
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lichtspiel.home import home

ROOT_YEARS, LEAF_YEARS = 20, 5
ALGORITHMS = ("es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519")


@dataclass(frozen=True)
class Settings:
    """What the user configured in `provenance.toml` of the home folder; every line may be absent.

    certificate (a PEM chain, leaf first), key (PEM) and algorithm: an own signer in place of the
    local identity. time_stamp_server: an address. without_time_stamp: what to do when that server
    can't be reached, "fail" or "sign". trust: PEM files of further roots.
    """

    certificate: Path | None = None
    key: Path | None = None
    algorithm: str = "es256"
    time_stamp_server: str | None = None
    without_time_stamp: Literal["fail", "sign"] = "fail"
    trust: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("Configure certificate and key together, or neither.")
        if self.algorithm not in ALGORITHMS:
            raise ValueError(f"The algorithm must be one of: {', '.join(ALGORITHMS)}.")
        if self.without_time_stamp not in ("fail", "sign"):
            raise ValueError("without_time_stamp must be 'fail' or 'sign'.")

    @classmethod
    def load(cls, file: Path | None = None) -> Settings:
        """Read `file` (default: the one in the home folder); defaults where there is none."""
        path = file or home() / "provenance.toml"
        if not path.is_file():
            return cls()
        try:
            given = tomllib.loads(path.read_text())
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{path} is no TOML: {error}.") from error
        unknown = given.keys() - cls.__dataclass_fields__.keys()
        if unknown:
            raise ValueError(f"{path} knows no '{min(unknown)}'.")
        for name in ("certificate", "key"):
            if name in given:
                given[name] = path.parent / given[name]
        trust = tuple(path.parent / name for name in given.pop("trust", ()))
        return cls(**given, trust=trust)


@dataclass(frozen=True)
class Identity:
    """A signer: PEM chain (leaf first), PEM key, and the algorithm's name."""

    chain: bytes
    key: bytes
    algorithm: str

    @property
    def leaf(self) -> x509.Certificate:
        return x509.load_pem_x509_certificates(self.chain)[0]

    @property
    def root(self) -> x509.Certificate:
        return x509.load_pem_x509_certificates(self.chain)[-1]

    def describe(self) -> dict[str, str]:
        """Name, issuer, serial number, fingerprint and last day of the signing certificate."""
        leaf = self.leaf
        return {
            "name": leaf.subject.rfc4514_string(),
            "issuer": leaf.issuer.rfc4514_string(),
            "serial": f"{leaf.serial_number:x}",
            "sha256": leaf.fingerprint(hashes.SHA256()).hex(),
            "valid_until": leaf.not_valid_after_utc.date().isoformat(),
            "root_sha256": self.root.fingerprint(hashes.SHA256()).hex(),
        }


def current(settings: Settings) -> Identity:
    """The configured signer, or the local identity, which is made when there is none yet."""
    if settings.certificate is not None and settings.key is not None:
        try:
            chain, key = settings.certificate.read_bytes(), settings.key.read_bytes()
        except OSError as error:
            raise ValueError(f"The signer's {error.filename} can't be read.") from error
        return Identity(chain, key, settings.algorithm)
    folder = folder_of_keys()
    if not (folder / "leaf.key").is_file():
        create()
    chain = (folder / "leaf.pem").read_bytes() + (folder / "root.pem").read_bytes()
    return Identity(chain, (folder / "leaf.key").read_bytes(), "es256")


def folder_of_keys() -> Path:
    return home() / "identity"


def create(name: str | None = None) -> Identity:
    """Make a new local identity with a root of its own; one that exists is retired, not lost.

    name: whom the certificates name; by default this installation, without the user's name.
    """
    called = name or f"Lichtspiel installation {secrets.token_hex(4)}"
    folder = folder_of_keys()
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f".identity-{secrets.token_hex(4)}")
    fresh.mkdir(mode=0o700)
    try:
        root_key = ec.generate_private_key(ec.SECP256R1())
        root = _root(called, root_key)
        leaf_key = ec.generate_private_key(ec.SECP256R1())
        leaf = _leaf(called, leaf_key, root, root_key)
        for stem, certificate, key in (("root", root, root_key), ("leaf", leaf, leaf_key)):
            _write_private(fresh / f"{stem}.key", _pem(key))
            (fresh / f"{stem}.pem").write_bytes(
                certificate.public_bytes(serialization.Encoding.PEM)
            )
        if folder.exists():
            _retire(folder)
        fresh.replace(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return current(Settings())


def rotate() -> Identity:
    """A new leaf under the same root: for a key that is old, or that others may have seen."""
    folder = folder_of_keys()
    if not (folder / "root.key").is_file():
        return create()
    root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    root_key = serialization.load_pem_private_key((folder / "root.key").read_bytes(), None)
    assert isinstance(root_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = _leaf(_common_name(root), key, root, root_key)
    _write_private(folder / "leaf.key", _pem(key))
    (folder / "leaf.pem").write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    return current(Settings())


def own_roots() -> bytes:
    """The PEM roots of this installation: the present one and those that were retired."""
    folder = folder_of_keys()
    files = [folder / "root.pem", *sorted((folder.parent / "retired").glob("*/root.pem"))]
    return b"".join(file.read_bytes() for file in files if file.is_file())


def _retire(folder: Path) -> None:
    """Keep a root's certificate, so that what it signed stays known; its keys are destroyed."""
    kept = folder.parent / "retired" / secrets.token_hex(8)
    kept.mkdir(parents=True)
    (folder / "root.pem").replace(kept / "root.pem")
    shutil.rmtree(folder)


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, common),
        ]
    )


def _begin(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, years: int
) -> x509.CertificateBuilder:
    # An hour back, so that a clock that is a little slow doesn't find it in the future.
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _usage(*, signs: bool, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )


def _root(name: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    called = f"{name} root"
    return (
        _begin(called, key, _name(called), ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .add_extension(_usage(signs=False, certifies=True), True)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return (
        _begin(name.removesuffix(" root"), key, root.subject, LEAF_YEARS)
        .add_extension(authority, False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .add_extension(_usage(signs=True, certifies=False), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
        .sign(root_key, hashes.SHA256())
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write_private(path: Path, data: bytes) -> None:
    """Write a key so that at no moment anyone but its owner can read it; whole, by rename."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    part.replace(path)
