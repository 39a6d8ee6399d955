"""Rows of a batch that equal an earlier one."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import torch
from torch import Tensor

from ._batches import _hash_rows
from ._statistics import _can_measure, _widen
from ._tables import (
    _REPEATED_ROWS_DENSE, _REPEATED_ROWS_FEWEST_DIFFERENCES, _REPEATED_ROWS_FEWEST_ROWS, _REPEATED_ROWS_FEWEST_VALUES, _REPEATED_ROWS_MOST_PLACES,
    _REPEATED_ROWS_MOST_ROWS, _REPEATED_ROWS_MOST_WHOLE, _REPEATED_ROWS_PERIOD)
from ._tensors import _tensors
from ._typing import Observer


class _RepeatedRows:
    """Finds rows of a batch that equal an earlier one, and tells whether their targets do. After the first batches only few are looked at."""

    def __init__(self) -> None:
        self._pairs: List[Tuple[int, int]] = []
        self._duplicates: Optional[float] = None
        self._conflicts: Optional[float] = None
        self._samples = self._calls = self._looked = 0

    def add_call(self, inputs: Any) -> None:
        """Takes a call of the model, of which the first in a step is looked at. Of several inputs one may repeat rightly."""
        wants = self._calls == 0 and (self._looked < _REPEATED_ROWS_DENSE or self._looked % _REPEATED_ROWS_PERIOD == 0)
        self._looked += self._calls == 0
        self._calls += 1
        if not wants:
            return
        given = list(_tensors(inputs))
        if (len(given) != 1 or given[0].dim() < 2 or given[0].shape[0] < _REPEATED_ROWS_FEWEST_ROWS or given[0].numel() < 2 * given[0].shape[0]
                or given[0].layout is not torch.strided or not _can_measure(given[0])):
            return
        batch = given[0].detach()
        rows = batch[:_REPEATED_ROWS_MOST_ROWS].reshape(min(_REPEATED_ROWS_MOST_ROWS, batch.shape[0]), -1)
        places = rows[:, ::-(-rows.shape[1] // _REPEATED_ROWS_MOST_PLACES)].cpu()
        self._samples = batch.shape[0]
        # Few rows differ in many places: most batches are done with after a look at some of these.
        self._pairs = self._pair(places)
        if self._pairs and rows.shape[1] > places.shape[1]:
            self._pairs = self._pair(rows.cpu())
        if self._pairs:
            # A row of one value fills others up, and equals them rightly.
            filling = (rows == rows[:, :1]).all(1).tolist()
            self._pairs = [(row, first) for row, first in self._pairs if not filling[row]]
        self._duplicates = None if self._pairs and self._has_few_values(places.float()) else len(self._pairs) / rows.shape[0]

    def add_target(self, target: Tensor) -> None:
        """Takes what the outputs are compared with. The first of a step counts."""
        if (self._conflicts is not None or self._duplicates is None or not self._pairs or self._calls > 1 or target.dim() == 0 or target.shape[0] != self._samples
                or target.layout is not torch.strided or target.numel() == 0):
            return
        rows = target.detach().reshape(target.shape[0], -1)
        later, earlier = rows[[row for row, _ in self._pairs]], rows[[first for _, first in self._pairs]]
        self._conflicts = float((later != earlier).any(1).double().mean())

    def report(self, observe: Observer) -> None:
        """Tells what was measured of the step."""
        if self._duplicates is not None:
            observe("input_duplicate_fraction", "", self._duplicates)
            if self._conflicts is not None and self._calls == 1:
                observe("conflicting_target_fraction", "", self._conflicts)

    def end_step(self) -> None:
        """Lets go of the step."""
        if self._calls:
            self._pairs, self._duplicates, self._conflicts, self._calls = [], None, None, 0

    @staticmethod
    def _pair(rows: Tensor) -> List[Tuple[int, int]]:
        firsts: Dict[int, int] = {}
        hashes = _hash_rows(_widen(rows)).tolist()
        if len(set(hashes)) == len(hashes):
            return []
        return [(row, first) for row, first in ((row, firsts.setdefault(hashed, row)) for row, hashed in enumerate(hashes)) if first != row]

    def _has_few_values(self, places: Tensor) -> bool:
        """Whole numbers, and features each of which has fewer values than there are different rows, are of a kind that repeats rightly."""
        filled = places != 0
        count = int(filled.sum())
        if count == 0 or int(((places == places.round()) & filled).sum()) >= _REPEATED_ROWS_MOST_WHOLE * count:
            return True
        copies = {row for row, _ in self._pairs}
        own = [row for row in range(places.shape[0]) if row not in copies][:_REPEATED_ROWS_MOST_PLACES]
        if len(own) < 2:
            return False
        ordered = places[own].sort(0).values
        changes = (ordered[1:] != ordered[:-1]).sum(0)
        return int(changes.max()) + 1 < min(len(own), _REPEATED_ROWS_FEWEST_VALUES) or (len(own) == 2 and int(changes.sum()) < _REPEATED_ROWS_FEWEST_DIFFERENCES)
