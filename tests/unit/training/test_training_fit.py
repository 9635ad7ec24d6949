"""The loop: repeatable, resumable to the bit, and honest when it cannot go on."""

import copy
import io
import os
import signal
import subprocess
import sys
import time
import zlib

import numpy as np
import pytest
import torch

from latent_assays.errors import UserError
from latent_assays.imports import digests_of, module_of
from latent_assays.models import build_network, build_objective, ignored_settings
from latent_assays.models.registry import NETWORKS, OBJECTIVES
from latent_assays.models.weights import load_weights
from latent_assays.training import fit as fit_module
from latent_assays.training.checkpoint import CHECKPOINT, digest, fingerprint, sweep_partials
from latent_assays.training.encode import encode_images
from latent_assays.training.fit import fit
from latent_assays.training.precision import resolve_precision

SETTINGS = {
    "network": "conv",
    "objective": "beta-vae",
    "latents": 3,
    "width": 0.25,
    "beta": 2.0,
    "learning_rate": 1e-3,
    "batch": 8,
    "steps": 30,
    "warmup": 20,
}
IMAGES = np.random.default_rng(0).integers(0, 256, (40, 32, 32, 1), dtype=np.uint8)


def without_ignored(settings):
    return {key: settings[key] for key in settings if key not in ignored_settings(settings)}


def train(directory, settings=SETTINGS, images=IMAGES, seed=3, **options):
    network = build_network(settings, (1, 32, 32), seed)
    options = {"progress": False, "device": "cpu", "checkpoint_every": 10, **options}
    result = fit(network, build_objective(settings), images, settings, seed, directory, **options)
    return network, result


class Stop(Exception):
    pass


class Interrupted(np.ndarray):
    """Images that stop the training when batch number `after` is gathered."""

    def __getitem__(self, rows):
        if isinstance(rows, np.ndarray) and len(rows) == SETTINGS["batch"]:
            self.left[0] -= 1
            if self.left[0] < 0:
                raise Stop
        return np.asarray(self)[rows]


def interrupted(after):
    images = IMAGES.view(Interrupted)
    images.left = [after]
    return images


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(tmp_path):
    digests = [
        digest(train(tmp_path / name, seed=seed)[0].state_dict())
        for name, seed in [("a", 3), ("b", 3), ("c", 4)]
    ]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_an_interrupted_training_resumes_to_the_same_bits(tmp_path, precision):
    settings = SETTINGS | {"precision": precision}
    whole, result = train(tmp_path / "whole", settings)
    with pytest.raises(Stop):
        train(tmp_path / "parts", settings, interrupted(after=25))
    resumed, again = train(tmp_path / "parts", settings)
    assert again.resumed_from == 20
    assert digest(resumed.state_dict()) == digest(whole.state_dict())
    without_time = [
        [{k: v for k, v in row.items() if k != "seconds"} for row in r.history]
        for r in (result, again)
    ]
    assert without_time[0] == without_time[1]
    seconds = [row["seconds"] for row in again.history]
    assert seconds == sorted(seconds)


SCRIPT = """
import sys, time
import numpy as np
sys.path.insert(0, {tests!r})
from test_training_fit import SETTINGS, train
from latent_assays.models.weights import save_model
settings = SETTINGS | {{"steps": 300}}
network, result = train({directory!r}, settings, checkpoint_every=50)
save_model({directory!r} + "/model.safetensors", network)
print(result.resumed_from)
"""


def test_a_killed_process_resumes_to_the_same_bits(tmp_path):
    def start(name):
        code = SCRIPT.format(tests=os.path.dirname(__file__), directory=str(tmp_path / name))
        return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)

    killed = start("killed")
    checkpoint = tmp_path / "killed" / CHECKPOINT
    deadline = time.monotonic() + 120
    while not checkpoint.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    resumed, whole = start("killed"), start("whole")
    outputs = [int(process.communicate(timeout=120)[0]) for process in (resumed, whole)]
    assert 0 < outputs[0] < 300
    assert outputs[1] == 0
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("killed", "whole")]
    assert weights[0] == weights[1]


def test_a_finished_training_is_not_repeated(tmp_path):
    first, result = train(tmp_path)
    kept = (tmp_path / CHECKPOINT).read_bytes()
    again, taken = train(tmp_path, images=interrupted(after=0))
    assert taken == result
    assert digest(first.state_dict()) == digest(again.state_dict())
    assert (tmp_path / CHECKPOINT).read_bytes() == kept


def test_one_that_was_finished_after_a_stop_is_taken_as_the_second_session_left_it(tmp_path):
    with pytest.raises(Stop):
        train(tmp_path, images=interrupted(after=25))
    first, result = train(tmp_path)
    again, taken = train(tmp_path, images=interrupted(after=0))
    assert result.resumed_from == 20
    assert taken == result
    assert digest(first.state_dict()) == digest(again.state_dict())


def test_what_is_kept_of_a_finished_training_is_about_the_size_of_its_weights(tmp_path):
    settings = {"objective": "factor-vae", "gamma": 2.0, "critic_units": 200}
    settings = without_ignored(SETTINGS | settings)
    network, _ = train(tmp_path, settings)
    size = sum(weight.nbytes for weight in network.state_dict().values())
    assert size < (tmp_path / CHECKPOINT).stat().st_size < size + 20_000
    load_weights(network, tmp_path / CHECKPOINT, "the network")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"settings": SETTINGS | {"beta": 3.0}}, "settings"),
        ({"seed": 9}, "seed"),
        ({"images": IMAGES // 2}, "images"),
        ({"images": IMAGES[:, :, ::-1]}, "images"),
        ({"rows": np.arange(20)}, "rows"),
        ({"rows": np.arange(40)[::-1]}, "rows"),
    ],
)
def test_a_checkpoint_of_another_training_is_not_resumed(tmp_path, capsys, change, what):
    train(tmp_path)
    _, result = train(tmp_path, **change)
    assert result.resumed_from == 0
    said = capsys.readouterr().err
    assert f"{CHECKPOINT} differs in {what}" in said
    assert "training starts from the beginning" in said


@pytest.mark.parametrize("edited", [0, 1, 100, 255])
def test_every_image_counts(tmp_path, capsys, edited):
    settings = SETTINGS | {"steps": 2}
    images = np.random.default_rng(1).integers(0, 256, (256, 32, 32, 1), dtype=np.uint8)
    train(tmp_path, settings, images)
    images[edited, -1, -1] ^= 1
    before = (tmp_path / CHECKPOINT).read_bytes()
    train(tmp_path, settings, images)
    assert f"{CHECKPOINT} differs in images: training starts" in capsys.readouterr().err
    assert (tmp_path / CHECKPOINT).read_bytes() != before


def test_a_fingerprint_is_that_of_the_whole_in_whatever_blocks(monkeypatch):
    whole = f"(40, 32, 32, 1) uint8 {zlib.crc32(IMAGES.tobytes()):08x}"
    assert fingerprint(IMAGES) == whole
    for size in (1, 3000, IMAGES.nbytes - 1):
        monkeypatch.setattr("latent_assays.store.CHECKED", size)
        assert fingerprint(IMAGES) == whole
    assert fingerprint(IMAGES.reshape(40, -1)) != whole
    assert fingerprint(IMAGES[:0]) == "(0, 32, 32, 1) uint8 00000000"


GRID = np.stack(np.unravel_index(np.arange(40), (2, 4, 5)), axis=1)
FACTORS = {"factors": GRID, "factor_sizes": (2, 4, 5), "factor_names": ("shape", "x", "y")}
CHANGED = [
    {"factors": GRID[np.random.default_rng(0).permutation(40)]},
    {"factors": GRID[:, [0, 2, 1]], "factor_sizes": (2, 5, 4), "factor_names": ("shape", "y", "x")},
    {"factor_sizes": (2, 4, 9)},
    {"factor_names": ("x", "shape", "y")},
]


@pytest.mark.parametrize("change", CHANGED)
def test_pairs_drawn_by_other_factors_are_another_training(tmp_path, capsys, change):
    settings = SETTINGS | {"objective": "slow-vae", "steps": 4}
    first, _ = train(tmp_path, settings, **FACTORS)
    same, _ = train(tmp_path, settings, images=interrupted(after=0), **FACTORS)
    assert digest(same.state_dict()) == digest(first.state_dict())
    assert "differs" not in capsys.readouterr().err
    other, _ = train(tmp_path, settings, **FACTORS | change)
    assert f"{CHECKPOINT} differs in factors: training starts" in capsys.readouterr().err
    assert digest(other.state_dict()) != digest(first.state_dict())


def test_without_pairs_factors_do_not_matter(tmp_path):
    train(tmp_path, **FACTORS)
    for change in CHANGED:
        train(tmp_path, images=interrupted(after=0), **FACTORS | change)


def test_another_version_of_pytorch_trains_anew(tmp_path, capsys, monkeypatch):
    train(tmp_path)
    before = (tmp_path / CHECKPOINT).read_bytes()
    monkeypatch.setattr(torch, "__version__", "9.9.9")
    train(tmp_path)
    assert f"{CHECKPOINT} differs in torch version: training" in capsys.readouterr().err
    assert (tmp_path / CHECKPOINT).read_bytes() != before


def test_a_training_keeps_the_commit_and_versions_of_the_session_that_finished_it(
    tmp_path, monkeypatch
):
    def session(commit):
        made = {"commit": commit, "versions": {"torch": f"of {commit}"}}
        monkeypatch.setattr(fit_module.provenance, "describe", lambda: made)

    session("began")
    with pytest.raises(Stop):
        train(tmp_path, images=interrupted(after=25))
    session("finished")
    train(tmp_path)
    session("found")
    _, taken = train(tmp_path, images=interrupted(after=0))
    assert (taken.commit, taken.versions) == ("finished", {"torch": "of finished"})


@pytest.mark.parametrize(
    ("file", "trains"),
    [
        ("training/fit.py", True),
        ("training/batches.py", True),
        ("models/autoencoder.py", True),
        ("models/objectives/beta_vae.py", True),
        ("store.py", False),
        ("errors.py", False),
        ("training/checkpoint.py", False),
        ("models/weighting.py", False),
    ],
)
def test_an_edit_trains_anew_where_the_code_decides_the_weights(
    tmp_path, capsys, monkeypatch, file, trains
):
    train(tmp_path)

    def edited(modules):
        found = digests_of(modules)
        assert file in found
        return {**found, file: "another"}

    monkeypatch.setattr(fit_module, "digests_of", edited)
    train(tmp_path, images=IMAGES if trains else interrupted(after=0))
    assert (f"{CHECKPOINT} differs in code" in capsys.readouterr().err) == trains


LOOP = ("fit", "batches", "rows", "adam", "precision")
# Imported by every training, and known not to decide weights.
OTHERS = {
    "errors.py",
    "models/__init__.py",
    "models/weighting.py",
    "provenance.py",
    "split.py",
    "store.py",
    "training/__init__.py",
    "training/checkpoint.py",
    "training/memory.py",
    "training/progress.py",
}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_all_that_a_training_imports_decides_its_weights_but_for_a_few(network, objective):
    modules = [module_of(NETWORKS[network]), module_of(OBJECTIVES[objective])]
    code = fit_module._code_of({"network": network, "objective": objective})
    assert set(digests_of(["training.fit", *modules])) - set(code) == OTHERS
    assert code.items() <= digests_of(["training.fit", *modules]).items()
    parts = {f"{module.replace('.', '/')}.py" for module in modules}
    assert parts | {f"training/{name}.py" for name in LOOP} <= set(code)


def test_code_of_other_networks_and_objectives_does_not_count():
    code = set(fit_module._code_of(SETTINGS))
    assert not code & {"models/networks/dense.py", "models/objectives/ae.py"}


def test_points_are_images_of_one_pixel(tmp_path):
    """(N,1,1,C) float32 are taken as they are, from a memory map too."""
    points = np.random.default_rng(0).standard_normal((200, 1, 1, 3)).astype(np.float32)
    points.tofile(tmp_path / "points")
    mapped = np.memmap(tmp_path / "points", np.float32, "r", shape=points.shape)
    settings = SETTINGS | {"network": "mlp", "likelihood": "gaussian", "beta": 0.01}
    settings |= {"learning_rate": 1e-2, "steps": 300}
    network = build_network(settings, (3, 1, 1), 0)
    objective = build_objective(settings)
    options = {"rows": np.arange(0, 200, 2), "progress": False, "device": "cpu"}
    result = fit(network, objective, mapped, settings, 0, tmp_path, **options)
    assert result.history[-1]["reconstruction"] < 0.5 * result.history[0]["reconstruction"]
    mean, std = encode_images(network, mapped)
    assert mean.shape == std.shape == (200, 3)
    decoded = network.decode(torch.from_numpy(mean)).detach().numpy()
    error = ((decoded - points.reshape(200, 3, 1, 1)) ** 2).mean()
    assert error < 0.3 * points.var()


def truncate(content):
    return content[:-50]


def flip_a_bit(content):
    return content[:-50] + bytes([content[-50] ^ 1]) + content[-49:]


def pickle(content):
    return b"\x80\x04cos\nsystem\n(S'touch /tmp/owned'\ntR."


@pytest.mark.parametrize("damage", [truncate, flip_a_bit, pickle, lambda content: b""])
def test_a_damaged_checkpoint_is_not_resumed(tmp_path, capsys, damage):
    whole, _ = train(tmp_path)
    path = tmp_path / CHECKPOINT
    path.write_bytes(damage(path.read_bytes()))
    again, result = train(tmp_path)
    assert result.resumed_from == 0
    assert f"{path} is damaged" in capsys.readouterr().err
    assert digest(again.state_dict()) == digest(whole.state_dict())


def test_nan_stops_with_step_terms_and_checkpoint(tmp_path):
    settings = SETTINGS | {"learning_rate": 1e-3}
    with pytest.raises(Stop):
        train(tmp_path, settings, interrupted(after=15))
    good = (tmp_path / CHECKPOINT).read_bytes()
    network = build_network(settings, (1, 32, 32), 3)
    objective = build_objective(settings)
    terms = objective.terms
    calls = []

    def poisoned(batch):
        calls.append(1)
        found = terms(batch)
        return found | {"kl": found["kl"] * float("nan")} if len(calls) == 4 else found

    objective.terms = poisoned
    with pytest.raises(
        UserError, match=r"diverged at step 14 \(reconstruction \d.*, kl nan\)"
    ) as e:
        fit(network, objective, IMAGES, settings, 3, tmp_path, progress=False, device="cpu")
    assert f"the last good checkpoint is that of step 10 in {tmp_path / CHECKPOINT}" in str(e.value)
    assert (tmp_path / CHECKPOINT).read_bytes() == good
    load_weights(network, tmp_path / CHECKPOINT, "the network")


def test_another_trainings_checkpoint_is_not_called_the_last_good_one(tmp_path):
    train(tmp_path)
    with pytest.raises(UserError, match="the last good checkpoint does not exist"):
        train(tmp_path, SETTINGS | {"learning_rate": 1e12})


def test_a_diverging_loss_stops(tmp_path):
    settings = SETTINGS | {"learning_rate": 30.0, "steps": 200}
    with pytest.raises(UserError, match="training diverged at step"):
        train(tmp_path, settings)


def test_a_full_disk_is_one_sentence(tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(UserError, match=r"could not write .*checkpoint.*: No space left on device"):
        train(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_history_rows_are_means_since_the_row_before(tmp_path):
    _, fine = train(tmp_path / "fine", history_every=1)
    _, coarse = train(tmp_path / "coarse", history_every=10)
    assert [row["step"] for row in coarse.history] == [10, 20, 30]
    for index, row in enumerate(coarse.history):
        steps = fine.history[10 * index : 10 * index + 10]
        for term in ("reconstruction", "kl", "total"):
            assert row[term] == pytest.approx(np.mean([s[term] for s in steps]), rel=1e-5)
    step = fine.history[9]
    assert step["total"] == pytest.approx(step["reconstruction"] + 0.5 * 2.0 * step["kl"], rel=1e-5)


def test_only_the_given_rows_are_seen(tmp_path):
    images = IMAGES.copy()
    images[20:] = 255
    expected, _ = train(tmp_path / "a", images=images, rows=np.arange(20))
    images[20:] = 0
    again, _ = train(tmp_path / "b", images=images, rows=np.arange(20))
    assert digest(expected.state_dict()) == digest(again.state_dict())


def test_training_learns(tmp_path):
    images = np.repeat(IMAGES[:4] // 8, 10, axis=0)
    _, result = train(tmp_path, SETTINGS | {"steps": 200}, images, history_every=20)
    assert result.history[-1]["reconstruction"] < 0.6 * result.history[0]["reconstruction"]


def test_without_a_terminal_progress_is_whole_lines(tmp_path, capsys):
    train(tmp_path, progress=True)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "minimising the sum of"
    assert lines[1] == "  1 x reconstruction: sum over pixels, mean over batch"
    assert lines[-1].startswith("step 30/30  reconstruction ")
    assert "images/s" in lines[-1]
    assert "left" in lines[-1]


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("steps", -1, "steps: -1 must be a number from 0"),
        ("batch", 2.5, "batch: 2.5 must be a whole number"),
        ("learning_rate", -1, "learning_rate: -1 must be a number above 0"),
        ("precision", "half", "precision: 'half' must be one of float32, bfloat16, auto"),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path, key, value, sentence):
    with pytest.raises(UserError, match=sentence):
        train(tmp_path, SETTINGS | {key: value})


def test_a_missing_device_is_one_sentence(tmp_path):
    with pytest.raises(UserError, match="device: 'gpu' is not on this machine"):
        train(tmp_path, device="gpu")


def test_a_fused_step_is_the_plain_step(tmp_path):
    """Fused Adam pairs memory by address, which only works where layouts agree."""
    network, _ = train(tmp_path, SETTINGS | {"steps": 5})
    plain = build_network(SETTINGS, (1, 32, 32), 3)
    objective = build_objective(SETTINGS)
    optimiser = torch.optim.Adam(plain.parameters(), 1e-3, foreach=False, fused=False)
    from latent_assays.models.objectives.objective import forward

    for step in range(1, 6):
        noise = np.random.default_rng([3, step])
        rows = noise.integers(40, size=8)
        images = torch.from_numpy(IMAGES[rows].transpose(0, 3, 1, 2) / np.float32(255))
        terms = objective.terms(forward(plain, images, noise))
        weights = objective.weights_at(step)
        optimiser.zero_grad()
        sum(weights[name] * term for name, term in terms.items()).backward()
        optimiser.step()
    for name, weight in plain.state_dict().items():
        torch.testing.assert_close(network.state_dict()[name], weight, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("part", "other"), [("encoder", "decoder"), ("decoder", "encoder")])
def test_a_second_phase_changes_one_part_and_starts_a_fresh_optimiser(tmp_path, part, other):
    network, _ = train(tmp_path / "first")
    before = copy.deepcopy(network)
    settings = SETTINGS | {"trainable": part, "learning_rate": 1e-4, "steps": 1}
    options = {"progress": False, "device": "cpu"}
    objective = build_objective(settings)
    fit(network, objective, IMAGES, settings, 3, tmp_path / "second", **options)
    kept, changed = (digest(getattr(network, name).state_dict()) for name in (other, part))
    assert kept == digest(getattr(before, other).state_dict())
    assert changed != digest(getattr(before, part).state_dict())
    largest = max(
        (new - old).detach().abs().max().item()
        for new, old in zip(network.parameters(), before.parameters(), strict=True)
    )
    assert largest == pytest.approx(1e-4, rel=1e-2)  # Adam's first step, without old moments


def test_a_second_phase_from_other_weights_does_not_resume(tmp_path, capsys):
    train(tmp_path)
    network = build_network(SETTINGS, (1, 32, 32), seed=8)
    options = {"progress": False, "device": "cpu"}
    result = fit(network, build_objective(SETTINGS), IMAGES, SETTINGS, 3, tmp_path, **options)
    assert result.resumed_from == 0
    assert "differs in starting weights" in capsys.readouterr().err


def test_pairs_need_factors_and_an_even_batch(tmp_path):
    settings = SETTINGS | {"objective": "slow-vae"}
    with pytest.raises(UserError, match="slow-vae needs a dataset with known factors"):
        train(tmp_path, settings)
    factors = {"factors": np.arange(40)[:, None], "factor_sizes": (40,), "factor_names": ("x",)}
    with pytest.raises(UserError, match="batch: 7 must be even"):
        train(tmp_path, settings | {"batch": 7}, **factors)


def test_unknown_unordered_factors_are_refused(tmp_path):
    settings = SETTINGS | {"objective": "slow-vae", "unordered_factors": ["form"]}
    factors = {"factors": np.arange(40)[:, None], "factor_sizes": (40,), "factor_names": ("x",)}
    with pytest.raises(UserError, match="unordered_factors: form is not among x"):
        train(tmp_path, settings, **factors)


OWN = """
from torch import nn
def build(latents, image_shape, stochastic):
    encoder = nn.Sequential(
        nn.Flatten(), nn.BatchNorm1d(1024), nn.Dropout(), nn.Linear(1024, 2 * latents)
    )
    encoder[3].bias.requires_grad_(False)
    decoder = nn.Sequential(
        nn.Linear(latents, 1024), nn.BatchNorm1d(1024), nn.Unflatten(1, image_shape)
    )
    return encoder, decoder
"""


@pytest.fixture
def own(tmp_path):
    (tmp_path / "net.py").write_text(OWN)
    return without_ignored(SETTINGS | {"network": "own", "file": str(tmp_path / "net.py")})


def test_what_has_no_weights_is_taken_as_it_is_but_not_trained(tmp_path):
    (tmp_path / "net.py").write_text(
        "def build(latents, image_shape, stochastic):\n"
        "    return lambda x: x.flatten(1)[:, :6], lambda z: z.sum(1).view(-1, 1, 1, 1).expand("
        "-1, *image_shape)\n"
    )
    settings = {"network": "own", "file": str(tmp_path / "net.py"), "steps": 0}
    settings = without_ignored(SETTINGS | settings)
    assert train(tmp_path / "run", settings)[1].history == []
    with pytest.raises(UserError, match="no weights to train: set steps to 0"):
        train(tmp_path / "run", settings | {"steps": 1})


def test_dropout_of_an_own_network_repeats_and_resumes(tmp_path, own):
    whole, _ = train(tmp_path / "a", own)
    with pytest.raises(Stop):
        train(tmp_path / "b", own, interrupted(after=15))
    resumed, result = train(tmp_path / "b", own)
    assert result.resumed_from == 10
    assert digest(resumed.state_dict()) == digest(whole.state_dict())


def test_what_the_user_froze_stays_frozen(tmp_path, own):
    before = build_network(own, (1, 32, 32), 3).encoder[3].bias
    network, _ = train(tmp_path / "run", own)
    assert torch.equal(network.encoder[3].bias, before)


def test_a_frozen_part_keeps_its_running_statistics(tmp_path, own):
    before = digest(build_network(own, (1, 32, 32), 3).decoder.state_dict())
    network, _ = train(tmp_path / "run", own | {"trainable": "encoder"})
    assert digest(network.decoder.state_dict()) == before


def test_an_edited_network_starts_anew(tmp_path, own, capsys):
    train(tmp_path / "run", own)
    (tmp_path / "net.py").write_text(OWN.replace("nn.Dropout()", "nn.Tanh()"))
    assert train(tmp_path / "run", own)[1].resumed_from == 0
    assert "differs in file" in capsys.readouterr().err


def test_a_wrong_part_is_one_sentence(tmp_path):
    with pytest.raises(UserError, match="trainable: 'head' must be one of both, encoder, decoder"):
        train(tmp_path, SETTINGS | {"trainable": "head"})


def test_what_was_half_written_is_swept_and_the_rest_kept(tmp_path):
    train(tmp_path)
    (tmp_path / f".{CHECKPOINT}.abc.part.safetensors").write_bytes(b"half")
    (tmp_path / "model.safetensors").write_bytes(b"kept")
    sweep_partials(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"model.safetensors", CHECKPOINT}


def test_in_a_terminal_there_is_a_bar(tmp_path, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    train(tmp_path, progress=True)
    bar = terminal.getvalue().splitlines()[-1]
    assert "100%" in bar
    assert "images/s" in bar
    assert "reconstruction" in bar


@pytest.mark.parametrize(
    ("hardware", "precision"), [((False, False), "float32"), ((True, False), "bfloat16")]
)
def test_auto_is_bfloat16_where_the_processor_multiplies_it(monkeypatch, hardware, precision):
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: hardware[0])
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: hardware[1])
    assert resolve_precision("auto", torch.device("cpu")) == getattr(torch, precision)
