"""Outputs, targets and inputs of an evaluation, laid beside those of training."""

from __future__ import annotations

import math
from typing import List, Optional, Sequence, Tuple

import torch
from torch import Tensor

from ._classes import _ClassComparison
from ._sequences import _form_of_evaluation
from ._statistics import _can_measure, _widen
from ._tables import (
    _FEATURE_MOMENTS_MOST_FEATURES, _VALIDATION_COMPARISON_FEWEST_TRAINED, _VALIDATION_COMPARISON_FEWEST_VALIDATED,
    _VALIDATION_COMPARISON_MOST_BATCHES, _VALIDATION_COMPARISON_MOST_FORMS)


class _FeatureMoments:
    """Mean and variance of every feature over the rows of many batches. Of rows with many features, the channels alone."""


    def __init__(self) -> None:
        self.batches = self.rows = 0
        self._sums: Optional[Tensor] = None
        self._squares: Optional[Tensor] = None

    @property
    def width(self) -> int:
        return 0 if self._sums is None else self._sums.numel()

    def mean(self) -> Tensor:
        assert self._sums is not None
        return self._sums / self.rows

    def variance(self) -> Tensor:
        assert self._squares is not None
        mean = self.mean()
        return (self._squares / self.rows - mean * mean).clamp(min=0)

    def add(self, batch: Tensor, batches: int = 1) -> None:
        """Takes a batch, or several of one shape in one; one of another width than the first is left out."""
        rows = _widen(batch.detach()).reshape(batch.shape[0], -1)
        if rows.shape[1] > _FEATURE_MOMENTS_MOST_FEATURES:
            rows = rows.reshape(batch.shape[0], batch.shape[1], -1).mean(2) if batch.dim() > 2 and batch.shape[1] <= _FEATURE_MOMENTS_MOST_FEATURES else rows.mean(1, keepdim=True)
        if self._sums is None or self._squares is None:
            self._sums, self._squares = rows.sum(0), (rows * rows).sum(0)
        elif rows.shape[1] == self.width and rows.device == self._sums.device:
            self._sums += rows.sum(0)
            self._squares += (rows * rows).sum(0)
        else:
            return
        self.batches += batches
        self.rows += rows.shape[0]


class _ValidationComparison:
    """Compares what is fed in for a validation with what is fed in for training, feature by feature."""

    _MOST_WAITING = 16

    def __init__(self) -> None:
        self._trained, self._trained_targets = _FeatureMoments(), _FeatureMoments()
        self._validated, self._validated_targets = _FeatureMoments(), _FeatureMoments()
        self._waiting: List[Tensor] = []
        self._answers = [0.0] * 6
        self._passes = 0
        self.classes = _ClassComparison()
        self._form: Optional[int] = None
        self._compares_targets = False

    def add_training(self, batch: Tensor, kept: Optional[Tensor]) -> None:
        """Takes the inputs of a step, and a copy of small ones. Those are looked at later, several together."""
        if kept is None:
            self._add(self._trained, batch)
        elif self._trained.batches + len(self._waiting) < _VALIDATION_COMPARISON_MOST_BATCHES and kept.dim() > 0 and _can_measure(kept):
            if self._waiting and (self._waiting[0].shape[1:] != kept.shape[1:] or self._waiting[0].dtype != kept.dtype):
                self._look()
            self._waiting.append(kept)
            if len(self._waiting) >= self._MOST_WAITING:
                self._look()

    def _look(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._trained.add(torch.cat(waiting), len(waiting))

    def add_training_target(self, target: Tensor) -> None:
        self._add(self._trained_targets, target)

    def add_training_classes(self, output: Sequence[int], target: Tensor, kept: Optional[Tensor]) -> None:
        self.classes.add_training(output, target, kept)

    def add_evaluation_output(self, output: Tensor) -> None:
        """Takes the output of an evaluation, where no loss is seen to compare it."""
        if not self._compares_targets:
            self._note_form(output)

    def add_evaluation(self, batch: Tensor) -> None:
        self._passes += 1
        self._add(self._validated, batch)

    def add_evaluation_target(self, output: Tensor, target: Tensor) -> None:
        self._add(self._validated_targets, target)
        # What the loss is given says more than what the model gave before.
        self._form = self._form if self._compares_targets else None
        self._compares_targets = True
        self._note_form(output)
        self.classes.add_evaluation(output, target)
        if output.is_floating_point() and target.is_floating_point() and 0 < output.numel() == target.numel() <= 1 << 20:
            x, y = output.detach().cpu().double().reshape(-1), target.detach().cpu().double().reshape(-1)
            more = torch.stack([torch.ones_like(x), x, y, x * x, y * y, x * y]).sum(1).tolist()
            self._answers = [total + part for total, part in zip(self._answers, more)]

    def _correlation(self) -> Optional[float]:
        """How outputs and real-valued targets go together; None for few, and where one side does not vary."""
        count, x, y, xx, yy, xy = self._answers
        if count < _VALIDATION_COMPARISON_FEWEST_TRAINED:
            return None
        spread = math.sqrt(max(0.0, xx - x * x / count) * max(0.0, yy - y * y / count))
        return (xy - x * y / count) / spread if 1e-9 * math.sqrt(xx * yy) < spread < math.inf else None

    def take(self) -> List[Tuple[str, str, float]]:
        """How a validation differs from the training; and begins anew."""
        self._look()
        told: List[Tuple[str, str, float]] = [("validation_pass_count", "", self._passes)]
        inputs = self._difference(self._trained, self._validated)
        targets = self._difference(self._trained_targets, self._validated_targets)
        if inputs is not None:
            told += [("validation_input_shift", "", inputs[0]), ("validation_input_scale", "", inputs[1])]
        if targets is not None:
            told.append(("validation_target_shift", "", targets[0]))
        correlation, self._answers = self._correlation(), [0.0] * 6
        if correlation is not None:
            told.append(("validation_target_correlation", "", correlation))
        if self._form is not None:
            told.append(("validation_form", "", self._form))
        told += self.classes.take()
        self._form = None
        self._passes, self._validated, self._validated_targets = 0, _FeatureMoments(), _FeatureMoments()
        return told

    def _note_form(self, output: Tensor) -> None:
        """Notes what the outputs of the validation are: what they all are, so that one of any kind decides."""
        if self._passes <= _VALIDATION_COMPARISON_MOST_FORMS and self._form != 0:
            form = _form_of_evaluation(output)
            if form is not None:
                self._form = form if self._form in (None, form) else 0

    def _add(self, moments: _FeatureMoments, values: Tensor) -> None:
        if moments.batches < _VALIDATION_COMPARISON_MOST_BATCHES and values.dim() > 0 and _can_measure(values):
            moments.add(values)

    def _difference(self, trained: _FeatureMoments, validated: _FeatureMoments) -> Optional[Tuple[float, float]]:
        if trained.rows < _VALIDATION_COMPARISON_FEWEST_TRAINED or validated.rows < _VALIDATION_COMPARISON_FEWEST_VALIDATED or trained.width != validated.width:
            return None
        variance = trained.variance().cpu()
        spread, other = float(variance.mean()), float(validated.variance().mean())
        if not 0 < spread < math.inf or not math.isfinite(other):
            return None
        # A feature that hardly varies in training must not turn a speck into a distance.
        difference = validated.mean().cpu() - trained.mean().cpu()
        distance = float((difference * difference / variance.clamp(min=0.01 * spread)).mean())
        return math.sqrt(max(0.0, distance - 1 / trained.rows - 1 / validated.rows)), math.sqrt(other / spread)
