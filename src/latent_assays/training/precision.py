"""Where a training runs and in which number format, from `auto` to a fixed answer."""

import torch

from latent_assays.errors import UserError

__all__ = ["resolve_device", "resolve_precision"]

PRECISIONS = ("float32", "bfloat16", "auto")


def resolve_device(device: str) -> torch.device:
    """The device of `auto`: a CUDA GPU where there is one, else the CPU.

    Raises:
        UserError: the device does not exist on this machine.
    """
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        torch.empty(0, device=device)
        return torch.device(device)
    except (RuntimeError, AssertionError):
        raise UserError(
            f"device: {device!r} is not on this machine; choose auto, cpu or cuda"
        ) from None


def resolve_precision(precision: str, device: torch.device) -> torch.dtype:
    """The format in which layers compute; weights and losses are float32 in any case.

    `auto` is bfloat16 where the hardware multiplies it (GPUs since Ampere, CPUs with AVX512-BF16
    or AMX), else float32. So `auto` makes results depend on the machine.

    Raises:
        UserError: it is not one of `float32`, `bfloat16`, `auto`.
    """
    if precision not in PRECISIONS:
        raise UserError(f"precision: {precision!r} must be one of {', '.join(PRECISIONS)}")
    if precision == "auto":
        if device.type == "cuda":
            fast = torch.cuda.is_bf16_supported(including_emulation=False)
        else:
            fast = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
        precision = "bfloat16" if fast else "float32"
    return getattr(torch, precision)
