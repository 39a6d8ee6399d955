"""Losses of masks that count how far what is marked and what should be overlap."""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from ._tables import (
    _LOSS_RECOGNITION_MOST_ELEMENTS, _OVERLAP_RECOGNITION_FEWEST_STEPS, _OVERLAP_RECOGNITION_MOST_DOUBT, _OVERLAP_RECOGNITION_ROUNDING,
    _OVERLAP_RECOGNITION_SINGLE, _OVERLAP_RECOGNITION_SMOOTHINGS, _OVERLAP_RECOGNITION_TOLERANCE)


class _Overlap(NamedTuple):
    """A loss that counts overlaps."""

    known: bool
    """Whether enough steps agreed, this one among them."""
    bare: bool
    """Whether it counts what it is given, not its sigmoid or softmax."""
    sigmoid: bool
    """Whether it counts the sigmoid."""
    outside: float
    """The share of what it is given that lies outside 0 to 1."""


class _OverlapRecognition:
    """
    Finds out whether a loss that is none of the usual ones counts how far what is marked and a mask of 0 and 1 overlap, and whether it takes the output as it is or its sigmoid or softmax. Such
    losses are written by everybody for himself, so that hundreds of forms are tried, and one counts while it gives the very number of half of the steps that were
    looked at: one step agrees with one of them by chance, and a fraction whose lower side comes near zero is rounded by more than forms differ.
    """

    def __init__(self) -> None:
        self._agreements: Dict[int, int] = {}
        self._steps = 0
        self._none = False

    def recognize(self, output: Tensor, target: Tensor, loss: float) -> Optional[_Overlap]:
        """None where it is none."""
        if (self._none or not output.is_floating_point() or output.dim() < 2 or output.numel() != target.numel()
                or output.numel() > _LOSS_RECOGNITION_MOST_ELEMENTS):
            return None
        o = output.detach().cpu().double()
        t = target.detach().cpu().double().reshape(o.shape)
        if not bool(((t == 0) | (t == 1)).all()):
            self._none = True
            return None
        if not 0 < float(t.mean()) < 1:
            # Of nothing but background all forms say the same.
            return None
        near = _OVERLAP_RECOGNITION_ROUNDING + _OVERLAP_RECOGNITION_TOLERANCE * abs(loss)
        self._steps += 1
        forms = list(self._values(o, t))
        agreeing = [form for form, (value, doubt, _) in enumerate(forms) if abs(loss - value) <= near + min(doubt, _OVERLAP_RECOGNITION_MOST_DOUBT * abs(loss))]
        for form in agreeing:
            self._agreements[form] = self._agreements.get(form, 0) + 1
        most = max(self._agreements.values(), default=0)
        self._none = 2 * most < self._steps
        if self._none:
            return None
        return _Overlap(most >= _OVERLAP_RECOGNITION_FEWEST_STEPS and any(self._agreements[form] == most for form in agreeing),
                        all(count < most or forms[form][2] == "" for form, count in self._agreements.items()),
                        all(count < most or forms[form][2] == "sigmoid" for form, count in self._agreements.items()), float(((o < 0) | (o > 1)).double().mean()))

    @classmethod
    def _values(cls, o: Tensor, t: Tensor) -> Iterator[Tuple[float, float, str]]:
        """What a loss would be, how far single precision may be off where its sums cancel out, and what of the output it takes: the output itself where that is empty."""
        entropy = float(torch.nn.functional.binary_cross_entropy_with_logits(o, t))
        sigmoid = o.sigmoid()
        every = list(range(o.dim()))
        groups = (every, every[1:], every[2:] or every, [0] + every[2:])
        for marked, taken in ((o, ""), (sigmoid, "sigmoid"), (o.softmax(1), "softmax") if o.shape[1] > 1 else (sigmoid, "sigmoid")):
            for together in groups:
                for overlap, doubt in cls._overlaps(marked, t, together):
                    yield 1 - overlap, doubt, taken
                    yield -overlap, doubt, taken
                    yield entropy + 1 - overlap, doubt, taken
                    yield (entropy + 1 - overlap) / 2, doubt, taken

    @staticmethod
    def _overlaps(marked: Tensor, t: Tensor, together: List[int]) -> List[Tuple[float, float]]:
        masked = t.sum(together).reshape(-1)
        shared = (marked * t).sum(together).reshape(-1)
        plain, squared = marked.sum(together).reshape(-1) + masked, (marked * marked).sum(together).reshape(-1) + masked
        size = marked.abs().sum(together).reshape(-1) + masked
        above, below = [], []  # type: List[Tensor], List[Tensor]
        for smoothing in _OVERLAP_RECOGNITION_SMOOTHINGS:
            above += [2 * shared + smoothing, 2 * shared, 2 * shared + smoothing, 2 * shared, shared + smoothing]
            below += [plain + smoothing, plain + smoothing, squared + smoothing, squared + smoothing, plain - shared + smoothing]
        fractions, lower = torch.stack(above) / torch.stack(below), torch.stack(below)
        doubts = _OVERLAP_RECOGNITION_SINGLE * (fractions.abs() * size / lower.abs()).mean(1)
        return list(zip(fractions.mean(1).tolist(), doubts.tolist()))
