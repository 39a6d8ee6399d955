"""What a linear map of the inputs would answer."""

from __future__ import annotations

from typing import Any, Optional, Set, Tuple

import torch
from torch import Tensor

from ._tables import (
    _LINEAR_FIT_DENSE, _LINEAR_FIT_MOST_FEATURES, _LINEAR_FIT_MOST_ROWS, _LINEAR_FIT_MOST_TARGETS, _LINEAR_FIT_PERIOD, _LINEAR_FIT_RIDGE, _LINEAR_FIT_ROWS_PER_FEATURE)
from ._tensors import _tensors
from ._typing import Observer


class _LinearFit:
    """Fits a linear map to the batches before the present one by ridge regression, and tells how far it is off there: an answer that a network should not stay behind. See ``LinearFit.cs``."""

    def __init__(self) -> None:
        self.suits = True
        """Whether the loss may be a mean of squares."""
        self._rows: Set[Tuple[float, float]] = set()
        self._inputs: Optional[Tensor] = None
        self._products: Optional[Tensor] = None
        self._answers: Optional[Tensor] = None
        self._error: Optional[float] = None
        self._calls = self._looked = self._samples = 0

    def add_call(self, inputs: Any) -> None:
        """Takes a call of the model, of which there may be one in a step: of several nobody knows whose targets they are."""
        self._calls += 1
        if self._calls > 1:
            self._inputs = None
            return
        wants = self.suits and (self._looked < _LINEAR_FIT_DENSE or self._looked % _LINEAR_FIT_PERIOD == 0)
        self._looked += 1
        if not wants:
            return
        given = list(_tensors(inputs))
        if len(given) != 1 or not self._suits(given[0]) or given[0].dim() < 2 or not 0 < given[0].numel() // given[0].shape[0] <= _LINEAR_FIT_MOST_FEATURES:
            return
        self._samples = given[0].shape[0]
        rows = self._told(given[0])
        self._inputs = torch.cat([rows, rows.new_ones(rows.shape[0], 1)], 1)

    def add_target(self, target: Tensor) -> None:
        """Takes what the outputs are compared with. The first of a step counts."""
        # Classes are no numbers, in this step and in all that follow.
        self.suits = self.suits and target.is_floating_point()
        inputs = self._inputs
        if inputs is None or not self._suits(target) or target.shape[0] != self._samples:
            return
        # An input that is to be given back is known to a linear map, and is no measure of a network that must squeeze it.
        width = target.numel() // self._samples
        if not 0 < width <= _LINEAR_FIT_MOST_TARGETS or (width > 1 and width == inputs.shape[1] - 1):
            return
        answers = self._told(target)
        if not bool(inputs.isfinite().all()) or not bool(answers.isfinite().all()):
            return
        self._inputs = None
        if self._products is None or self._answers is None:
            self._count(inputs)
            self._products, self._answers = inputs.t() @ inputs, inputs.t() @ answers
            return
        if self._products.shape[0] != inputs.shape[1] or self._answers.shape[1] != width:
            return
        if len(self._rows) >= _LINEAR_FIT_ROWS_PER_FEATURE * inputs.shape[1]:
            held = torch.diag(self._products.diagonal() * _LINEAR_FIT_RIDGE + 1e-300)
            self._error = float((inputs @ torch.linalg.solve(self._products + held, self._answers) - answers).square().mean())
        else:
            self._count(inputs)
        self._products += inputs.t() @ inputs
        self._answers += inputs.t() @ answers

    def report(self, observe: Observer) -> None:
        """Tells what was measured of the step."""
        if self._error is not None and self._calls == 1 and abs(self._error) < float("inf"):
            observe("linear_fit_error", "", self._error)

    def end_step(self) -> None:
        """Lets go of the step."""
        if self._calls:
            self._inputs, self._error, self._calls = None, None, 0

    @staticmethod
    def _suits(given: Tensor) -> bool:
        return given.is_floating_point() and given.layout is torch.strided and given.device.type != "meta" and given.dim() > 0 and given.shape[0] > 1

    @staticmethod
    def _told(batch: Tensor) -> Tensor:
        return batch.detach()[:_LINEAR_FIT_MOST_ROWS].reshape(min(_LINEAR_FIT_MOST_ROWS, batch.shape[0]), -1).to("cpu", torch.float64)

    def _count(self, inputs: Tensor) -> None:
        """Counts rows that differ: the same few again and again are learnt by heart."""
        weights = torch.arange(1, inputs.shape[1] + 1, dtype=torch.float64).sqrt()
        self._rows.update(zip((inputs @ weights).tolist(), (inputs.square() @ weights).tolist()))
