"""Outputs, targets and inputs of a training step, laid beside each other."""

from __future__ import annotations

import math
from typing import Any, List, Optional, Tuple

import torch
from torch import Tensor

from ._losses import _LossRecognition, _Recognized
from ._overlaps import _OverlapRecognition
from ._sequences import _SequenceAlignment, _form_of
from ._tables import _LOSS_KINDS, _STEP_COMPARISON_DENSE, _STEP_COMPARISON_FEWEST_ROWS, _STEP_COMPARISON_MOST_FEATURES, _STEP_COMPARISON_PERIOD
from ._tensors import _tensors
from ._typing import Observer


class _StepComparison:
    """Keeps what goes into and comes out of the model until the step is told of, and lays it beside target and loss. After the first steps only few are looked at."""

    _MOST_ANSWERS = 1 << 20

    def __init__(self) -> None:
        self.ignored: Optional[int] = None
        """The class index that the loss leaves out, as it says itself."""
        self.knows_loss = False
        """Whether the loss is a module, which says what it leaves out."""
        self.samples_first = False
        """Whether the first dimension of the inputs is known to count samples."""
        self.shift: Optional[int] = None
        """By how many places targets ran ahead of inputs when that was last seen."""
        self._input = self._output = self._made = self._target = self._layer = None  # type: Optional[Tensor]
        self._tokens: List[Tensor] = []
        self._shifts_itself = False
        self._overlaps = _OverlapRecognition()
        self._image: Optional[Tuple[str, Tensor]] = None
        self._dealt_out: Optional[bool] = None
        self._compared = False
        self._calls = self._looked = 0

    @property
    def wants(self) -> bool:
        return self._looked < _STEP_COMPARISON_DENSE or self._looked % _STEP_COMPARISON_PERIOD == 0

    def keep(self, inputs: Any, output: Tensor) -> None:
        """Keeps a call of the model: of several in a step the first."""
        self._calls += 1
        if self._calls > 1 or not self.wants:
            return
        # Indices before numbers: beside tokens, a model takes masks and weights.
        taken = sorted(_tensors(inputs), key=lambda tensor: tensor.is_floating_point())
        self._input = taken[0].detach() if taken else None
        self._tokens = [tensor.detach() for tensor in taken[1:] if not tensor.is_floating_point() and tensor.dim() == 2]
        if not self._compared:
            self._output = output.detach()
        else:
            self._made = output.detach()
        if self._image is not None and self._input is not None:
            self._dealt_out = self._is_dealt_out(self._input, self._image[1])

    def keep_layer(self, made: Tensor) -> None:
        """Keeps the output of a layer, which may be dealt out anew on its way to the loss."""
        if self._calls == 0 and made.dim() == 3 and made.is_floating_point() and self.wants:
            self._layer = made.detach()

    def keep_image(self, path: str, taken: Optional[Tensor]) -> None:
        """Keeps what goes into the first convolution, which may be the model's input with its axes dealt out anew."""
        if taken is not None and self._image is None and self._calls == 0 and taken.dim() == 4 and self.wants:
            self._image = path, taken.detach()

    def keep_compared(self, prediction: Tensor, target: Tensor) -> None:
        """Keeps what the loss compares."""
        if not self._compared and self.wants:
            self._compared = True
            self._output, self._target = prediction.detach(), target.detach()

    def measure(self, loss: float, before: float, told: Optional[Tensor], observe: Observer) -> None:
        """Measures the step.

        :param loss: Its loss.
        :param before: The loss of the step before; NaN for none.
        :param told: Its target, as it was told.
        """
        target = self._target if self._target is not None else told
        if target is None or not self.wants:
            return
        alignment = self._align(target)
        inner = 0
        if self._input is not None and self._input.dim() > 0 and target.dim() > 0:
            self.samples_first = self.shift is not None or (target.numel() == target.shape[0] == self._input.shape[0])
        recognized = None
        if self._output is not None and (self._calls <= 1 or self._compared):
            padding = None if alignment is None else alignment.padding
            recognized = _LossRecognition.recognize(self._output, target, loss, self.ignored, padding)
            if recognized is not None and recognized.kind is None and math.isfinite(before) and loss > before > 0:
                added = _LossRecognition.recognize(self._output, target, loss - before, self.ignored, padding)
                recognized = added._replace(reduction=4) if added is not None and added.kind is not None and added.reduction == 0 else recognized
            if (recognized is not None and (recognized.kind is None or self._shifts_itself) and alignment is not None and self._output.dim() == 3 and target.dim() == 2
                    and target.shape[1] > 1):
                # A loss that takes labels as they are may shift them itself, as those of well-known libraries do.
                shifted = _LossRecognition.recognize(self._output[:, :-1], target[:, 1:], loss, self.ignored, alignment.padding)
                if shifted is not None and shifted.kind is not None and shifted.reduction == 0:
                    recognized, inner, self._shifts_itself = shifted, 1, True
        if recognized is not None and self._output is not None:
            overlap = self._overlaps.recognize(self._output, target, loss)
            if overlap is not None:
                # Until it is known, nothing is said: neither what it is nor that it is none, nor what else has this value by chance.
                recognized = _Recognized("Overlap" if overlap.bare else "OverlapWithLogits" if overlap.sigmoid else None) if overlap.known else None
                if overlap.known and overlap.bare:
                    observe("compared_outside_fraction", "", overlap.outside)
        form = None if self._output is None or target.is_floating_point() else _form_of(self._output)
        if form is not None:
            observe("compared_form", "", form[0])
            if form[0] > 0:
                observe("compared_dimension", "", form[1])
        if self._dealt_out is not None and self._image is not None:
            observe("input_regrouped", self._image[0], 1 if self._dealt_out else 0)
        if recognized is not None:
            self._report(recognized, form, target, observe)
        if alignment is not None:
            self.shift = alignment.measure((self.ignored, recognized and recognized.ignored), self.knows_loss or bool(recognized and recognized.kind), observe, inner)
        for metric, value in (("output_target_correlation", self._answer_correlation(target)), ("target_feature_correlation", self._feature_correlation(target))):
            if value is not None:
                observe(metric, "", value)

    def _align(self, target: Tensor) -> Optional[_SequenceAlignment]:
        """The tokens that the target is laid beside: of several inputs the one that it is a shift of, as a decoder has its own beside those of the encoder."""
        if self._input is None:
            return None
        first = _SequenceAlignment.of(self._input, target)
        output = self._output
        if not self._tokens or output is None or output.dim() < 2 or output.numel() != target.numel() * output.shape[-1] or (first is not None and first.is_certain):
            return first
        others = [_SequenceAlignment.of(tokens, target) for tokens in self._tokens]
        return next((other for other in others if other is not None and other.is_certain), first)

    def end_step(self) -> None:
        """Lets go of what was kept."""
        self._looked += 1 if self._calls > 0 else 0
        self._input = self._output = self._made = self._target = self._layer = self._image = self._dealt_out = None
        self._tokens, self._compared, self._calls = [], False, 0

    def _report(self, recognized: _Recognized, form: Optional[Tuple[int, int]], target: Tensor, observe: Observer) -> None:
        observe("recognized_loss", "", -1 if recognized.kind is None else _LOSS_KINDS.index(recognized.kind))
        if recognized.kind is not None:
            observe("recognized_reduction", "", recognized.reduction)
            observe("recognized_activation", "", 1 if recognized.activated or self._is_activated_between(recognized.kind, form) else 0)
            observe("recognized_regrouping", "", 1 if recognized.regrouped or self._is_regrouped(target) else 0)
        if recognized.remainder is not None:
            observe("recognized_remainder", "", recognized.remainder)
        if recognized.broadcast is not None:
            observe("recognized_broadcast", "", 1 if recognized.broadcast else 0)

    def _is_activated_between(self, kind: str, form: Optional[Tuple[int, int]]) -> bool:
        """Whether the loss takes softmax or sigmoid of what is softmax or sigmoid of the output already."""
        if kind == "CrossEntropy":
            return form is not None and form[0] == 1 and form[1] > 0
        made, output = self._made, self._output
        if kind != "BinaryCrossEntropyWithLogits" or made is None or output is None or made.numel() != output.numel():
            return False
        return torch.allclose(made.reshape(-1).float().sigmoid(), output.reshape(-1).float(), 1e-4, 1e-5)

    @staticmethod
    def _is_dealt_out(image: Tensor, taken: Tensor) -> Optional[bool]:
        """Whether images of (samples, height, width, channels) came to a convolution as (samples, channels, height, width) in the same order; None where the shapes do not tell."""
        if image.dim() != 4 or image.dtype != taken.dtype or image.shape[1] == image.shape[3] or tuple(taken.shape) != (image.shape[0], image.shape[3], image.shape[1], image.shape[2]):
            return None
        return bool((image.reshape(-1) == taken.reshape(-1)).all())

    def _is_regrouped(self, target: Tensor) -> bool:
        """Whether logits of (samples, places, classes) reach the loss as (samples, classes, places) in the same order, reshaped and not transposed."""
        layer, output = self._layer, self._output
        if layer is None or output is None or output.dim() != 3 or target.dim() != 2 or target.is_floating_point():
            return False
        samples, places, classes = layer.shape
        return tuple(output.shape) == (samples, classes, places) and places != classes and target.shape[1] == places and bool((output.reshape(-1) == layer.reshape(-1)).all())

    def _answer_correlation(self, target: Tensor) -> Optional[float]:
        """Answers that follow the targets have a correlation above 0, those that flee them one below."""
        output = self._output
        if (output is None or not output.is_floating_point() or not target.is_floating_point() or output.numel() != target.numel()
                or not _STEP_COMPARISON_FEWEST_ROWS <= output.numel() <= self._MOST_ANSWERS):
            return None
        o, t = output.cpu().double().reshape(-1), target.detach().cpu().double().reshape(-1)
        o, t = o - o.mean(), t - t.mean()
        norm = float((o * o).sum() * (t * t).sum()) ** 0.5
        return float((o * t).sum()) / norm if 0 < norm < math.inf else None

    def _feature_correlation(self, target: Tensor) -> Optional[float]:
        """A feature from which the target follows exactly is the target; of a sequence, each of its newest features is one: what came long before may be asked for on purpose."""
        x = self._input
        if (x is None or not x.is_floating_point() or x.dim() not in (2, 3) or x.shape[0] < _STEP_COMPARISON_FEWEST_ROWS
                or not 2 <= x[0].numel() <= _STEP_COMPARISON_MOST_FEATURES or target.numel() != x.shape[0] or target.is_complex()):
            return None
        x, y = (x if x.dim() == 2 else x[:, -1]).cpu().double(), target.detach().cpu().double().reshape(-1, 1)
        x, y = x - x.mean(0, keepdim=True), y - y.mean(0, keepdim=True)
        norm = ((x * x).sum(0) * (y * y).sum()).sqrt()
        largest = float(torch.where(norm > 1e-12, (x * y).sum(0).abs() / norm.clamp(min=1e-300), torch.zeros_like(norm)).max())
        return largest if math.isfinite(largest) else None
