"""Batches: rows of an image set, gathered as bytes and turned to floats in one pass."""

import numpy as np
import torch
from torch import Tensor

__all__ = ["Gather"]


class Gather:
    """Rows of images as float tensors (B,C,H,W).

    On a GPU whose free memory holds the set at least twice, the bytes live there.

    Args:
        images: (N,H,W,C) uint8, array or memory map; float arrays are handed out as they are.
        device: where the batches go.
        channels_last: in this memory layout, which convolutions are fast with; else contiguous,
            which dense layers and their outputs are.
    """

    def __init__(
        self,
        images: np.ndarray,
        device: torch.device | str = "cpu",
        channels_last: bool = True,
    ) -> None:
        self.images = images
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        self.device = torch.device(device)
        self.resident = None
        if self.device.type == "cuda" and 2 * images.nbytes < torch.cuda.mem_get_info(device)[0]:
            self.resident = torch.tensor(images, device=device)

    def __call__(self, rows: np.ndarray) -> Tensor:
        """The images of rows (B,), as (B,C,H,W) float32 in [0,1]."""
        if self.resident is not None:
            batch = self.resident[torch.from_numpy(rows).to(self.device)]
        else:
            batch = torch.from_numpy(self.images[rows]).to(self.device)
        batch = batch.permute(0, 3, 1, 2).contiguous(memory_format=self.layout)
        if batch.dtype != torch.uint8:
            return batch.to(torch.float32)
        return batch / 255
