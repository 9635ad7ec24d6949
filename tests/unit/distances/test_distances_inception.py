import hashlib
from zlib import crc32

import numpy as np
import pytest
import torch

from latent_assays.distances import inception
from latent_assays.distances.extractor import Unavailable, extract_features
from latent_assays.distances.inception_network import InceptionNetwork, resize_as_tensorflow_1
from latent_assays.errors import UserError

# From torch-fidelity 0.4.0's `FeatureExtractorInceptionV3` with the weights and images below:
# features 0, 319, 320, 1087, 1088, 1855, 1856 and 2047 of both images, and the sum of all.
FEATURES = [
    [2.75877, 0.115818, 0.742008, 0.264815, 0.112172, 0.8657, 2.8643, 0.0],
    [2.8015, 0.105668, 0.782995, 0.269837, 0.108818, 0.872938, 2.97786, 0.0],
]
SUM = 2700.422


def made_up_weights():
    """Weights that any implementation can be given, by the names of the public file."""
    state = InceptionNetwork().state_dict()
    for name, tensor in sorted(state.items()):
        if not tensor.dtype.is_floating_point:
            continue
        noise = np.random.default_rng(crc32(name.encode())).standard_normal(tensor.numel())
        values = torch.from_numpy(noise).reshape(tensor.shape).float()
        if name.endswith(("running_var", "bn.weight")):
            values = 1 + 0.1 * values.tanh()
        elif name.endswith("conv.weight"):
            values = values * (2 / tensor[0].numel()) ** 0.5
        else:
            values = 0.1 * values
        tensor.copy_(values)
    return state


def made_up_images():
    noise = np.random.default_rng(0)
    return torch.from_numpy(noise.integers(0, 256, (2, 3, 48, 48), dtype=np.uint8))


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("inception") / "made-up.pth"
    torch.save(made_up_weights(), path)
    return path


@pytest.fixture
def extractor(weights, monkeypatch):
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    monkeypatch.setattr(inception, "SHA256", digest)
    return inception.open_extractor(weights)


@pytest.mark.slow
def test_features_are_those_of_the_public_implementation(extractor):
    torch.set_num_threads(1)
    with torch.no_grad():
        features = extractor(made_up_images())
    chosen = features[:, [0, 319, 320, 1087, 1088, 1855, 1856, 2047]]
    np.testing.assert_allclose(chosen, FEATURES, rtol=1e-3, atol=1e-4)
    assert features.sum().item() == pytest.approx(SUM, rel=1e-4)


@pytest.mark.slow
def test_it_is_an_extractor_and_needs_no_other_library(extractor):
    images = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 1), np.uint8)
    features = extract_features(extractor, images, np.arange(2))
    assert features.shape == (2, extractor.dimension) == (2, 2048)
    assert extractor.settings["weights_sha256"] == inception.SHA256
    assert not extractor.training


@pytest.mark.parametrize(("height", "width"), [(5, 7), (9, 4), (6, 6)])
def test_pixels_are_resized_from_their_corners(height, width):
    """The definition, pixel by pixel, in both directions."""
    images = np.random.default_rng(0).uniform(0, 255, (1, 1, height, width))
    found = resize_as_tensorflow_1(torch.from_numpy(images), 6)[0, 0].numpy()
    for i, j in np.ndindex(6, 6):
        y, x = i * height / 6, j * width / 6
        top, left = int(y), int(x)
        down, right = min(top + 1, height - 1), min(left + 1, width - 1)
        above = (1 - x + left) * images[0, 0, top, left] + (x - left) * images[0, 0, top, right]
        below = (1 - x + left) * images[0, 0, down, left] + (x - left) * images[0, 0, down, right]
        assert found[i, j] == pytest.approx((1 - y + top) * above + (y - top) * below, rel=1e-5)


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
