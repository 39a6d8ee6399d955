"""How the places of outputs stand to those of targets."""

from __future__ import annotations

import math
import operator
from typing import Any, Iterable, List, Optional, Tuple, Union

import torch
from torch import Tensor

from ._tables import (
    _SEQUENCE_ALIGNMENT_AMBIGUOUS, _SEQUENCE_ALIGNMENT_EQUAL, _SEQUENCE_ALIGNMENT_FEWEST_ENDS, _SEQUENCE_ALIGNMENT_FEWEST_PLACES,
    _SEQUENCE_ALIGNMENT_FEWEST_TOKENS, _SEQUENCE_ALIGNMENT_MOST_TOKENS)
from ._typing import Observer


class _SequenceAlignment:
    """Lays the tokens that go into a model beside those that it should answer: how far they are shifted, what fills rows up, what ends them."""


    def __init__(self, inputs: Tensor, targets: Tensor) -> None:
        self._inputs, self._targets = inputs, targets
        self.padding = self._find_padding()
        """The token that fills rows of inputs and targets up; None when there is none."""

    @classmethod
    def of(cls, inputs: Tensor, target: Tensor) -> Optional["_SequenceAlignment"]:
        """None when they are no tokens, place by place."""
        if (inputs.dtype not in (torch.int64, torch.int32) or target.is_floating_point() or target.is_complex() or inputs.dim() != 2 or inputs.shape[1] < _SEQUENCE_ALIGNMENT_FEWEST_PLACES
                or not 0 < inputs.numel() == target.numel() <= _SEQUENCE_ALIGNMENT_MOST_TOKENS or (target.dim() == 2 and target.shape != inputs.shape) or target.dim() > 2):
            return None
        return cls(inputs.detach().cpu().long(), target.detach().cpu().long().reshape(inputs.shape))

    @property
    def is_certain(self) -> bool:
        """Whether the targets are the tokens that go in, by a shift that is certain."""
        return self._shift(self._targets >= 0) is not None

    def measure(self, ignored: Iterable[Optional[int]], knows_ignored: bool, observe: Observer, inner: int = 0) -> Optional[int]:
        """Measures the batch, and returns by how many places targets run ahead of inputs; None where that is not certain.

        :param ignored: The indices that the loss leaves out, beside negative ones.
        :param knows_ignored: Whether it is known what the loss leaves out.
        :param inner: By how many places the loss shifts the targets itself.
        """
        counts = self._targets >= 0
        for index in ignored:
            if index is not None:
                counts = counts & (self._targets != index)
        shift = self._shift(counts)
        if shift is not None:
            shift += inner
            observe("target_shift", "", shift)
        if not knows_ignored:
            return shift
        counted = int(counts.sum())
        if counted > 0:
            filling = int((self._runs(self._targets, self.padding) * counts[:, -1]).sum()) if self.padding is not None else 0
            observe("target_padding_fraction", "", filling / counted)
        agreement = self._end_agreement(counts) if shift == 1 else None
        if agreement is not None:
            observe("target_end_agreement", "", agreement)
        return shift

    @staticmethod
    def _runs(rows: Tensor, token: Union[int, Tensor]) -> Tensor:
        """How often each row repeats the token at its end."""
        return (rows == token).flip(1).long().cumprod(1).sum(1)

    def _find_padding(self) -> Optional[int]:
        last = self._targets[:, -1:]
        run, given = self._runs(self._targets, last), self._runs(self._inputs, last)
        fills = (run >= 2) & (run < self._targets.shape[1]) & (self._inputs[:, -1:] == last).reshape(-1) & ((given - run).abs() <= 2)
        tokens, times = torch.unique(last.reshape(-1)[fills], return_counts=True)
        if tokens.numel() == 0 or int(times.max()) < max(2, int(0.3 * len(self._targets))):
            return None
        return int(tokens[times.argmax()])

    def _shift(self, counts: Tensor) -> Optional[int]:
        best = None
        # What fills rows up is equal at every shift and tells nothing.
        telling = counts if self.padding is None else counts & (self._targets != self.padding)
        width = self._targets.shape[1]
        for shift in range(-1, 4):
            if width <= abs(shift):
                continue
            places = slice(max(0, -shift), width - max(0, shift))
            there = telling[:, places]
            total = int(there.sum())
            equal = int(((self._targets[:, places] == self._inputs[:, places.start + shift:places.stop + shift]) & there).sum())
            share = equal / total if total >= _SEQUENCE_ALIGNMENT_FEWEST_TOKENS else 0.0
            if share >= _SEQUENCE_ALIGNMENT_AMBIGUOUS:
                if best is not None or share < _SEQUENCE_ALIGNMENT_EQUAL:
                    return None
                best = shift
        return best

    def _end_agreement(self, counts: Tensor) -> Optional[float]:
        places = torch.arange(counts.shape[1])
        any_counted = counts.any(1)
        last = torch.where(counts, places, -1).amax(1)
        first = torch.where(counts, places, counts.shape[1]).amin(1)
        whole = counts.sum(1) == last - first + 1
        ends = any_counted & whole & (last < counts.shape[1] - 1)
        if int(ends.sum()) < _SEQUENCE_ALIGNMENT_FEWEST_ENDS:
            return None
        _, times = torch.unique(self._targets.gather(1, last.clamp(min=0).unsqueeze(1)).reshape(-1)[ends], return_counts=True)
        return float(times.max()) / float(ends.sum())


def _form_of_evaluation(output: Tensor) -> Optional[int]:
    """What outputs of an evaluation are: 0 numbers of any kind, 1 shares, 2 logarithms of shares, 3 numbers from 0 to 1 that are no shares; None where they tell nothing."""
    form = _form_of(output)
    if form is not None and form[0] > 0 and form[1] > 0:
        return form[0]
    if not output.is_floating_point() or not 2 <= output.numel() <= 1 << 20:
        return None
    return 3 if float(output.min()) >= 0 and float(output.max()) <= 1 else 0


def _own_tokens(targets: Tensor, lengths: Any) -> Optional[List[List[int]]]:
    """The tokens of each sample, without what fills rows up: from a row for each, or all of them behind each other. None where the numbers do not go together."""
    asked = torch.as_tensor(lengths).reshape(-1).tolist()
    if targets.is_floating_point() or targets.dim() not in (1, 2) or not asked:
        return None
    tokens, width, begin, own = targets.detach().reshape(-1).tolist(), targets.shape[1] if targets.dim() == 2 else 0, 0, []
    for sample, length in enumerate(asked):
        first = sample * width if width else begin
        if length < 0 or first + length > len(tokens):
            return None
        own.append(tokens[first:first + length])
        begin += length
    return own


def _overlong_share(tokens: List[List[int]], places: Any) -> Optional[float]:
    """
    The share of samples whose target does not fit into the places of its output, for connectionist temporal classification: each token takes a place, and between two that are equal a
    blank takes another (Graves et al. 2006). None where the numbers do not go together.
    """
    offered = torch.as_tensor(places).reshape(-1).tolist()
    if len(offered) != len(tokens):
        return None
    return sum(len(own) + sum(map(operator.eq, own, own[1:])) > room for own, room in zip(tokens, offered)) / len(tokens)


def _blank_share(tokens: List[List[int]], blank: int) -> float:
    """The share of tokens that are the blank, which stands for no token and so cannot be asked for."""
    return sum(own.count(blank) for own in tokens) / max(1, sum(map(len, tokens)))


def _form_of(output: Tensor) -> Optional[Tuple[int, int]]:
    """What outputs that a loss compares are, and over which dimension: 0 numbers of any kind, 1 shares that sum to 1, 2 logarithms of such shares; None where they have no rows."""
    if not output.is_floating_point() or not 2 <= output.dim() <= 5 or not 0 < output.numel() <= 1 << 20:
        return None
    o = output.detach().cpu().double()
    low, high = float(o.min()), float(o.max())
    # Sums in single precision over many classes are not exact.
    exact = 1e-4
    kind = 2 if high <= exact and low < 0 else 1 if low >= 0 and high <= 1 + exact else 0
    if kind == 0:
        return (0, -1) if math.isfinite(low) and math.isfinite(high) and sum(size > 1 for size in o.shape) > 1 else None
    shares = o.exp() if kind == 2 else o
    # Classes stand in the last dimension or behind the samples; the samples' own comes last, since a batch may hold one of each class.
    for dimension in dict.fromkeys((o.dim() - 1, 1, 0)):
        if o.shape[dimension] > 1 and float((shares.sum(dimension) - 1).abs().max()) < exact:
            return kind, dimension
    return 0, -1
