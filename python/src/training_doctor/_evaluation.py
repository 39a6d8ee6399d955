"""One look at the samples that were evaluated last."""

from __future__ import annotations

import contextlib
import copy
from typing import Any, List, Optional, Tuple

import torch
from torch import Tensor, nn

from ._influence import _difference, _exchange, _leakage, _moved, _output_place, _place_dependence
from ._random import _own_random, _seed
from ._tables import _EVALUATION_PROBE_MOST_ELEMENTS, _EVALUATION_PROBE_MOST_PARAMETERS, _EVALUATION_PROBE_MOST_SAMPLES, _EVALUATION_PROBE_STILL, _OUTPUT_SCOPE
from ._tensors import _first_tensor


class _EvaluationProbe:
    """
    Looks once, when a validation is told, at what was evaluated last, and evaluates it again on a copy: whether it repeats itself, whether samples reach outputs of others, and whether outputs
    see the answers that they should predict, where these stand later in the input. Answers are looked at only where the copy gives what the model gave: a mask that was handed over by name
    is not seen in here.
    """

    def __init__(self) -> None:
        self.over = False
        self._inputs: Optional[Tuple[Tensor, ...]] = None
        self._output: Optional[Tensor] = None

    def keep(self, inputs: Any, output: Any) -> None:
        """Keeps the first samples of an evaluation."""
        made = _first_tensor(output)
        if self.over or made is None or made.dim() < 1 or not isinstance(inputs, tuple) or not inputs or not all(isinstance(item, Tensor) for item in inputs) or inputs[0].dim() < 2:
            return
        samples = inputs[0].shape[0]
        largest = max(made.numel(), inputs[0].numel(), 1)
        count = min(_EVALUATION_PROBE_MOST_SAMPLES, samples, max(2, _EVALUATION_PROBE_MOST_ELEMENTS * samples // largest))
        if count < 2 or made.shape[0] == 0 or made.shape[0] % samples != 0 or largest // samples * count > 4 * _EVALUATION_PROBE_MOST_ELEMENTS:
            return
        self._inputs = tuple(item.detach()[:count].clone() if item.dim() > 0 and item.shape[0] == samples else item.detach().clone() for item in inputs)
        self._output = made.detach()[:count * (made.shape[0] // samples)].clone()

    def look(self, model: nn.Module, samples_first: bool, shift: Optional[int]) -> List[Tuple[str, str, float]]:
        """What was seen.

        :param samples_first: Whether the first dimension is known to count samples.
        :param shift: By how many places targets run ahead of inputs; None where they are no tokens.
        """
        if self.over or self._inputs is None or self._output is None:
            return []
        self.over = True
        inputs, output, self._inputs, self._output = self._inputs, self._output, None, None
        if sum(parameter.numel() for parameter in model.parameters()) > _EVALUATION_PROBE_MOST_PARAMETERS:
            return []
        told: List[Tuple[str, str, float]] = []
        # A model that cannot be copied or called like this is not looked at, and that is no fault.
        with _own_random(), torch.no_grad(), contextlib.suppress(Exception):
            self._look(copy.deepcopy(model).eval(), inputs, output, samples_first, shift, told)
        return told

    def _look(self, model: nn.Module, inputs: Tuple[Tensor, ...], output: Tensor, samples_first: bool, shift: Optional[int], told: List[Tuple[str, str, float]]) -> None:
        def evaluate(first: Tensor, seed: int = 1, others: Tuple[Tensor, ...] = inputs[1:]) -> Tensor:
            _seed(seed)
            made = _first_tensor(model(first.clone(), *others))
            assert made is not None
            return made.clone()

        again = evaluate(inputs[0])
        told.append(("evaluation_drift", _OUTPUT_SCOPE, _difference(again, evaluate(inputs[0]))))
        if told[-1][2] > _EVALUATION_PROBE_STILL:
            return
        told.append(("evaluation_difference", _OUTPUT_SCOPE, _difference(again, evaluate(inputs[0], 2))))
        if told[-1][2] > _EVALUATION_PROBE_STILL or again.shape != output.shape:
            return
        count = inputs[0].shape[0]
        if samples_first and not _normalizes_by_batch(model):
            other = inputs[0].clone()
            other[0] = inputs[0][1]
            leakage = None if bool((other == inputs[0]).all()) else _leakage(_moved(again, evaluate(other)), count, 0)
            if leakage is not None:
                told.append(("sample_leakage", _OUTPUT_SCOPE, leakage))
            if leakage == 0:
                turned = tuple(item.roll(1, 0) if item.dim() > 0 and item.shape[0] == count else item for item in inputs)
                dependence = _place_dependence(again, evaluate(turned[0], others=turned[1:]), count)
                if dependence is not None:
                    told.append(("place_dependence", _OUTPUT_SCOPE, dependence))
        # A model that mixes samples gives fewer of them something else; one that is called in another way here would show its answers for that.
        repeats = torch.allclose(again.float(), output.float(), 1e-3, 1e-4)
        place = _output_place(again, inputs[0], 0, 1) if repeats and shift is not None and shift >= 1 and inputs[0].dim() == 2 else None
        if place is None or shift is None:
            return
        (axis, shape), seen, length = place, [], inputs[0].shape[1]
        for asked in sorted({int(part * (length - shift - 1)) for part in (0.2, 0.4, 0.6, 0.8)}):
            changed = _exchange(inputs[0], asked + shift, 1, 0)
            if not bool((changed == inputs[0]).all()):
                seen.append(float(_moved(again.reshape(shape), evaluate(changed).reshape(shape)).select(axis, asked).any()))
        if seen:
            told.append(("answer_leakage", _OUTPUT_SCOPE, sum(seen) / len(seen)))


def _normalizes_by_batch(model: nn.Module) -> bool:
    """Whether a normalisation without running statistics takes those of the batch in evaluation too: samples reach each other on purpose."""
    return any(isinstance(module, nn.modules.batchnorm._BatchNorm) and module.running_var is None for module in model.modules())
