"""Which rows of an embedding are looked up."""

from __future__ import annotations

from collections import Counter
from typing import Dict, List, Optional, Tuple

import torch
from torch import Tensor, nn

from ._tables import (
    _LOOKUP_COUNTS_DENSE, _LOOKUP_COUNTS_FEWEST_LOOKUPS, _LOOKUP_COUNTS_FEWEST_ROWS, _LOOKUP_COUNTS_FILLED_SHARE, _LOOKUP_COUNTS_MODES,
    _LOOKUP_COUNTS_MOST_LOOKUPS, _LOOKUP_COUNTS_MOST_MODES, _LOOKUP_COUNTS_PERIOD)


class _LookupCounts:
    """Finds the row of an embedding that is looked up most. After the first batches only few are looked at."""

    def __init__(self, rows: int, padding: Optional[int]) -> None:
        """
        :param rows: How many rows the table has.
        :param padding: The row that fills sequences up, where the layer knows it.
        """
        self._rows, self._padding = rows, padding
        self._looked = self._seen = 0
        self._modes: Dict[int, Tuple[int, int, int, int]] = {}
        """For a row that was among the most frequent of a batch: its lookups; those that follow another row, and how many such places there were; and all lookups of these batches."""
        self._share: Optional[float] = None

    @classmethod
    def of(cls, module: nn.Module) -> Optional["_LookupCounts"]:
        """None for tables of few rows, of which one may rightly be most frequent."""
        rows, padding = getattr(module, "num_embeddings", 0), getattr(module, "padding_idx", None)
        return cls(rows, padding) if isinstance(rows, int) and rows >= _LOOKUP_COUNTS_FEWEST_ROWS else None

    def add(self, indices: Optional[Tensor]) -> None:
        """Takes a call of the layer."""
        self._looked += 1
        if (indices is None or (self._looked > _LOOKUP_COUNTS_DENSE and self._looked % _LOOKUP_COUNTS_PERIOD != 0) or indices.dtype not in (torch.int64, torch.int32) or indices.dim() == 0
                or indices.numel() == 0 or indices.layout is not torch.strided or indices.device.type == "meta"):
            return
        places = indices.shape[-1] if indices.dim() > 1 else 1
        table = indices.detach().reshape(-1, places)[:, :_LOOKUP_COUNTS_MOST_LOOKUPS]
        rows: List[List[int]] = table[:max(1, _LOOKUP_COUNTS_MOST_LOOKUPS // table.shape[1])].tolist()
        filled = 0
        if places > 1 and len(rows) > 1:
            # Places stand in the second dimension, or in the first: there where more of a sequence's end is filled up.
            turned = [list(column) for column in zip(*rows)]
            ends, turned_ends = self._ends(rows), self._ends(turned)
            rows, ends = (turned, turned_ends) if sum(turned_ends) > sum(ends) else (rows, ends)
            rows = [row[:len(row) - end] for row, end in zip(rows, ends)]
            filled = sum(ends)
        self._count(rows, places > 1)

    def take_share(self) -> Optional[float]:
        """The share of the most frequent row, where a call was looked at since the last time and enough was seen."""
        share, self._share = self._share, None
        return share if self._seen >= _LOOKUP_COUNTS_FEWEST_LOOKUPS else None

    @staticmethod
    def _ends(rows: List[List[int]]) -> List[int]:
        """How many places at the end of each row are filled up by the index that does so in many of them."""
        runs = []
        for row in rows:
            last, run = row[-1], 0
            for index in reversed(row):
                if index != last:
                    break
                run += 1
            runs.append((last, run))
        found = Counter(last for (last, run), row in zip(runs, rows) if 2 <= run < len(row)).most_common(1)
        if not found or found[0][1] < _LOOKUP_COUNTS_FILLED_SHARE * len(rows):
            return [0] * len(rows)
        return [run if last == found[0][0] else 0 for last, run in runs]

    def _count(self, rows: List[List[int]], are_sequences: bool) -> None:
        counts = Counter(index for row in rows for index in row)
        if self._padding is not None:
            counts.pop(self._padding, None)
        total = sum(counts.values())
        self._seen += total
        for mode, times in counts.most_common(_LOOKUP_COUNTS_MODES):
            if mode not in self._modes and len(self._modes) >= _LOOKUP_COUNTS_MOST_MODES:
                continue
            hits = possible = 0
            for row in rows:
                before = -1
                for index in row:
                    # What repeats itself is one stretch of silence or background: only what follows another row says how frequent a row is.
                    if index != self._padding and before != mode:
                        possible += 1
                        hits += index == mode
                    before = index
            known = self._modes.get(mode, (0, 0, 0, 0))
            self._modes[mode] = (known[0] + times, known[1] + hits, known[2] + possible, known[3] + total)
        if self._modes:
            # In batches that it was not among the most frequent of, a row counts as absent.
            shares = [(min(times / self._seen, hits / max(1, possible + self._seen - among)), mode) for mode, (times, hits, possible, among) in self._modes.items()]
            share, mode = max(shares)
            # A category may be as frequent as that. Numbers that were cut to the size of the table end in its last row.
            self._share = share if are_sequences or mode == self._rows - 1 else 0.0
