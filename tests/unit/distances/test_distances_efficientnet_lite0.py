"""The real weights: what they see in photos, and how the distances on them order real images."""

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from latent_assays.distances.efficientnet_lite0 import EfficientNetLite0, open_extractor
from latent_assays.distances.extractor import Unavailable, extract_features
from latent_assays.distances.frechet import frechet_distance, kernel_distance
from latent_assays.errors import UserError

MNIST = Path(__file__).parents[3] / "results/downloads/mnist"
# ImageNet classes: Egyptian cat, espresso, tripod, moped, missile
PHOTOS = {"chelsea": 285, "coffee": 967, "camera": 872, "stereo_motorcycle": 665, "rocket": 657}


def central_square(photo):
    """The largest centred square as (1,3,S,S) uint8."""
    photo = photo if photo.ndim == 3 else np.repeat(photo[:, :, None], 3, axis=2)
    side = min(photo.shape[:2])
    top, left = (photo.shape[0] - side) // 2, (photo.shape[1] - side) // 2
    square = np.ascontiguousarray(photo[top : top + side, left : left + side])
    return torch.from_numpy(square).permute(2, 0, 1)[None]


@pytest.mark.slow
def test_the_weights_name_what_is_on_five_photos(lite0_weights):
    from skimage import data

    torch.set_num_threads(1)
    extractor = EfficientNetLite0(lite0_weights, 224)
    seen = {}
    for name in PHOTOS:
        photo = getattr(data, name)()
        photo = photo[0] if isinstance(photo, tuple) else photo
        with torch.no_grad():
            seen[name] = extractor.classify(central_square(photo)).argmax().item()
    assert seen == PHOTOS


def test_without_weights_there_is_a_reason():
    with pytest.raises(Unavailable, match="no EfficientNet-Lite0 weights"):
        open_extractor(None, 64)


def test_other_weights_are_refused_in_one_sentence(tmp_path):
    path = tmp_path / "efficientnet-lite0-57934424.pth"
    path.write_bytes(b"other weights")
    with pytest.raises(
        UserError, match=r"sha256 begins [0-9a-f]{12} instead of 579344248a93"
    ) as why:
        EfficientNetLite0(path)
    assert "\n" not in str(why.value)
    with pytest.raises(UserError, match=r"none\.pth does not exist"):
        EfficientNetLite0(tmp_path / "none.pth")


@pytest.mark.parametrize("side", [0, 16, 50])
def test_an_input_size_that_the_network_cannot_halve_is_refused(side, tmp_path):
    with pytest.raises(UserError, match="multiple of 32"):
        EfficientNetLite0(tmp_path / "never-read.pth", side)


@pytest.mark.slow
def test_features_do_not_depend_on_batches_nor_grey_on_its_three_copies(lite0):
    images = np.random.default_rng(0).integers(0, 256, (7, 32, 32, 1), np.uint8)
    features = extract_features(lite0, images, np.arange(7))
    assert features.shape == (7, 1280)
    assert features.dtype == np.float32
    assert features.std(axis=0).max() > 0.1
    one_by_one = extract_features(lite0, images, np.arange(7), batch=1)
    np.testing.assert_allclose(features, one_by_one, atol=1e-4)
    copies = extract_features(lite0, images.repeat(3, axis=3), np.array([4, 6]))
    np.testing.assert_allclose(copies, features[[4, 6]], atol=1e-4)


@pytest.mark.slow
def test_images_that_are_neither_grey_nor_rgb_are_refused(lite0):
    with pytest.raises(UserError, match="C 1 or 3"):
        extract_features(lite0, np.zeros((2, 32, 32, 4), np.uint8), np.arange(2))


@pytest.fixture(scope="module")
def real_images():
    """800 real MNIST digits where they were downloaded, else sprites; (N,H,W,1) uint8."""
    noise = np.random.default_rng(0)
    if (MNIST / "train-images-idx3-ubyte").is_file():
        digits = np.fromfile(MNIST / "train-images-idx3-ubyte", np.uint8, offset=16)
        digits = digits.reshape(-1, 28, 28, 1)
        return digits[np.sort(noise.permutation(len(digits))[:800])]
    from latent_assays.datasets import SPECS, open_source

    rows = np.prod(SPECS["dsprites"].factor_sizes)
    return open_source("dsprites", "rendered", 32, {}).images(
        np.sort(noise.choice(rows, 800, replace=False))
    )


@pytest.mark.slow
def test_distances_order_blur_and_noise_by_strength(lite0, real_images):
    reference, others = real_images[:400], real_images[400:]
    noise = np.random.default_rng(1).normal(size=others.shape)

    def blurred(width):
        return gaussian_filter(others, (0, width, width, 0))

    def noisy(strength):
        return np.clip(others + 255 * strength * noise, 0, 255).astype(np.uint8)

    sets = {
        "real": others,
        "blur 0.5": blurred(0.5),
        "blur 1": blurred(1),
        "blur 2": blurred(2),
        "noise 0.05": noisy(0.05),
        "noise 0.1": noisy(0.1),
        "noise 0.2": noisy(0.2),
    }
    of_reference = extract_features(lite0, reference, np.arange(400))
    frechet, kernel = {}, {}
    for name, images in sets.items():
        features = extract_features(lite0, images, np.arange(400))
        frechet[name] = frechet_distance(of_reference, features)
        kernel[name] = kernel_distance(of_reference, features).mean
    by_blur = ["real", "blur 0.5", "blur 1", "blur 2"]
    by_noise = ["real", "noise 0.05", "noise 0.1", "noise 0.2"]
    assert sorted(by_blur, key=frechet.get) == by_blur
    assert sorted(by_noise, key=frechet.get) == by_noise
    # the kernel distance hardly tells strengths of noise apart, but blur and any noise from none
    assert sorted(by_blur, key=kernel.get) == by_blur
    assert min(by_noise, key=kernel.get) == "real"
