"""Scaling of inputs by what was seen of them so far."""

from __future__ import annotations

from typing import Optional, Tuple

import torch
from torch import Tensor

from ._tables import _RUNNING_SCALE_LEAST_SHARE, _RUNNING_SCALE_MOST_BATCHES


class _RunningScale:
    """Brings every feature to mean 0 and standard deviation 1 of the training samples seen so far (Welford 1962, in the form of Chan et al. 1983 for batches). After 200 batches the scale stays."""


    def __init__(self) -> None:
        self._mean: Optional[Tensor] = None
        self._squares: Optional[Tensor] = None
        self._samples = self._batches = 0

    def apply(self, batch: Tensor, is_training: bool) -> Optional[Tensor]:
        """Scales a batch; None where it has no scale: whole numbers, or samples of another shape than those before."""
        if not batch.is_floating_point() or batch.dim() < 2 or len(batch) == 0:
            return None
        if is_training or not self.is_known:
            self.note(batch)
        known = self.of(batch)
        return None if known is None else (batch - known[0]) / known[1]

    @property
    def is_known(self) -> bool:
        return self._mean is not None

    def note(self, batch: Tensor) -> None:
        """Takes a batch."""
        if self._batches < _RUNNING_SCALE_MOST_BATCHES and batch.is_floating_point() and batch.dim() >= 2 and len(batch) > 0 and (self._mean is None or self._mean.shape[1:] == batch.shape[1:]):
            with torch.no_grad():
                self._take(batch.detach().double())

    def of(self, batch: Tensor) -> Optional[Tuple[Tensor, Tensor]]:
        """What a batch is to be shifted and divided by; None where nothing is known yet, or its samples have another shape."""
        if self._mean is None or self._squares is None or self._mean.shape[1:] != batch.shape[1:]:
            return None
        deviation = (self._squares / self._samples).sqrt()
        return self._mean.to(batch), torch.maximum(deviation, torch.clamp(deviation.max() * _RUNNING_SCALE_LEAST_SHARE, min=1e-15)).to(batch)

    def _take(self, values: Tensor) -> None:
        if not bool(torch.isfinite(values).all()):
            return
        count = len(values)
        mean = values.mean(0, keepdim=True)
        squares = (values - mean).square().sum(0, keepdim=True)
        if self._mean is not None and self._squares is not None:
            total = self._samples + count
            way = mean - self._mean
            squares = squares + self._squares + way.square() * (self._samples * count / total)
            mean = self._mean + way * (count / total)
        self._mean, self._squares = mean, squares
        self._samples += count
        self._batches += 1
