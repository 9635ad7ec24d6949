"""The latent response function h = encode o decode (eqs 6-7), under a memory bound."""

import inspect
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from latent_assays.errors import UserError

__all__ = ["BATCH", "Decode", "Encode", "counted", "intervention_responses", "respond"]

Encode = Callable[[np.ndarray], np.ndarray]
Decode = Callable[[np.ndarray], np.ndarray]

# Rows decoded at once. How many are best on a core depends on the network: against batches of 32,
# those of 64 made the response matrix of `conv` 1.2 times faster at 32 px and half the channels,
# 1.05 times at 64 px, and that of `pooled-conv` at 64 px 0.8 times. On a GPU, pass as many as its
# memory holds.
BATCH = 64


def respond(encode: Encode, decode: Decode, codes: np.ndarray, *, batch: int = BATCH) -> np.ndarray:
    """Latent responses h(z) = encode(decode(z)): the posterior means of what was decoded.

    Args:
        encode: images (B,...) -> posterior means (B,D).
        decode: codes (B,D) float32 -> images (B,...).
        codes: (N,D).
        batch: rows decoded at once; it bounds the memory and does not change the result.

    Returns:
        (N,D) float64.

    Raises:
        UserError: `encode` and `decode` are not functions of arrays, or the responses are not (B,D)
            finite numbers; the sentence says what to pass instead.
    """
    responses = np.empty(np.shape(codes))
    for start in range(0, len(codes), batch):
        chunk = slice(start, start + batch)
        responses[chunk] = _respond_at_once(encode, decode, codes[chunk])
    return responses


def intervention_responses(
    encode: Encode,
    decode: Decode,
    base: np.ndarray,
    replacement: np.ndarray,
    *,
    batch: int = BATCH,
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Responses to replacing each latent of each base code, one latent at a time.

    The P x D interventions run in full batches, so that few rows for each latent cost no more a
    row than many.

    Args:
        encode: see `respond`.
        decode: see `respond`.
        base: (P,D) codes z.
        replacement: (P,D); z_j is replaced by `replacement[:, j]`.
        batch: see `respond`.

    Yields:
        which pair (B,), which latent was replaced (B,), and h(z with z_j replaced) (B,D) float64.
    """
    pairs, latents = np.shape(base)
    for start in range(0, pairs * latents, batch):
        pair, latent = np.divmod(np.arange(start, min(start + batch, pairs * latents)), latents)
        codes = base[pair]
        codes[np.arange(len(pair)), latent] = replacement[pair, latent]
        yield pair, latent, _respond_at_once(encode, decode, codes)


@contextmanager
def counted(decode: Decode, rows: int, progress: bool) -> Iterator[Decode]:
    """`decode` with a bar on stderr, if that is a terminal and `progress`, over `rows` rows."""
    if not progress:
        yield decode
        return
    from tqdm import tqdm

    # None: only on a terminal, so that no log fills up.
    with tqdm(total=rows, unit="rows", unit_scale=True, disable=None, file=sys.stderr) as bar:

        def counting(codes: np.ndarray) -> np.ndarray:
            images = decode(codes)
            bar.update(len(codes))
            return images

        counting.__wrapped__ = decode
        yield counting


def _respond_at_once(encode: Encode, decode: Decode, codes: np.ndarray) -> np.ndarray:
    images = _call("decode", "codes", decode, np.asarray(codes, np.float32))
    if _is_far_outside_0_1(images):
        warnings.warn(
            "decode gives images far outside [0,1]: if they are logits, which encode was not"
            " trained on, pass lambda codes: 1 / (1 + numpy.exp(-decode(codes)))",
            stacklevel=1,  # one place, so that it is said once
        )
    responses = _means(_call("encode", "images", encode, images))
    if responses.shape != codes.shape:
        rows, latents = codes.shape
        hint = ""
        if responses.shape == (rows, 2 * latents):
            hint = f"; if means come first, pass lambda images: encode(images)[:, :{latents}]"
        raise UserError(
            f"encode(decode(codes)) gave {responses.shape} for codes {codes.shape}: "
            f"encode must return one posterior mean for each latent of each row{hint}"
        )
    if not np.isfinite(responses).all():
        raise UserError(
            "encode(decode(codes)) gave NaN or infinite means: check that the model was trained "
            "and that decode's images have the scale that encode expects"
        )
    return responses


def _call(name: str, given: str, function: Callable, inputs: Any) -> Any:
    """What a function returns; where it fails for what it is given, what to pass instead."""
    try:
        return function(inputs)
    except Exception as error:
        said = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        if isinstance(inputs, tuple):
            raise UserError(
                f"decode returned a tuple of {len(inputs)}, and encode fails on it ({said}): pass"
                " lambda codes: decode(codes)[0], or whichever part holds the images"
            ) from error
        function = inspect.unwrap(function)
        of_torch = hasattr(getattr(function, "__self__", function), "state_dict")
        is_type = isinstance(error, TypeError | AttributeError)
        if isinstance(inputs, np.ndarray) and is_type and (of_torch or "Tensor" in said):
            raise UserError(
                f"{name} fails on a NumPy array ({said}): if it takes tensors, pass lambda {given}:"
                f" {name}(torch.from_numpy({given})).detach().numpy()"
            ) from error
        raise


def _is_far_outside_0_1(images: Any) -> bool:
    """Whether images (B,C,H,W), not vectors, are neither of [0,1] nor of [-1,1]."""
    sides = getattr(images, "shape", ())[1:]
    if len(sides) != 3 or sum(side > 1 for side in sides) < 2 or not len(images):
        return False
    return bool(images.min() < -1.5 or images.max() > 2)


def _means(outputs: Any) -> np.ndarray:
    """What `encode` returned, in float64."""
    if isinstance(outputs, tuple | list) and any(getattr(part, "ndim", 0) > 1 for part in outputs):
        raise UserError(
            f"encode returned a {type(outputs).__name__} of {len(outputs)}, and posterior means"
            " alone are taken: pass lambda images: encode(images)[0], or whichever part holds them"
        )
    try:
        return np.asarray(outputs, np.float64)
    except Exception as error:
        recipe = "return posterior means (B,D) as an array"
        if hasattr(outputs, "detach"):
            recipe = "pass lambda images: encode(images).detach().cpu().float().numpy()"
        raise UserError(
            f"encode returned a {type(outputs).__name__} that is no array of numbers"
            f" ({str(error).partition(chr(10))[0]}): {recipe}"
        ) from error
