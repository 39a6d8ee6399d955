"""Changes of what flows back from the loss, which leave every number that is told as it is."""

from __future__ import annotations

import math
from typing import Dict, Optional, Tuple

import torch
from torch import Tensor, nn

from ._scaling import _RunningScale


def _with_gradient(value: Tensor, factor: Tensor) -> Tensor:
    """The same value; what flows back through it is multiplied."""
    kept = value.detach()
    return kept + (value - kept) * factor


class _TargetRange:
    """Brings answers of two values, such as -1 and 1 or 0 and 255, to 0 and 1."""

    fewest = 8
    """Of fewer numbers two values may be chance, unless they are -1 and 1."""

    def __init__(self) -> None:
        self._range: Optional[Tuple[float, float]] = None

    def of(self, target: Tensor) -> Optional[Tensor]:
        """The targets as 0 and 1; None where they are not real numbers of two values, or are 0 and 1 already."""
        if not target.is_floating_point() or target.numel() < 2:
            return None
        if self._range is None:
            low, high = float(target.min()), float(target.max())
            is_range = (low, high) == (-1.0, 1.0) or (target.numel() >= self.fewest and math.isfinite(low) and math.isfinite(high) and low <= 0 and low < high and (low, high) != (0.0, 1.0))
            if not is_range or not bool(((target == low) | (target == high)).all()):
                return None
            self._range = low, high
        low, high = self._range
        return (target - low) / (high - low)


class _ClassWeights:
    """Weighs the classes of a classification by how rare they have been so far, so that all weigh the same together: what drawing rare ones more often does on average."""

    def __init__(self) -> None:
        self._counts: Dict[int, int] = {}

    def of(self, output: Tensor, target: Tensor) -> Optional[Tensor]:
        """Weights of the samples, of a shape that suits the output; None where a sample has more than one class."""
        if target.numel() == 0:
            return None
        if target.is_floating_point():
            if target.numel() != output.numel() or any(size != 1 for size in target.shape[1:]) or not bool((target == target.round()).all()):
                return None
            shape = tuple(output.shape)
        elif output.dim() == target.dim() + 1:
            shape = (target.shape[0], 1) + tuple(target.shape[1:])
        else:
            return None
        classes = [int(known) for known in target.detach().reshape(-1).tolist()]
        for known in classes:
            if known >= 0:
                self._counts[known] = self._counts.get(known, 0) + 1
        share = sum(self._counts.values()) / max(1, len(self._counts))
        return torch.tensor([share / self._counts[known] if known >= 0 else 1.0 for known in classes], device=output.device, dtype=output.dtype).reshape(shape)


class _TargetScale:
    """
    Lets a model answer on the scale of its targets, as if they had been brought to mean 0 and standard deviation 1 and its answers been turned back: the gradient is that of the scaled problem, and every loss stays
    in the program's own units.
    """

    def __init__(self, loss: Optional[nn.Module]) -> None:
        self._scale = _RunningScale()
        self._is_linear = isinstance(loss, (nn.L1Loss, nn.SmoothL1Loss, nn.HuberLoss))

    @property
    def is_known(self) -> bool:
        return self._scale.is_known

    def take(self, target: Tensor) -> None:
        self._scale.note(_rows(target))

    def scaled(self, target: Tensor) -> Tensor:
        """Targets as a model that answers on their scale is measured against."""
        known = self._scale.of(_rows(target))
        return target if known is None else ((_rows(target) - known[0]) / known[1]).reshape(target.shape)

    def turned_back(self, output: Tensor) -> Optional[Tensor]:
        """An output turned back. Nothing is learned before targets have been seen."""
        if not output.is_floating_point() or output.dim() == 0:
            return None
        known = self._scale.of(_rows(output))
        if known is None:
            return None if self.is_known else _with_gradient(output, torch.zeros(1, dtype=output.dtype, device=output.device))
        mean, divisor = known
        factor = 1 / divisor if self._is_linear else 1 / divisor.square()
        return _with_gradient((_rows(output) * divisor + mean).reshape(output.shape), factor.expand_as(_rows(output)).reshape(output.shape))


def _rows(values: Tensor) -> Tensor:
    return values.unsqueeze(1) if values.dim() == 1 else values


def _repaired(batch: Tensor) -> Optional[Tensor]:
    """
    A batch whose values that are not finite are the mean of their feature in it, and whose samples far beyond all others are brought back to where they end; None where there is nothing to repair. Samples cannot be left out on their way into
    a model, which answers every one.
    """
    if not batch.is_floating_point() or batch.dim() < 2 or batch.numel() == 0:
        return None
    with torch.no_grad():
        finite = torch.isfinite(batch)
        whole = bool(finite.all())
        result = batch
        if not whole:
            mean = torch.where(finite, batch, torch.zeros_like(batch)).sum(0, keepdim=True) / finite.sum(0, keepdim=True).clamp(min=1)
            result = torch.where(finite, batch, mean.to(batch.dtype).expand_as(batch))
        bound = 20 * float(result.reshape(len(result), -1).abs().amax(1).median()) if len(result) >= 4 else 0.0
        far = bound > 0 and float(result.abs().max()) > bound
        return None if whole and not far else result.clamp(-bound, bound) if far else result
