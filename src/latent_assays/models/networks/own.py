"""A network of the user's own, from Python code that builds its encoder and decoder."""

import hashlib
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from latent_assays.errors import UserError
from latent_assays.models import ABOUT_WEIGHTS
from latent_assays.models.autoencoder import PAIR, Autoencoder, latents_of

__all__ = ["own"]

TRIED = 16  # images and codes that are passed through what was built
WEIGHTS = (".pt", ".pth", ".ckpt", ".safetensors")
BOUNDED = (nn.Sigmoid, nn.Hardsigmoid, nn.Softmax, nn.Softmax2d, nn.Tanh, nn.Hardtanh)
Anything = TypeVar("Anything")


def own(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], stochastic: bool
) -> Autoencoder:
    """Build the network of `settings["file"]`: a Python file that defines

        def build(latents, image_shape, stochastic):
            return encoder, decoder

    or the import path of such a function, `package.module:build`, if more than one file is needed.
    `encoder` maps images (B,C,H,W) in [0,1] to means (B,D); if `stochastic`, to means and logs of
    the standard deviations, as (B,2D) or as a tuple of two (B,D). `decoder` maps codes (B,D) to
    logits (B,C,H,W). Each is a torch module, or any function of tensors where nothing is to be
    trained.

    Args:
        settings: `file`, `latents` D, and `log_variance`: the encoder gives logs of variances, not
            of standard deviations.
        image_shape: (C,H,W).
        stochastic: whether the encoder describes a posterior std.

    Raises:
        UserError: the code is missing, does not run, or builds something else.
    """
    name = settings.get("file", "")
    latents = latents_of(settings)
    build = _run(name, lambda: _function(name))
    parts = _run(name, lambda: build(latents, image_shape, stochastic))
    if not (isinstance(parts, PAIR) and len(parts) == 2 and all(map(_is_function, parts))):
        raise UserError(
            f"file: {name}: build must return (encoder, decoder), torch modules or functions,"
            f" not {_what(parts)}"
        )
    encoder, decoder = (part if isinstance(part, nn.Module) else _Function(part) for part in parts)
    network = Autoencoder(
        encoder, decoder, settings, image_shape, stochastic, settings.get("log_variance", False)
    )
    network.eval()
    _check_encoder(network, name)
    _check_decoder(network, name)
    network.train()
    network.code_digest = hashlib.sha256(_file_of(name).read_bytes()).hexdigest()
    return network


class _Function(nn.Module):
    """A function as a module without weights."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, inputs: Tensor) -> Tensor:
        return self.function(inputs)


def _is_function(part: Any) -> bool:
    return callable(part) and not isinstance(part, type)


def _function(name: str) -> Callable:
    path = Path(name)
    if path.suffix in WEIGHTS:
        raise UserError(
            f"file: {name} holds weights, and here goes the Python file that builds their network:"
            f" name them under weights ({ABOUT_WEIGHTS})"
        )
    if path.is_file():
        module, attribute = _run_file(path), "build"
    else:
        dotted, separator, attribute = name.partition(":")
        if not separator:
            raise UserError(
                f"file: {name!r} does not exist; network `own` needs a Python file, "
                "or an import path such as package.module:build"
            )
        module = importlib.import_module(dotted)
    found = getattr(module, attribute, None)
    if not _is_function(found):
        lack = f"defines no {attribute}" if found is None else f"has {_what(found)} as {attribute}"
        raise UserError(
            f"file: {name} {lack}: it needs a function {attribute}(latents, image_shape,"
            " stochastic), which returns (encoder, decoder)"
        )
    return found


def _file_of(name: str) -> Path:
    """The file that the setting `file` means, itself or by its import path."""
    path = Path(name)
    if path.is_file():
        return path
    return Path(importlib.util.find_spec(name.partition(":")[0]).origin)


def _run_file(path: Path) -> ModuleType:
    if path.suffix != ".py":
        raise UserError(f"file: {path} must end in .py")
    spec = importlib.util.spec_from_file_location("own_network", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


def _run(name: str, what: Callable[[], Anything], doing: str = "") -> Anything:
    """What the user's code returns, or one sentence that names the line where it fails."""
    try:
        return what()
    except UserError:
        raise
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        if isinstance(error, SystemExit):
            said = f'it exits ({said}): put what a script does under if __name__ == "__main__"'
        if isinstance(error, ModuleNotFoundError):
            said += "; what lies beside the file is found if PYTHONPATH names its folder"
        raise UserError(f"file: {name}{_line_of(name, error)}: {doing}{said}") from error


def _line_of(name: str, error: BaseException) -> str:
    """The deepest line of the user's file that an error passed through."""
    try:
        path = _file_of(name).resolve()
    except (ImportError, AttributeError, ValueError):
        return ""
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno))
    lines = [line for filename, line in places if Path(filename).resolve() == path]
    return f", line {lines[-1]}" if lines else ""


def _check_encoder(network: Autoencoder, name: str) -> None:
    """Pass images through, since wrong shapes may broadcast in a loss without a word."""
    images = torch.rand(TRIED, *network.image_shape, generator=torch.Generator().manual_seed(0))
    first, again = (_passed(network.encoder, "encoder", images, name) for _ in range(2))
    means = (TRIED, network.latents)
    if isinstance(first, PAIR):
        shapes = [tuple(getattr(part, "shape", ())) for part in first]
        if not network.stochastic:
            raise UserError(
                f"file: {name}: the encoder returns {_what(first)}, and the objective takes means"
                f" {means} alone: return them alone"
            )
        if shapes != [means, means]:
            raise UserError(
                f"file: {name}: the encoder returns {_what(first)}, and two tensors {means} are"
                " taken, means and logs of std (of variances with log_variance: true): leave out"
                " anything else, such as a sample, which is drawn later"
            )
        first, again = (torch.cat(tuple(part), dim=1) for part in (first, again))
    wanted = (TRIED, network.latents * (2 if network.stochastic else 1))
    hint = ""
    if getattr(first, "shape", ()) == means:
        hint = ": the objective needs a std, so return (means, logs of std), or choose objective ae"
    elif not network.stochastic and getattr(first, "shape", ()) == (TRIED, 2 * network.latents):
        hint = ": the objective takes means alone, so return the first half"
    _check_outputs("encoder", images, first, wanted, name, hint)
    if not torch.allclose(first, again, rtol=1e-2, atol=1e-2):
        raise UserError(
            f"file: {name}: the encoder gives the same images other numbers each time: return the"
            " posterior's means and logs of std, and no sample of it"
        )


def _check_decoder(network: Autoencoder, name: str) -> None:
    codes = torch.randn(TRIED, network.latents, generator=torch.Generator().manual_seed(0))
    logits = _passed(network.decoder, "decoder", codes, name)
    _check_outputs("decoder", codes, logits, (TRIED, *network.image_shape), name)
    if network.likelihood != "bernoulli":
        return
    last = network.decoder
    while isinstance(last, nn.Sequential) and len(last):
        last = last[-1]
    low, high = logits.min(), logits.max()
    if isinstance(last, BOUNDED) or 0 <= low < high <= 1:
        why = f"ends in {type(last).__name__}" if isinstance(last, BOUNDED) else "lies in [0, 1]"
        raise UserError(
            f"file: {name}: what the decoder returns {why}, and with likelihood bernoulli it must"
            " be logits, which get their sigmoid later: leave it out, or set likelihood: gaussian"
        )


def _passed(part: nn.Module, which: str, inputs: Tensor, name: str) -> Any:
    with torch.no_grad():
        return _run(name, lambda: part(inputs), f"the {which} fails on {tuple(inputs.shape)}: ")


def _check_outputs(
    which: str, inputs: Tensor, found: Any, wanted: tuple[int, ...], name: str, hint: str = ""
) -> None:
    if not isinstance(found, Tensor):
        raise UserError(f"file: {name}: the {which} returns {_what(found)}, not a tensor {wanted}")
    if found.shape != wanted:
        raise UserError(
            f"file: {name}: the {which} turns {tuple(inputs.shape)} into {tuple(found.shape)}, "
            f"not {wanted}{hint}"
        )
    if not found.isfinite().all():
        raise UserError(f"file: {name}: the {which} gives NaN or infinite numbers")


def _what(found: Any) -> str:
    name = type(found).__name__
    if isinstance(found, type):
        return f"class {found.__name__}"
    if isinstance(found, PAIR):
        parts = [
            str(tuple(part.shape)) if isinstance(part, Tensor) else type(part).__name__
            for part in found
        ]
        return f"a {name} of {' and '.join(parts)}"
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
