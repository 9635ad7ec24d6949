import hashlib

import pytest

from latent_assays.distances import inception
from latent_assays.distances.extractor import Unavailable
from latent_assays.errors import UserError


def test_without_weights_there_is_a_reason():
    with pytest.raises(Unavailable, match="no Inception 2015-12-05 weights"):
        inception.open_extractor(None)


def test_other_weights_are_refused(tmp_path):
    path = tmp_path / "pt_inception-2015-12-05-6726825d.pth"
    path.write_bytes(b"the right name, other weights")
    with pytest.raises(UserError, match="does not hold the Inception 2015-12-05 weights"):
        inception.open_extractor(path)
    with pytest.raises(UserError, match="does not exist"):
        inception.open_extractor(tmp_path / "missing.pth")


def test_without_its_libraries_there_is_a_reason(tmp_path, monkeypatch):
    path = tmp_path / "weights.pth"
    path.write_bytes(b"stand for the right weights")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(inception, "SHA256", digest)
    monkeypatch.setattr(inception, "find_spec", lambda name: None)
    with pytest.raises(Unavailable, match="torch_fidelity and torchvision not installed"):
        inception.open_extractor(path)
