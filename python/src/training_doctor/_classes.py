"""The classes of a validation, laid beside those of the training."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Dict, List, Optional, Sequence, Tuple

import torch
from torch import Tensor

from ._tables import _CLASS_COMPARISON_FEWEST_EXPECTED, _CLASS_COMPARISON_FEWEST_LABELS, _CLASS_COMPARISON_MOST_CLASSES, _CLASS_COMPARISON_MOST_ELEMENTS, _CLASS_COMPARISON_MOST_LOOKED_AT
from ._tensors import _product

_NO_ANSWER = -1


class _ClassComparison:
    """Finds classes that training never had, and answers that are right but for the classes' names."""

    _MOST_WAITING = 16

    def __init__(self) -> None:
        self.ignored: Optional[int] = None
        """The class index that the loss leaves out, as it says itself."""
        self._trained: "Counter[int]" = Counter()
        self._labels = 0
        self._turn = 0
        self._answers: "Counter[Tuple[int, int]]" = Counter()
        self._waiting: List[Tuple[Sequence[int], Tensor]] = []

    def add_training(self, output: Sequence[int], target: Tensor, kept: Optional[Tensor] = None) -> None:
        """Takes what a training step compares.

        :param output: The shape of the outputs.
        :param target: The targets; what are no class indices is left out.
        :param kept: A copy of small ones, which are counted later, those of several steps together.
        """
        if kept is None:
            self._count_training()
        self._waiting.append((output, target.detach() if kept is None else kept))
        if kept is None or len(self._waiting) >= self._MOST_WAITING:
            self._count_training()

    def _count_training(self) -> None:
        waiting, self._waiting = self._waiting, []
        found: Dict[Any, List[Tensor]] = {}
        for output, target in waiting:
            dimension = _dimension_of(output, target)
            if dimension is not None:
                found.setdefault((output[dimension], target.device), []).append(self._part(output, target)[0].reshape(-1).long())
        for (classes, _), some in found.items():
            labels = some[0] if len(some) == 1 else torch.cat(some)
            counted = _counted(labels[self._counts(labels, classes)])
            self._trained.update(counted)
            self._labels += sum(counted.values())

    def add_evaluation(self, output: Tensor, target: Tensor) -> None:
        dimension = _dimension_of(output.shape, target) if output.is_floating_point() else None
        if dimension is not None:
            output, target = self._part(output.shape, output, target)
            # One number for each pair, so that the counting is done where the tensors are; of more classes only the targets are counted.
            classes = output.shape[dimension]
            compared = classes <= _CLASS_COMPARISON_MOST_CLASSES
            labels = target.detach().reshape(-1).long()
            pairs = labels * classes + output.detach().argmax(dimension).reshape(-1) if compared else labels
            for pair, times in _counted(pairs[self._counts(labels, classes)]).items():
                self._answers[divmod(pair, classes) if compared else (pair, _NO_ANSWER)] += times

    def _part(self, shape: Sequence[int], *parts: Tensor) -> List[Tensor]:
        """Samples from all over a batch, others each time: batches may hold one class before the other.

        :param shape: The shape of the outputs.
        :param parts: What has a row for each sample.
        """
        stride = -(-_product(shape) // _CLASS_COMPARISON_MOST_LOOKED_AT)
        if stride == 1:
            return list(parts)
        first = self._turn % min(stride, shape[0])
        self._turn += 1
        return [part[first::stride] for part in parts]

    def _counts(self, labels: Tensor, classes: int) -> Tensor:
        known = (labels >= 0) & (labels < classes)
        return known if self.ignored is None else known & (labels != self.ignored)

    def take(self) -> List[Tuple[str, str, float]]:
        """What was seen since the last validation; and begins anew."""
        self._count_training()
        answers, self._answers = self._answers, Counter()
        count = sum(answers.values())
        if count < _CLASS_COMPARISON_FEWEST_LABELS:
            return []
        told: List[Tuple[str, str, float]] = []
        targets: "Counter[int]" = Counter()
        for (target, _), times in answers.items():
            targets[target] += times
        # A training of one class has another fault than a class that it lacks.
        if self._labels >= _CLASS_COMPARISON_FEWEST_LABELS and len(self._trained) > 1:
            unknown = sum(times for target, times in targets.items() if target not in self._trained and self._labels * times / count >= _CLASS_COMPARISON_FEWEST_EXPECTED)
            told.append(("validation_unknown_class_fraction", "", unknown / count))
        if 2 <= len(targets) <= _CLASS_COMPARISON_MOST_CLASSES and all(answer != _NO_ANSWER for _, answer in answers):
            renamed = _renamed(answers)
            if renamed > _reached_by_one_answer(max(targets.values()), count):
                told.append(("validation_agreement", "", sum(times for (target, answer), times in answers.items() if target == answer) / count))
                told.append(("validation_renamed_agreement", "", renamed / count))
        return told


def _counted(numbers: Tensor) -> Dict[int, int]:
    """How often each of the numbers occurs, which are small and from 0 on."""
    counts = numbers.bincount()
    occurring = counts.nonzero().reshape(-1)
    return dict(zip(occurring.tolist(), counts[occurring].tolist()))


def _reached_by_one_answer(most: int, count: int) -> float:
    """How many answers renaming makes right where all samples get one answer, or one by chance: those of the most frequent class, and three standard deviations more."""
    return most + 3 * math.sqrt(most * (count - most) / count)


def _renamed(answers: "Counter[Tuple[int, int]]") -> int:
    """The number of right answers under a good renaming: the most frequent pairs first, each class once on either side."""
    targets, given, right = set(), set(), 0
    for (target, answer), times in sorted(answers.items(), key=lambda item: (-item[1], item[0])):
        if target not in targets and answer not in given:
            targets.add(target)
            given.add(answer)
            right += times
    return right


def _dimension_of(output: Sequence[int], target: Tensor) -> Optional[int]:
    """The dimension of outputs of a shape that counts classes; None where the target is no class index for each of its rows."""
    shape = tuple(output)
    if target.is_floating_point() or target.is_complex() or len(shape) < 2 or not 0 < _product(shape) <= _CLASS_COMPARISON_MOST_ELEMENTS or target.device.type == "meta":
        return None
    if shape[1] > 1 and tuple(target.shape) == shape[:1] + shape[2:]:
        return 1
    return len(shape) - 1 if shape[-1] > 1 and tuple(target.shape) == shape[:-1] else None
