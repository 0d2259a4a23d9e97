"""Who signs: keys for their owner only, roots that stay known, settings that say what is wrong."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from lichtspiel.provenance import identity
from lichtspiel.provenance.identity import Settings


def test_the_first_use_makes_keys_that_only_their_owner_can_read(home: Path) -> None:
    made = identity.current(Settings())
    folder = home / "identity"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("root.key", "leaf.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert identity.current(Settings()) == made
    assert sorted(path.name for path in home.iterdir()) == ["identity"]


def test_the_leaf_is_signed_by_the_root_and_may_only_sign(home: Path) -> None:
    made = identity.current(Settings())
    made.leaf.verify_directly_issued_by(made.root)
    usage = made.leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and not usage.key_cert_sign
    assert not made.leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert made.root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    now = datetime.datetime.now(datetime.UTC)
    assert made.leaf.not_valid_before_utc < now < made.leaf.not_valid_after_utc
    assert isinstance(made.leaf.public_key(), ec.EllipticCurvePublicKey)


def test_rotating_keeps_the_root_and_changes_the_key(home: Path) -> None:
    before = identity.current(Settings())
    after = identity.rotate()
    assert after.root == before.root
    assert after.key != before.key
    assert after.leaf.subject == before.leaf.subject
    assert identity.current(Settings()) == after


def test_a_new_identity_retires_the_old_root_and_destroys_its_keys(home: Path) -> None:
    before = identity.current(Settings())
    after = identity.create("Example Studio")
    assert "Example Studio" in after.describe()["name"]
    roots = x509.load_pem_x509_certificates(identity.own_roots())
    assert roots == [after.root, before.root]
    assert not list(home.glob("retired/**/*.key"))


def test_an_own_certificate_takes_the_place_of_the_local_one(home: Path, tmp_path: Path) -> None:
    made = identity.create("Somebody")
    (tmp_path / "chain.pem").write_bytes(made.chain)
    (tmp_path / "signer.key").write_bytes(made.key)
    file = home / "provenance.toml"
    file.write_text('certificate = "../chain.pem"\nkey = "../signer.key"\n')
    identity.create("Somebody else")
    assert identity.current(Settings.load()) == made


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('certificate = "a.pem"', "certificate and key together"),
        ('algorithm = "rot13"', "algorithm must be one of"),
        ('without_time_stamp = "perhaps"', "'fail' or 'sign'"),
        ("colour = 3", "knows no 'colour'"),
        ("not toml at all", "is no TOML"),
        ('certificate = "a.pem"\nkey = "b.key"', "can't be read"),
    ],
)
def test_wrong_settings_are_told_in_a_sentence(home: Path, text: str, complaint: str) -> None:
    home.mkdir()
    (home / "provenance.toml").write_text(text)
    with pytest.raises(ValueError, match=complaint):
        identity.current(Settings.load())
