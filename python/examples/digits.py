"""Real data for the examples: 1,797 handwritten digits of 8 x 8 pixels, from data/sets/digits.csv.gz of this repository."""

from __future__ import annotations

import gzip
import pathlib
from typing import Iterator, Tuple

import torch
from torch import Tensor

_FILE = pathlib.Path(__file__).resolve().parents[2] / "data" / "sets" / "digits.csv.gz"
_VALIDATION_SHARE = 5


class Digits:
    """Digits split into a part to train on and a part to validate with, in random but repeatable order."""

    def __init__(self, seed: int = 1) -> None:
        with gzip.open(_FILE, "rt") as lines:
            rows = torch.tensor([[float(cell) for cell in line.split(",")] for line in lines])
        self._generator = torch.Generator().manual_seed(seed)
        rows = rows[torch.randperm(len(rows), generator=self._generator)]
        inputs, targets = (rows[:, :-1] - 8) / 8, rows[:, -1].long()
        count = len(rows) // _VALIDATION_SHARE
        self.validation = inputs[:count], targets[:count]
        self.training = inputs[count:], targets[count:]

    def batches(self, size: int = 64) -> Iterator[Tuple[Tensor, Tensor]]:
        """One epoch: all of the training part in a new order, in full batches."""
        inputs, targets = self.training
        order = torch.randperm(len(inputs), generator=self._generator)
        for start in range(0, len(order) - size + 1, size):
            chosen = order[start:start + size]
            yield inputs[chosen], targets[chosen]
