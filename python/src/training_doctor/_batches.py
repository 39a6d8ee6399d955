"""What inputs and targets tell, and which rows were seen before."""

from __future__ import annotations

import itertools
import math
import operator
from collections import Counter
from typing import Any, Dict, List, Mapping, Optional, Set, Tuple

import torch
from torch import Tensor

from ._queue import _Block
from ._spelling import _Spelling
from ._statistics import _PIECE, _Readback, _Statistics, _can_measure, _flat, _widen
from ._tables import (
    _FEATURE_MOMENTS_MOST_FEATURES, _LABEL_COUNTS_IGNORED_INDEX, _LABEL_COUNTS_MOST_CLASSES, _SEEN_ROWS_DISTINCT, _SEEN_ROWS_FEWEST_ROWS,
    _SEEN_ROWS_MOST_ROWS)
from ._tensors import _product
from ._typing import Lines, Observer
from ._units import _Sizes, _Table


class _BatchProbe:
    """Measures what goes into a model and what it should answer."""

    _FEW_LABELS = 1024
    """So many labels are counted faster one by one than by calls of torch."""

    _MOST_SHARES = 1 << 20
    _SAME_SUM = 1e-3
    """Sums in half precision over some hundreds of classes are as exact."""

    def __init__(self) -> None:
        self.ignored: Optional[int] = None
        """The class index that the loss leaves out, as it says itself."""
        self.tells_bounds = True
        """Whether class indices may be signs, so that their smallest and largest say something."""
        self._input: Optional[Tuple[int, int, int]] = None
        self._pending: List[Tuple[Tensor, _Block]] = []
        self._labels: List[Tuple[Tensor, Optional[Tuple[int, ...]], _Block]] = []
        self._block: Optional[_Block] = None
        self._spelling = _Spelling()
        self._target: Optional[int] = None
        self._previous: Optional[float] = None
        self._classes: Dict[int, int] = {}
        self._counted = 0
        self._are_numbers = False

    def measure_input(self, batch: Tensor, kept: Optional[Tensor], readback: _Readback, observe: Observer) -> None:
        """Takes the inputs of a step. Token and class indices are no features and have no scale.

        :param batch: The inputs.
        :param kept: A copy, of small ones.
        :param readback: Takes what ``report`` tells.
        :param observe: Is told what is known at once.
        """
        if batch.dim() > 0:
            observe("batch_size", "", batch.shape[0])
        if not _can_measure(batch):
            return
        if kept is not None:
            self._block = _Block()
            self._pending.append((kept, self._block))
            return
        numbers, features = self._numbers(_flat(batch).reshape(1, *batch.shape))
        self._input = (readback.add(numbers[0]), batch.numel(), features)

    @staticmethod
    def _numbers(batches: Tensor) -> Tuple[Tensor, int]:
        """What each of several batches of one shape comes to, and of how many features the deviations are among that: sizes, a hash and the deviations."""
        count, shape = batches.shape[0], batches.shape[1:]
        flat = batches.reshape(count, -1)
        table = _Table.of_rows(flat)
        numbers = [table.reduce()]
        # Cut to what is exact in the type that numbers are brought over in.
        hashed = _hash_rows(_widen(flat[:, ::-(-flat.shape[1] // 4096)])) & ((1 << (52 if numbers[0].dtype == torch.float64 else 23)) - 1)
        numbers.append(hashed.to(numbers[0].dtype).unsqueeze(1))
        features = shape[1] if len(shape) == 2 and shape[0] > 1 and shape[1] <= _FEATURE_MOMENTS_MOST_FEATURES else 0
        if features > 0:
            wide = _widen(batches)
            varies = (wide != wide[:, :1]).any(1)
            away = wide - wide.mean(1, keepdim=True)
            numbers.append(away.mul_(away).mean(1).sqrt_().clamp(min=1e-300 if wide.dtype == torch.float64 else 1e-38) * varies.to(wide.dtype))
        return torch.cat(numbers, 1), features

    def take_block(self) -> Optional[_Block]:
        """What ``settle`` will fill with the measurements of the step's input and targets; None where all of them are told by ``report``."""
        block, self._block = self._block, None
        return block

    def settle(self) -> None:
        """Measures the inputs and targets of all steps that wait, and fills their blocks."""
        pending, self._pending = self._pending, []
        for (shape, _), group in itertools.groupby(pending, lambda item: (item[0].shape, item[0].dtype)):
            some = list(group)
            numbers, features = self._numbers(torch.stack([batch for batch, _ in some]))
            for (_, block), row in zip(some, numbers.tolist()):
                lines: Lines = []
                self._report_input(row, _product(shape), features, lambda *line: lines.append(line))
                block.add(self._spelling.spell(lines))
        self._settle_labels()

    def _settle_labels(self) -> None:
        waiting, self._labels = self._labels, []
        for target, prediction, block in waiting:
            lines: Lines = []
            self._measure_few(target, prediction, lambda *line: lines.append(line))
            block.add(self._spelling.spell(lines))

    def measure_target(self, target: Tensor, kept: Optional[Tensor], prediction: Optional[Tuple[int, ...]], readback: _Readback, observe: Observer) -> None:
        """Takes the targets of a step.

        :param target: The targets.
        :param kept: A copy, of small ones, where there is one.
        :param prediction: The shape of what they are compared with, where it is known.
        :param readback: Takes what ``report`` tells.
        :param observe: Is told what is known at once.
        """
        if target.numel() == 0 or target.device.type == "meta" or target.is_complex():
            return
        if target.is_floating_point():
            self._settle_labels()
            self._target = readback.add(_Statistics.reduce(target))
            labels = None if self._are_numbers else self._labels_of(target.detach(), observe)
            # One batch of other numbers tells that earlier ones were zeros and ones by chance.
            self._are_numbers |= labels is None
            if labels is None and prediction == tuple(target.shape):
                self._note_row_sum(target.detach(), observe)
            if labels is not None:
                self._count(labels, observe)
            return
        if target.numel() <= self._FEW_LABELS and target.device.type == "cpu":
            self._block = self._block or _Block()
            self._labels.append((target.detach().clone() if kept is None else kept, prediction, self._block))
            return
        self._settle_labels()
        if target.numel() <= self._FEW_LABELS:
            self._measure_few(target.detach(), prediction, observe)
            return
        labels = target.detach().reshape(-1).to("cpu", torch.int64)
        classes = _classes_of(tuple(target.shape), prediction)
        every = labels.numel()
        labels = labels[labels != _LABEL_COUNTS_IGNORED_INDEX]
        if self.ignored is not None:
            labels = labels[labels != self.ignored]
        observe("target_ignored_fraction", "", 1 - labels.numel() / every)
        observe("target_invalid_count", "", int((labels < 0).sum()) + (int((labels >= classes).sum()) if classes is not None else 0))
        if labels.numel() > 0:
            if self.tells_bounds:
                self._tell_bounds(int(labels.min()), int(labels.max()), observe)
            self._count(labels, observe)

    @staticmethod
    def _tell_bounds(lowest: int, highest: int, observe: Observer) -> None:
        observe("target_minimum", "", lowest)
        observe("target_maximum", "", highest)

    def _measure_few(self, target: Tensor, prediction: Optional[Tuple[int, ...]], observe: Observer) -> None:
        """Counts a few class indices."""
        few = target.reshape(-1).long().tolist()
        classes, every, counts = _classes_of(tuple(target.shape), prediction), len(few), Counter(few)
        if counts.pop(_LABEL_COUNTS_IGNORED_INDEX, 0) + (0 if self.ignored is None else counts.pop(self.ignored, 0)) > 0:
            few = [label for label in few if label != _LABEL_COUNTS_IGNORED_INDEX and label != self.ignored]
        observe("target_ignored_fraction", "", 1 - len(few) / every)
        observe("target_invalid_count", "", sum([count for label, count in counts.items() if label < 0 or (classes is not None and label >= classes)]))
        if few:
            if self.tells_bounds:
                self._tell_bounds(min(counts), max(counts), observe)
            self._note_classes(counts, observe)
            self._note_order(len(few), sum(map(operator.eq, few, few[1:])), observe)

    def report(self, readback: _Readback, observe: Observer) -> None:
        if self._input is not None:
            (ticket, count, features), self._input = self._input, None
            self._report_input(readback.take(ticket).tolist(), count, features, observe)
        if self._target is not None:
            statistics, self._target = _Statistics.read(readback.take(self._target)), None
            observe("target_non_finite_count", "", statistics.non_finite)
            if statistics.non_finite < statistics.count:
                observe("target_mean", "", statistics.mean)
                observe("target_standard_deviation", "", statistics.deviation)
                observe("target_minimum", "", statistics.minimum)
                observe("target_maximum", "", statistics.maximum)

    def _report_input(self, numbers: List[float], count: int, features: int, observe: Observer) -> None:
        statistics = _Sizes.of(count, numbers[:_Sizes.LENGTH])
        observe("input_non_finite_count", "", statistics.non_finite)
        hashed = numbers[_Sizes.LENGTH]
        if statistics.non_finite < statistics.count:
            observe("input_mean", "", statistics.mean)
            observe("input_standard_deviation", "", statistics.deviation)
            observe("input_absolute_maximum", "", statistics.magnitude)
            if self._previous is not None:
                observe("input_identical_batch", "", 1 if hashed == self._previous else 0)
        self._previous = hashed
        if features > 0:
            deviations = numbers[-features:]
            observe("input_constant_fraction", "", deviations.count(0.0) / features)
            varying = [deviation for deviation in deviations if deviation > 1e-100]
            if varying and max(varying) < math.inf:
                observe("input_feature_scale_ratio", "", max(varying) / min(varying))

    @staticmethod
    def _labels_of(target: Tensor, observe: Observer) -> Optional[Tensor]:
        """Reads numbers as labels: a column of zeros and ones, or rows with a single one; None for other numbers."""
        if target.dim() not in (1, 2) or not bool(((target == 0) | (target == 1)).all()):
            return None
        if target.dim() == 1 or target.shape[1] == 1:
            return target.reshape(-1).to("cpu", torch.int64)
        ones = target.sum(1)
        observe("target_multiple_fraction", "", float((ones > 1).double().mean()))
        return target.argmax(1).cpu() if bool((ones == 1).all()) else None

    @staticmethod
    def _note_row_sum(target: Tensor, observe: Observer) -> None:
        """Tells what rows of shares sum to, where all sum to the same: 1 where each is a distribution. Zeros and ones are labels."""
        if target.dim() != 2 or target.shape[1] < 2 or target.numel() > _BatchProbe._MOST_SHARES:
            return
        sums = target.double().sum(1)
        low, high, least = torch.stack([sums.min(), sums.max(), target.min().double()]).tolist()
        if least >= 0 and 0 < low and high < math.inf and high - low <= _BatchProbe._SAME_SUM * high and not bool(((target == 0) | (target == 1)).all()):
            observe("target_row_sum", "", (low + high) / 2)

    def _count(self, labels: Tensor, observe: Observer) -> None:
        self._note_classes(dict(zip(*(found.tolist() for found in torch.unique(labels, return_counts=True)))), observe)
        if labels.numel() > 1:
            self._note_order(labels.numel(), int((labels[1:] == labels[:-1]).sum()), observe)

    def _note_classes(self, counts: Mapping[int, int], observe: Observer) -> None:
        for label, count in counts.items():
            if len(self._classes) < _LABEL_COUNTS_MOST_CLASSES or label in self._classes:
                self._classes[label] = self._classes.get(label, 0) + count
                self._counted += count
        observe("target_label_count", "", sum(counts.values()))
        observe("target_class_count", "", len(self._classes))
        observe("target_majority_fraction", "", max(self._classes.values()) / self._counted)
        observe("target_minority_fraction", "", min(self._classes.values()) / self._counted)

    @staticmethod
    def _note_order(count: int, repeated: int, observe: Observer) -> None:
        if count > 1:
            observe("target_sorted_fraction", "", repeated / (count - 1))
            observe("target_single_class_batch", "", 1 if repeated == count - 1 else 0)


def _classes_of(target: Tuple[int, ...], prediction: Optional[Tuple[int, ...]]) -> Optional[int]:
    """How many classes a prediction tells apart: its dimension that the target lacks; None when the shapes do not tell."""
    if prediction is None or len(prediction) < 2:
        return None
    if target == prediction[:1] + prediction[2:]:
        return prediction[1]
    return prediction[-1] if _product(prediction[:-1]) == _product(target) else None


class _SeenRows:
    """Remembers which rows were trained on, and tells how many of the evaluated rows are among them. Looks at main memory only, and at so many rows at most."""

    _MOST_WAITING = 16

    def __init__(self) -> None:
        self._trained: Set[int] = set()
        self._distinct: Set[int] = set()
        self._evaluated = self._known = 0
        self._waiting: List[Tensor] = []

    def add_training(self, batch: Tensor, kept: Optional[Tensor]) -> None:
        """Takes the inputs of a step, and a copy of small ones. Those are looked at later, several together."""
        if len(self._trained) >= _SEEN_ROWS_MOST_ROWS:
            return
        if kept is None or batch.dim() < 2:
            self._trained.update(self._hashes(batch))
            return
        if self._waiting and (self._waiting[0].shape[1:] != batch.shape[1:] or self._waiting[0].dtype != batch.dtype or len(self._waiting) >= self._MOST_WAITING):
            self._look()
        self._waiting.append(kept)

    def _look(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._trained.update(self._hashes(torch.cat(waiting)))

    def add_evaluation(self, batch: Optional[Tensor]) -> None:
        self._look()
        hashes = [] if batch is None else self._hashes(batch)
        self._evaluated += len(hashes)
        self._known += sum(1 for row in hashes if row in self._trained)
        if len(self._distinct) < _SEEN_ROWS_MOST_ROWS:
            self._distinct.update(hashes)

    def take_share(self) -> Optional[float]:
        """The share since the last time; None when there were too few rows, or rows so alike that equal ones mean nothing."""
        telling = self._evaluated >= _SEEN_ROWS_FEWEST_ROWS and len(self._distinct) >= _SEEN_ROWS_DISTINCT * min(self._evaluated, _SEEN_ROWS_MOST_ROWS)
        share = self._known / self._evaluated if telling else None
        self._distinct.clear()
        self._evaluated = self._known = 0
        return share

    @staticmethod
    def _hashes(batch: Tensor) -> List[int]:
        if batch.dim() < 2 or batch.device.type != "cpu" or not _can_measure(batch) or batch.layout != torch.strided:
            return []
        rows = batch.detach().reshape(batch.shape[0], -1)
        return [row for piece in rows.split(max(1, _PIECE // rows.shape[1])) for row in _hash_rows(_widen(piece)).tolist()]


_FACTORS: Dict[Any, Tensor] = {}
"""The factors of hashes by width and device, made once; a handful is kept."""


def _hash_rows(rows: Tensor) -> Tensor:
    """A number for the bits of each row, made with factors that are the same in every process and take nothing from torch's generators."""
    bits = rows.contiguous().view(torch.int64 if rows.dtype == torch.float64 else torch.int32).to(torch.int64)
    key = bits.shape[1], bits.device
    factors = _FACTORS.get(key)
    if factors is None:
        factors = torch.arange(1, bits.shape[1] + 1, device=bits.device) * -7046029254386353131
        factors = (factors ^ (factors >> 29)) * -4658895280553007687 | 1
        if len(_FACTORS) >= 8:
            _FACTORS.clear()
        if bits.shape[1] <= 1 << 16:
            _FACTORS[key] = factors
    mixed = (bits ^ (bits >> 32)) * factors
    mixed = (mixed ^ (mixed >> 29)) * -7723592293110705685
    return mixed.sum(1)
