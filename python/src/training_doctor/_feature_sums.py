"""What outputs come to, from sums over the samples of a batch, and which of their units are at a bound."""

from __future__ import annotations

import math
from typing import NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from ._statistics import _Scratch, _scratch, _widened


class _FeatureSums(NamedTuple):
    """
    Outputs of one shape, at each element of which is looked as few times as can be: powers of what lies between it and the mean of its feature are summed over the samples, and all else is made of these sums,
    which are as many times fewer as there are samples. Each has a row for each output.
    """

    samples: int
    means: Tensor
    """Of the shape (outputs, features), as the next four."""
    squares: Tensor
    cubes: Tensor
    least: Tensor
    most: Tensor
    balance: Tensor
    """How many more elements are above 0 than below, of the shape (outputs)."""
    filled: Tensor
    """How many elements are not 0, of the shape (outputs)."""

    @staticmethod
    def suit(table: Tensor) -> bool:
        """Whether outputs can be looked at like this."""
        return table.device.type == "cpu" and table.dtype in (torch.float32, torch.float64) and table.shape[1] <= _Scratch.MOST

    @classmethod
    def of(cls, table: Tensor, samples: int) -> "_FeatureSums":
        """Looks at outputs.

        :param table: An output in each row.
        :param samples: How many samples each has.
        """
        outputs, size = table.shape
        with torch.inference_mode(False):
            means, squares, cubes = torch.empty((3, outputs, size // samples), dtype=torch.float64).unbind(0)
            least, most = torch.empty((2, outputs, size // samples), dtype=table.dtype).unbind(0)
            # Whole numbers: single precision holds them.
            balance, filled = torch.empty((2, outputs), dtype=table.dtype).unbind(0)
        count = max(1, _Scratch.most() // size)
        for start in range(0, outputs, count):
            part = slice(start, start + count)
            flat = table[part]
            rows = flat.reshape(-1, samples, size // samples)
            torch.amin(rows, 1, out=least[part])
            torch.amax(rows, 1, out=most[part])
            signs = torch.sign(flat, out=_scratch(1, flat))
            torch.sum(signs, 1, out=balance[part])
            torch.sum(signs.abs_(), 1, out=filled[part])
            wide = _widened(rows, 2)
            middle = torch.sum(wide, 1, out=means[part]).div_(samples)
            away = torch.sub(wide, middle.unsqueeze(1), out=_scratch(2, wide))
            powers = torch.mul(away, away, out=_scratch(0, away))
            torch.sum(powers, 1, out=squares[part])
            torch.sum(powers.mul_(away), 1, out=cubes[part])
        return cls(samples, means, squares, cubes, least, most, balance, filled)

    def numbers(self, places: int) -> Optional[Tensor]:
        """
        The numbers that ``_Statistics`` are made of, and how far the features vary over the samples, NaN for a single one: a row for each output. None where an element is not finite.

        :param places: For their variation so many features are looked at, at most, evenly spread.
        """
        mean = self.means.mean(1)
        # A mean is finite only where every number is.
        if not math.isfinite(float(mean.sum())):
            return None
        count = self.samples * self.means.shape[1]
        away = self.means - mean.unsqueeze(1)
        powers = away * away
        squares = self.squares.sum(1).add_(powers.sum(1), alpha=self.samples)
        cubes = self.cubes.sum(1).add_(powers.mul_(self.samples).add_(self.squares, alpha=3).mul_(away).sum(1))
        if self.samples > 1:
            variation = (self.squares[:, ::-(-self.squares.shape[1] // places)] / self.samples).sqrt_().mean(1)
        else:
            variation = torch.full_like(mean, math.nan)
        nothing = torch.zeros_like(mean)
        return torch.stack([
            nothing + count, mean, squares, cubes, self.least.amin(1).double(), self.most.amax(1).double(), (count - self.filled).double(), (self.filled - self.balance).double() / 2, nothing, variation], 1)

    def magnitudes(self) -> Tensor:
        """How far from 0 each feature comes, of the shape (outputs, features)."""
        return torch.maximum(self.least.neg(), self.most)


def _free(planes: Tensor, bounds: Tensor) -> Tuple[Tensor, Tensor]:
    """For each output which units were not at a bound, and how many elements were not.

    :param planes: Outputs of the shape (outputs, samples, units, inner).
    :param bounds: As ``_bounds_of`` tells them.
    """
    # The way to the nearer bound, told by its sign: comparing is slower by far than counting with numbers.
    wide = planes if planes.dtype in (torch.float32, torch.float64) else planes.float()
    room = torch.sub(wide, bounds[0], out=_scratch(0, wide))
    room = torch.minimum(room, torch.sub(bounds[1], wide, out=_scratch(1, wide)), out=room).clamp_(min=0).sign_()
    return room.amax((1, 3)) != 0, room.sum((1, 2, 3))
