"""The training loop of every model."""

import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latent_assays import provenance
from latent_assays.errors import UserError
from latent_assays.imports import digests_of, module_of
from latent_assays.models.autoencoder import Autoencoder
from latent_assays.models.objectives.objective import Objective, forward, number
from latent_assays.models.registry import NETWORKS, OBJECTIVES
from latent_assays.models.weighting import explain_weights, weights_in_words
from latent_assays.training.adam import Adam
from latent_assays.training.batches import Gather
from latent_assays.training.checkpoint import (
    CHECKPOINT,
    digest,
    fingerprint,
    read_checkpoint,
    write_checkpoint,
)
from latent_assays.training.memory import keep_freed_memory
from latent_assays.training.precision import resolve_device, resolve_precision
from latent_assays.training.progress import Progress, say
from latent_assays.training.rows import UNORDERED, Draw, draw_pairs, draw_uniform

__all__ = ["Training", "fit"]

DIVERGED = 1000  # a loss of so many times the first reconstruction term

DECIDING = (
    "training/fit.py",
    "training/batches.py",
    "training/rows.py",
    "training/adam.py",
    "training/precision.py",
    "models/autoencoder.py",
    "models/layers/",
    "models/networks/",
    "models/objectives/",
)
"""Files and folders whose code decides the weights. What else a training imports only reads,
writes, checks and tells; of the rest of models/ come the starting weights, compared as such."""


@dataclass(frozen=True)
class Training:
    """What came of a training besides the weights, told by the session that finished it.

    Attributes:
        history: one row every `history_every` steps: `step`, each loss term before its weight,
            `total` (the weighted sum), `critic` (its loss) where there is one, and `seconds` since
            the start. Losses are means over the steps since the row before.
        seconds: of training, earlier sessions included.
        images_per_second: of the session; None where there was nothing to do.
        device: that it ran on.
        precision: in which the layers computed.
        resumed_from: step of the checkpoint that the session went on from; 0 for a fresh start.
        commit: of the code of the session, see `provenance.describe`.
        versions: of the session's libraries.
    """

    history: list[dict[str, float]]
    seconds: float
    images_per_second: float | None
    device: str
    precision: str
    resumed_from: int
    commit: str | None
    versions: dict[str, str]


def fit(
    network: Autoencoder,
    objective: Objective,
    images: np.ndarray,
    settings: Mapping[str, Any],
    seed: int,
    directory: str | Path,
    rows: np.ndarray | None = None,
    progress: bool = True,
    device: str = "auto",
    factors: np.ndarray | None = None,
    factor_sizes: Sequence[int] = (),
    factor_names: Sequence[str] = (),
    checkpoint_every: int = 1000,
    history_every: int = 100,
) -> Training:
    """Train `network` in place to minimise `objective` with Adam.

    Batches are drawn uniformly with replacement. All random numbers of a step come from
    (seed, step), PyTorch's own generator included, so on a CPU the same arguments give the same
    bits, and so does a training that was interrupted and called again. One that was finished is
    not repeated: its weights and its `Training` come from the last checkpoint, which holds no
    critic. A training is the same as long as the settings, the seed, every image, the rows, the
    factors where pairs are drawn by them, the starting weights, the version of PyTorch and the code
    that decides the weights are.

    Args:
        network: from `build_network`, or with weights to go on from.
        objective: from `build_objective`.
        images: (N,H,W,C) uint8, or float32 taken as it is; array or memory map.
        settings: flat settings; read here: `network` and `objective`, for the digests of their
            code, `learning_rate`, `batch`, `steps`, `precision`, `amsgrad`, `trainable` (`both`,
            `encoder` or `decoder`; the other part is frozen and stays so) and
            `unordered_factors` (names of the factors that never change within a pair).
        seed: of batches and noise.
        directory: where the checkpoint lies; a checkpoint of the same training is resumed. No
            other process may train there at the same time, see `alone`.
        rows: (M,) of the images to train on; None is all of them.
        progress: report on stderr.
        device: `auto`, `cpu` or `cuda`.
        factors: (N,K) classes, for objectives on pairs of images.
        factor_sizes: K class counts.
        factor_names: K names.
        checkpoint_every: steps between checkpoints.
        history_every: steps between rows of the history.

    Raises:
        UserError: a setting is not allowed, the loss diverged, or a checkpoint cannot be written.
    """
    torch.set_num_threads(1)
    keep_freed_memory()
    directory = Path(directory)
    steps = _whole(settings, "steps", least=0)
    batch = _whole(settings, "batch")
    where = resolve_device(device)
    precision = resolve_precision(settings.get("precision", "float32"), where)
    rows = np.arange(len(images)) if rows is None else np.asarray(rows)
    if not len(rows):
        raise UserError("the training set is empty: give at least one row")

    network.train().to(where, memory_format=torch.channels_last)
    objective.train().to(where)
    _freeze(network, settings)
    if steps == 0:
        return Training([], 0.0, None, str(where), _name(precision), 0, **provenance.describe())
    critic = objective.critic
    gather = Gather(images, where, channels_last=_convolves(network))
    draw, pairs_by = draw_uniform(rows), None
    if objective.paired:
        draw = _pairs(rows, factors, factor_sizes, factor_names, batch, settings)
        pairs_by = {
            "classes": fingerprint(factors),
            "sizes": [int(size) for size in factor_sizes],
            "names": list(map(str, factor_names)),
        }
    optimiser = Adam(
        _trainable(network),
        number(settings, "learning_rate", above=0),
        amsgrad=settings.get("amsgrad", False),
    )
    modules, optimisers = {"network": network}, {"optimiser": optimiser}
    if critic:
        critic_optimiser = Adam(
            critic.parameters(), objective.critic_learning_rate, betas=(0.5, 0.9)
        )
        modules["critic"], optimisers["critic_optimiser"] = critic, critic_optimiser
    identity = {
        "settings": dict(settings),
        "seed": seed,
        "images": fingerprint(images),
        "rows": fingerprint(rows),
        "factors": pairs_by,
        "file": network.code_digest,
        "starting weights": [digest(module.state_dict()) for module in modules.values()],
        "code": _code_of(settings),
        "torch version": torch.__version__,
    }
    found = read_checkpoint(directory, identity, modules | optimisers)
    if "training" in found:
        if progress:
            say(f"{directory / CHECKPOINT} holds this training's result: nothing is left to train")
        return Training(**found["training"])
    made = provenance.describe()
    first, history = found.get("step", 0), found.get("history", [])
    kept = first
    seconds_before = history[-1]["seconds"] if history else 0.0
    if progress:
        say(weights_in_words(explain_weights(objective, network)))
    if first:
        say(f"resuming from step {first} of {steps}")

    bar = Progress(steps, first, batch, progress)
    sums: dict[str, Any] = defaultdict(float)
    summed = 0
    started = time.perf_counter()
    for step in range(first + 1, steps + 1):
        noise = np.random.default_rng([seed, step])
        _seed_generators(seed * 2**32 + step, where)
        images_of_step = gather(draw(noise, batch))
        weights = objective.weights_at(step)

        with torch.autocast(where.type, torch.bfloat16, enabled=precision == torch.bfloat16):
            passed = forward(network, images_of_step, noise)
        terms = objective.terms(passed)
        total = sum(weights[name] * term for name, term in terms.items())
        optimiser.zero_grad()
        total.backward()
        optimiser.step()
        losses = {**terms, "total": total}
        if critic:
            losses["critic"] = objective.critic_loss(passed)
            critic_optimiser.zero_grad()
            losses["critic"].backward()
            critic_optimiser.step()

        for name, loss in losses.items():
            sums[name] += loss.detach()
        summed += 1
        limit = math.inf
        if history:
            limit = DIVERGED * objective.weights["reconstruction"] * history[0]["reconstruction"]
        row_is_due = step % history_every == 0 or step % checkpoint_every == 0 or step == steps
        if row_is_due or where.type == "cpu":
            _stop_if_diverged(step, terms, total, limit, directory, kept)
        if row_is_due:
            means = {name: float(value) / summed for name, value in sums.items()}
            seconds = seconds_before + time.perf_counter() - started
            history.append({"step": step, **means, "seconds": seconds})
            bar.update(step, means)
            sums.clear()
            summed = 0
        if step % checkpoint_every == 0 or step == steps:
            _stop_if_not_finite(step, network, directory, kept)
        if step % checkpoint_every == 0 and step < steps:
            reached = {"step": step, "history": history}
            write_checkpoint(directory, identity, modules | optimisers, reached)
            kept = step
    bar.close()

    seconds = time.perf_counter() - started
    training = Training(
        history=history,
        seconds=seconds_before + seconds,
        images_per_second=(steps - first) * batch / seconds,
        device=str(where),
        precision=_name(precision),
        resumed_from=first,
        **made,
    )
    write_checkpoint(directory, identity, {"network": network}, {"training": asdict(training)})
    return training


def _seed_generators(seed: int, where: torch.device) -> None:
    """Seed PyTorch's generators of the devices in use.

    On a CPU `torch.manual_seed` also keeps the call stack for a GPU that is not there, which takes
    longer than a step of a small network.
    """
    if where.type == "cpu":
        torch.default_generator.manual_seed(seed)
    else:
        torch.manual_seed(seed)


def _convolves(network: Autoencoder) -> bool:
    return any(weight.dim() == 4 for weight in network.parameters())


def _name(precision: torch.dtype) -> str:
    return str(precision).removeprefix("torch.")


def _whole(settings: Mapping[str, Any], key: str, least: int = 1) -> int:
    value = number(settings, key, above=least - 1)
    if value != int(value):
        raise UserError(f"{key}: {value!r} must be a whole number from {least}")
    return int(value)


def _freeze(network: Autoencoder, settings: Mapping[str, Any]) -> None:
    """Keep what `trainable` leaves out as it is, running statistics included."""
    others = {"both": [], "encoder": [network.decoder], "decoder": [network.encoder]}
    choice = settings.get("trainable", "both")
    if choice not in others:
        raise UserError(f"trainable: {choice!r} must be one of {', '.join(others)}")
    for part in others[choice]:
        part.requires_grad_(False).eval()


def _trainable(network: Autoencoder) -> list[torch.nn.Parameter]:
    found = [parameter for parameter in network.parameters() if parameter.requires_grad]
    if not found:
        raise UserError("the network has no weights to train: set steps to 0 to use it as it is")
    return found


def _pairs(
    rows: np.ndarray,
    factors: np.ndarray | None,
    sizes: Sequence[int],
    names: Sequence[str],
    batch: int,
    settings: Mapping[str, Any],
) -> Draw:
    if factors is None or not len(sizes):
        raise UserError(f"objective: {settings['objective']} needs a dataset with known factors")
    if batch % 2:
        raise UserError(f"batch: {batch} must be even for pairs of images")
    unordered = settings.get("unordered_factors", UNORDERED & set(names))
    if unknown := set(unordered) - set(names):
        raise UserError(
            f"unordered_factors: {', '.join(sorted(unknown))} is not among {', '.join(names)}"
        )
    fixed = [k for k, name in enumerate(names) if name in unordered]
    return draw_pairs(rows, factors, sizes, fixed)


def _code_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """Digests of the code that decides the weights."""
    parts = (NETWORKS[settings["network"]], OBJECTIVES[settings["objective"]])
    found = digests_of(["training.fit", *map(module_of, parts)])
    return {file: value for file, value in found.items() if file.startswith(DECIDING)}


def _stop_if_diverged(
    step: int,
    terms: Mapping[str, torch.Tensor],
    total: torch.Tensor,
    limit: float,
    directory: Path,
    kept: int,
) -> None:
    value = total.item()
    if not math.isfinite(value) or value > limit:
        losses = ", ".join(f"{name} {term.item():g}" for name, term in terms.items())
        raise _diverged(step, losses, directory, kept)


def _stop_if_not_finite(step: int, network: Autoencoder, directory: Path, kept: int) -> None:
    if not all(parameter.isfinite().all() for parameter in network.parameters()):
        raise _diverged(step, "the loss is finite but weights are not", directory, kept)


def _diverged(step: int, what: str, directory: Path, kept: int) -> UserError:
    checkpoint = f"is that of step {kept} in {directory / CHECKPOINT}" if kept else "does not exist"
    return UserError(
        f"training diverged at step {step} ({what}); the last good checkpoint {checkpoint}; "
        "lower learning_rate or the objective's weights"
    )
