"""From image sets and runs to JSON: `references` and `distances` on small sets.

But for the tests that say so, features are means over blocks of pixels in place of a network's.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from latent_assays import provenance
from latent_assays.cli import distances, main, references
from latent_assays.distances import DISTANCES, efficientnet_lite0, inception
from latent_assays.distances.pixel_errors import errors_of_images
from latent_assays.distances.registry import SAMPLES
from latent_assays.distances.samples import sample
from latent_assays.errors import UserError
from latent_assays.models import build_network
from latent_assays.models.callables import encode_decode
from latent_assays.models.weights import save_model
from latent_assays.split import TEST, TRAIN, VALIDATION
from latent_assays.store import (
    read_arrays,
    read_image_set,
    read_json,
    write_arrays,
    write_image_set,
    write_json,
)
from latent_assays.training.encode import encode_images

N = 100
# 60 test images, so that 30 are the reference, 30 training images, and 10 for validation.
SPLIT = np.resize([*[TEST, TRAIN] * 3, TEST, VALIDATION, TEST, TEST], N).astype(np.uint8)
WEIGHTS = Path("blocks")
ERRORS = {f"{name}_per_{unit}" for name in ("mse", "bce") for unit in ("image", "pixel")} | {"r2"}
COMPUTED = ("fd_pixels", "fd_efflite0", "kid_efflite0")
WIDE = {"scale": 1.35 / 255, "offset": -0.175}


class Blocks(torch.nn.Module):
    """Means over blocks of 8 x 8 pixels, 16 features of an image of 32 pixels."""

    dimension = 16

    def __init__(self, settings):
        super().__init__()
        self.settings = settings

    def forward(self, images):
        return torch.nn.functional.avg_pool2d(images[:, :1].float(), 8).flatten(1) / 255


@pytest.fixture(scope="module", autouse=True)
def _blocks():
    """`WEIGHTS` opens `Blocks` in place of EfficientNet-Lite0; any other file opens itself."""
    opened = efficientnet_lite0.open_extractor

    def open_extractor(weights, input_size):
        if weights == WEIGHTS:
            return Blocks(efficientnet_lite0.settings_of(input_size))
        return opened(weights, input_size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(efficientnet_lite0, "open_extractor", open_extractor)
        yield


def draw_images(seed, blur=0.0, count=N):
    """Bright discs of random size and place."""
    noise = np.random.default_rng(seed)
    y, x = np.mgrid[:32, :32]
    centre, radius = noise.uniform(10, 22, (count, 2, 1, 1)), noise.uniform(3, 9, (count, 1, 1))
    far = np.hypot(y - centre[:, 0], x - centre[:, 1]) - radius
    return (255 / (1 + np.exp(far / (0.3 + blur)))).astype(np.uint8)[..., None]


def write_set(path, images, split=SPLIT, meaning=(), **attributes):
    write_image_set(
        path,
        [images],
        images.shape,
        factors=np.zeros((len(images), 0)),
        split=split,
        factor_names=[],
        factor_sizes=[],
        attributes={"dataset": "discs", "variant": "original", "source": "drawn"} | attributes,
        **dict(meaning),
    )
    return path


def refer(folder, images, weights=WEIGHTS, **options):
    """The reference of an image set that is written first."""
    path = write_set(folder / "real.h5", images, **options)
    references.run(path, folder / "reference.npz", efflite0=weights, device="cpu")
    return folder / "reference.npz"


def judge(reference, folder, weights=WEIGHTS, **options):
    """The numbers that `distances` writes."""
    distances.run(reference, folder / "d.json", efflite0=weights, device="cpu", **options)
    return read_json(folder / "d.json")["numbers"]


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return refer(tmp_path_factory.mktemp("reference"), draw_images(0))


@pytest.fixture
def generated(tmp_path):
    path = tmp_path / "generated.npz"
    write_arrays(path, {"images": draw_images(1, blur=3)})
    return path


def test_the_reference_keeps_features_and_what_they_depend_on(reference):
    arrays = read_arrays(reference)
    assert arrays["efflite0_features"].shape == (30, 16)
    assert arrays["efflite0_held_out"].shape == (30, 16)
    assert arrays["pixels_features"].shape == (30, 7), "a quarter of the images"
    record = provenance.from_arrays(arrays)
    assert record["draw"] == {"samples": 30, "part": "test", "seed": 0}
    assert record["dataset"]["source"] == "drawn"
    assert list(record["extractors"]) == ["pixels", "efflite0"]
    assert set(record["floors"]) == set(COMPUTED)
    assert list(record["missing"]) == ["inception"]
    assert record["missing"]["inception"].startswith("no Inception 2015-12-05 weights were given")


def test_a_reference_draws_from_the_test_part_alone(reference):
    arrays = read_arrays(reference)
    drawn = np.concatenate([arrays["rows"], arrays["held_out_rows"]])
    assert sorted(drawn) == np.flatnonzero(SPLIT == TEST).tolist()
    blocks = draw_images(0).reshape(N, 4, 8, 4, 8).mean(axis=(2, 4)).reshape(N, 16) / 255
    for rows, features in (("rows", "features"), ("held_out_rows", "held_out")):
        np.testing.assert_allclose(arrays[f"efflite0_{features}"], blocks[arrays[rows]], rtol=1e-5)


@pytest.mark.parametrize(
    ("of_test", "said"), [(0, "part test of discs/original is empty"), (3, "of 3 test images")]
)
def test_images_of_other_parts_do_not_make_up_for_a_small_test_part(tmp_path, of_test, said):
    split = np.full(N, TRAIN, np.uint8)
    split[:of_test] = TEST
    with pytest.raises(UserError, match=said):
        refer(tmp_path, draw_images(0), split=split)
    assert not (tmp_path / "reference.npz").exists()


def test_numbers_of_given_images_have_floor_n_and_few_samples_at_the_top(
    reference, generated, tmp_path
):
    found = judge(reference, tmp_path, generated=generated)
    assert set(found) == set(DISTANCES) == {*COMPUTED, "fid"}
    for name in COMPUTED:
        number = found[name]
        assert number["value"] > 1.5 * number["floor"]
        assert number["floor"] == number["details"]["floor"]
        assert (number["n"], number["few_samples"]) == (30, False), "30 images, 7 or 16 features"
        assert number["reason"] is None
        kept = number["settings"]
        assert (kept["n_reference"], kept["n_generated"], kept["part"]) == (30, 30, "test")
        assert {"resize", "range", "dtype", "layer", "draw_seed", "library"} <= set(kept)
    kernel = found["kid_efflite0"]
    assert kernel["settings"].items() >= {"subsets": 1, "subset_size": 30, "subset_seed": 0}.items()
    assert kernel["details"]["std"] is None


def test_a_distance_that_cannot_be_had_is_null_and_keeps_its_settings(
    reference, generated, tmp_path
):
    found = judge(reference, tmp_path, weights=None, generated=generated)
    assert set(found) == set(DISTANCES)
    assert found.pop("fd_pixels")["value"] > 0, "which needs no weights"
    for number in found.values():
        assert number["value"] is None
        assert number["reason"].startswith("no ")
        assert (number["n"], number["floor"], number["few_samples"]) == (30, None, None)
        kept = number["settings"]
        assert (kept["n_reference"], kept["n_generated"], kept["part"]) == (30, 30, "test")
        assert {"resize", "range", "dtype", "layer", "weights_sha256", "formula"} <= set(kept)
    assert found["fid"]["settings"]["weights_sha256"] == inception.SHA256


def test_real_images_from_an_image_set_lie_near_the_floor(reference, tmp_path):
    real = write_set(tmp_path / "more.h5", draw_images(2), provenance='{"commit": "abc"}')
    found = judge(reference, tmp_path, generated=real)["fd_efflite0"]
    blurred = write_set(tmp_path / "blurred.h5", draw_images(2, blur=3))
    of_blurred = judge(reference, tmp_path, generated=blurred)["fd_efflite0"]
    assert found["value"] == pytest.approx(found["floor"], rel=0.5)
    assert of_blurred["value"] > 2 * found["value"]


def test_given_images_say_what_made_them(reference, tmp_path):
    real = write_set(tmp_path / "more.h5", draw_images(2), provenance='{"commit": "abc"}')
    judge(reference, tmp_path, weights=None, generated=real)
    made = read_json(tmp_path / "d.json")["provenance"]
    assert made["generated"] == {"file": str(real), "commit": "abc"}
    assert made["run"] is None
    of_run = {"run": {"model": "theirs"}}
    arrays = {"images": draw_images(1), "provenance": provenance.to_array(of_run)}
    write_arrays(tmp_path / "g.npz", arrays)
    judge(reference, tmp_path, weights=None, generated=tmp_path / "g.npz")
    made = read_json(tmp_path / "d.json")["provenance"]
    assert made["run"] == {"model": "theirs"}
    assert made["reference"]["draw"]["part"] == "test"


def test_wrong_weights_are_refused_also_where_the_reference_lacks_them(
    reference, generated, tmp_path
):
    wrong = tmp_path / "pt_inception-2015-12-05-6726825d.pth"
    wrong.write_bytes(b"other weights")
    with pytest.raises(UserError, match="does not hold the Inception 2015-12-05 weights"):
        judge(reference, tmp_path, generated=generated, inception=wrong)
    assert not (tmp_path / "d.json").exists()


def test_right_weights_do_not_help_a_reference_that_lacks_them(
    reference, generated, tmp_path, monkeypatch
):
    monkeypatch.setattr(inception, "open_extractor", lambda weights, input_size: None)
    found = judge(reference, tmp_path, generated=generated, inception=tmp_path)["fid"]
    assert found["value"] is None
    assert found["reason"].startswith("the reference lacks it: no Inception")


def judge_copies(folder, images, rows, split=SPLIT, meaning=()):
    """Numbers of the images themselves, as a perfect autoencoder reconstructs them."""
    reference = refer(folder, images, split=split, meaning=meaning)
    write_arrays(folder / "g.npz", {"images": images[rows], "rows": rows, **dict(meaning)})
    return judge(reference, folder, generated=folder / "g.npz")


@pytest.mark.parametrize("meaning", [{}, WIDE], ids=["u8 / 255", "wider"])
def test_a_perfect_copy_lands_at_the_floor_whatever_its_bytes_mean(tmp_path, meaning):
    """Half of the images are the reference; were they judged too, copies would lie below."""
    scale, offset = meaning.get("scale", 1 / 255), meaning.get("offset", 0)
    stored = np.rint((draw_images(0) / 255 - offset) / scale).astype(np.uint8)
    found = judge_copies(tmp_path, stored, np.flatnonzero(SPLIT == TEST), meaning=meaning)
    for name in COMPUTED:
        assert found[name]["n"] == 30
        assert found[name]["value"] == pytest.approx(found[name]["floor"], rel=1e-6)


def test_reconstructions_of_the_references_images_are_not_judged(reference, tmp_path):
    images, arrays = draw_images(0), read_arrays(reference)
    some = np.concatenate([arrays["rows"][:25], arrays["held_out_rows"][:5]])
    found = judge_copies(tmp_path, images, some)
    assert found["fd_efflite0"]["n"] == 5
    with pytest.raises(UserError, match="only 1 of 26 images reconstruct one outside"):
        judge_copies(tmp_path, images, some[:26])


@pytest.mark.parametrize("images", [4, 5, 7])
def test_a_small_set_leaves_images_to_judge(tmp_path, images):
    split = np.full(images, TEST)
    found = judge_copies(tmp_path, draw_images(0)[:images], np.arange(images), split)
    assert found["fd_efflite0"]["n"] == images // 2
    assert found["fd_efflite0"]["value"] is not None
    assert found["fd_efflite0"]["few_samples"] is True


@pytest.mark.parametrize("rows", [np.arange(3), np.zeros(5), np.zeros((5, 1), int)])
def test_rows_that_do_not_number_the_images_are_refused(reference, tmp_path, rows):
    arrays = {"images": np.full((5, 32, 32, 1), 9, np.uint8), "rows": rows}
    write_arrays(tmp_path / "g.npz", arrays)
    with pytest.raises(UserError, match="one whole number for each of its images"):
        judge(reference, tmp_path, generated=tmp_path / "g.npz")


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"images": np.full((5, 64, 64, 1), 9, np.uint8)}, "compare images of one size"),
        ({"samples": np.zeros((5, 32, 32, 1), np.uint8)}, "must hold `images`"),
        ({"images": np.full((5, 32, 32, 1), -1, np.float32)}, r"must lie in \[0,1\]"),
        ({"images": np.full((1, 32, 32, 1), 9, np.uint8)}, "at least 2 images"),
        ({"images": np.ones((5, 32, 32, 1), np.uint8)}, "multiply them by 255"),
    ],
)
def test_images_that_cannot_be_judged_are_refused(reference, tmp_path, arrays, said):
    write_arrays(tmp_path / "g.npz", arrays)
    with pytest.raises(UserError, match=said):
        judge(reference, tmp_path, generated=tmp_path / "g.npz")
    assert not (tmp_path / "d.json").exists()


def test_a_file_of_another_kind_is_refused(reference, generated, tmp_path):
    with pytest.raises(UserError, match="holds no reference"):
        judge(generated, tmp_path, generated=generated)
    picture = tmp_path / "images.png"
    with pytest.raises(UserError, match="does not exist"):
        judge(reference, tmp_path, generated=picture)
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    with pytest.raises(UserError, match=r"images\.png"):
        judge(reference, tmp_path, generated=picture)


@pytest.mark.parametrize("side", [24, 32, 33])
def test_networks_see_images_at_their_own_size_or_the_next_that_they_halve(tmp_path, side):
    images = draw_images(0)[:, :side, :side]
    if side > 32:
        images = np.pad(images, ((0, 0), (0, 1), (0, 1), (0, 0)))
    record = provenance.from_arrays(read_arrays(refer(tmp_path, images, weights=None)))
    assert record["input_size"] == (64 if side > 32 else 32)


def test_a_reference_made_with_another_resize_is_refused(reference, generated, tmp_path):
    arrays = read_arrays(reference)
    record = json.loads(str(arrays["provenance"]))
    record["extractors"]["efflite0"]["resize"] = "nearest"
    write_arrays(tmp_path / "r.npz", arrays | {"provenance": np.array(json.dumps(record))})
    with pytest.raises(UserError, match="was made with another resize"):
        judge(tmp_path / "r.npz", tmp_path, generated=generated)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Untrained runs on images whose bytes stand for more than [0,1], and their reference."""
    folder = tmp_path_factory.mktemp("trained")
    refer(folder, draw_images(0), meaning=WIDE)
    for objective, own in (("beta-vae", {"beta": 1.0}), ("ae", {})):
        settings = {"network": "conv", "objective": objective, "latents": 4, "width": 0.125, **own}
        network = build_network(settings, (1, 32, 32), 0)
        place = folder / objective
        place.mkdir()
        save_model(place / "model.safetensors", network)
        write_json(place / "config.json", {**settings, "image_shape": (1, 32, 32)})
        mean, _ = encode_images(network, draw_images(0))
        made = provenance.to_array({"commit": "later", "run": {"model": objective, "seed": 3}})
        write_arrays(place / "codes.npz", {"mean": mean, "provenance": made})
    return folder


def of_run(trained, model="beta-vae", codes=None):
    """The options that say which run is judged."""
    return {
        "run": trained / model,
        "codes": codes or trained / model / "codes.npz",
        "images": trained / "real.h5",
    }


def judge_run(trained, folder, model="beta-vae", codes=None):
    return judge(trained / "reference.npz", folder, **of_run(trained, model, codes))


def of_kind(found, kind):
    """The numbers of one kind of a run's images, without the kind in their names."""
    start = f"{kind}_"
    return {name.removeprefix(start): n for name, n in found.items() if name.startswith(start)}


def test_numbers_of_a_run_are_named_after_the_kind_of_its_images(trained, tmp_path):
    found = judge_run(trained, tmp_path)
    names = {f"{kind}_{name}" for kind in SAMPLES for name in DISTANCES}
    assert set(found) == names | {f"reconstruction_{name}" for name in ERRORS}
    for name, number in found.items():
        assert {"floor", "n", "few_samples"} <= set(number)
        assert number["n"] == 30, "as many as the reference has"
        assert (number["value"] is None) == name.endswith("_fid")
    for kind in SAMPLES:
        distance = found[f"{kind}_fd_efflite0"]
        assert distance["settings"]["part"] == "test"
        assert distance["few_samples"] is False
        assert distance["value"] > 2 * distance["floor"] > 0, "a network that was not trained"
    assert found["reconstruction_r2"]["value"] < 0.1


def test_numbers_of_a_run_say_of_which_it_is(trained, tmp_path):
    judge_run(trained, tmp_path)
    made = read_json(tmp_path / "d.json")["provenance"]
    assert made["run"] == {"model": "beta-vae", "seed": 3}
    assert made["generated"]["commit"] == "later"
    assert made["reference"]["draw"]["samples"] == 30


def test_a_model_without_a_prior_has_no_numbers_of_it_and_the_reason(trained, tmp_path):
    found, others = judge_run(trained, tmp_path, "ae"), judge_run(trained, tmp_path)
    assert set(found) == set(others)
    for name, number in of_kind(found, "prior").items():
        assert number["value"] is None
        assert number["reason"] == "an autoencoder without regularisation has no prior"
        assert (number["n"], number["floor"]) == (30, None)
        assert number["settings"].items() <= others[f"prior_{name}"]["settings"].items()
    for kind in ("reconstruction", "hybrid"):
        assert of_kind(found, kind)["fd_efflite0"]["value"] > 0


def without_codes(trained, folder, rows, model="beta-vae"):
    """The codes of a run with those of some images not a number, so that none may be decoded."""
    arrays = read_arrays(trained / model / "codes.npz")
    arrays["mean"][rows] = np.nan
    write_arrays(folder / "codes.npz", arrays)
    return folder / "codes.npz"


def test_no_image_is_decoded_but_those_held_out_and_training_images(trained, tmp_path):
    """Of the reference's own images above all none is reconstructed."""
    arrays = read_arrays(trained / "reference.npz")
    left = np.setdiff1d(np.flatnonzero(SPLIT != TRAIN), arrays["held_out_rows"])
    assert set(arrays["rows"]) <= set(left)
    whole = judge_run(trained, tmp_path)
    found = judge_run(trained, tmp_path, codes=without_codes(trained, tmp_path, left))
    assert found == whole
    for rows in (arrays["held_out_rows"][:1], np.flatnonzero(SPLIT == TRAIN)):
        with pytest.raises(UserError, match="must lie in"):
            judge_run(trained, tmp_path, codes=without_codes(trained, tmp_path, rows))


def test_errors_are_means_over_the_images_that_are_reconstructed(trained, tmp_path):
    found = of_kind(judge_run(trained, tmp_path), "reconstruction")
    rows = read_arrays(trained / "reference.npz")["held_out_rows"]
    network = build_network(read_json(trained / "beta-vae/config.json"), (1, 32, 32), 0)
    decoded = encode_decode(network)[1](read_arrays(trained / "beta-vae/codes.npz")["mean"][rows])
    seen = draw_images(0)[rows].transpose(0, 3, 1, 2) / 255
    expected = errors_of_images(seen, decoded)
    for name in ("mse", "bce"):
        of_image, of_pixel = (found[f"{name}_per_{unit}"] for unit in ("image", "pixel"))
        assert of_image["value"] == pytest.approx(expected[name].mean(), rel=1e-5)
        assert of_pixel["value"] == pytest.approx(expected[name].mean() / 32**2, rel=1e-5)
        assert of_image["few_samples"] is None
    assert found["mse_per_image"]["floor"] == 0
    assert found["bce_per_image"]["floor"] == pytest.approx(expected["bce_floor"].mean())
    spread = seen.var(axis=0).sum()
    assert found["r2"]["value"] == pytest.approx(1 - expected["mse"].mean() / spread, rel=1e-5)


def test_images_of_a_run_are_judged_as_if_they_were_given(trained, tmp_path):
    """In the pixels of the run's image set, whose bytes stand for more than [0,1]."""
    found = judge_run(trained, tmp_path)
    network = build_network(read_json(trained / "beta-vae/config.json"), (1, 32, 32), 0)
    for kind in SAMPLES:
        made = sample(
            kind,
            encode_decode(network)[1],
            read_arrays(trained / "beta-vae/codes.npz")["mean"],
            read_image_set(trained / "real.h5"),
            read_arrays(trained / "reference.npz")["held_out_rows"],
            {"network": "conv", "objective": "beta-vae"},
        )
        write_arrays(tmp_path / "g.npz", {"images": made.images, **WIDE})
        given = judge(trained / "reference.npz", tmp_path, generated=tmp_path / "g.npz")
        for name in COMPUTED:
            assert found[f"{kind}_{name}"]["value"] == pytest.approx(given[name]["value"], rel=1e-6)


def test_codes_of_other_images_are_refused(trained, tmp_path):
    arrays = read_arrays(trained / "ae/codes.npz")
    write_arrays(tmp_path / "codes.npz", arrays | {"mean": arrays["mean"][:31]})
    with pytest.raises(UserError, match=r"codes\.npz holds 31 codes and .*real\.h5 100 images"):
        judge_run(trained, tmp_path, "ae", tmp_path / "codes.npz")
    assert not (tmp_path / "d.json").exists()


@pytest.mark.parametrize("missing", ["run", "codes", "images"])
def test_a_missing_option_of_a_run_is_one_sentence(trained, tmp_path, missing, monkeypatch, capsys):
    given = {name: path for name, path in of_run(trained).items() if name != missing}
    words = ["--reference", trained / "reference.npz", "--output", tmp_path / "d.json"]
    words += [word for name, value in given.items() for word in (f"--{name}", value)]
    monkeypatch.setattr("sys.argv", ["", "distances", *map(str, words)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    assert capsys.readouterr().err == "error: give --run, --codes and --images, or --generated\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_network_tells_blurred_images_from_real_ones(lite0_weights, generated, tmp_path):
    reference = refer(tmp_path, draw_images(0), lite0_weights)
    assert read_arrays(reference)["efflite0_features"].shape == (30, 1280)
    found = judge(reference, tmp_path, lite0_weights, generated=generated)
    real = write_set(tmp_path / "more.h5", draw_images(2))
    of_real = judge(reference, tmp_path, lite0_weights, generated=real)
    for name in ("fd_efflite0", "kid_efflite0"):
        assert found[name]["value"] > 2 * found[name]["floor"]
        assert found[name]["few_samples"] is True
        assert found[name]["settings"]["weights_sha256"].startswith("579344248a93")
    number = of_real["fd_efflite0"]
    assert number["value"] == pytest.approx(number["floor"], rel=0.5)
