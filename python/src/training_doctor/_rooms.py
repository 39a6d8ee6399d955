"""Memory for what layers made."""

from __future__ import annotations

from typing import List, Tuple

import torch
from torch import Tensor

from ._layers import _LayerProbe, _Layout
from ._queue import _Block
from ._tensors import _product


_Kept = Tuple[_LayerProbe, Tensor, int]
"""A layer, its output, and how often that had been written into."""


class _Room:
    """
    Memory for the small outputs of one layout, and of several steps. An output is kept as it is until the step ends, and copied then together with all others, unless a later layer has once been seen
    writing into it: then, and in the first step, it is copied at once.
    """

    def __init__(self, layout: _Layout, count: int, steps: int) -> None:
        """
        :param layout: What the outputs have in common.
        :param count: How many there are in a step.
        :param steps: For how many steps there is to be room.
        """
        self.count, self.size = count, _product(layout.shape)
        with torch.inference_mode(False):
            self.table = torch.empty((count * steps, self.size), dtype=layout.dtype)
            self._places = self.table.view(-1, *layout.shape)
        self.probes: List[_LayerProbe] = []
        """Whose outputs lie in the rows of the table: those of all steps that wait."""
        self.ranges: List[Tuple[int, int, _Block]] = []
        """Which rows belong to which step."""
        self._left = count
        self._kept: List[_Kept] = []
        self._copied: List[_Kept] = []

    @property
    def is_full(self) -> bool:
        """Whether there is no room for a further step."""
        return len(self.probes) + self.count > self.table.shape[0]

    @property
    def has_any(self) -> bool:
        """Whether there are outputs of a step that is not over."""
        return bool(self._kept or self._copied)

    def take(self, probe: _LayerProbe, made: Tensor) -> bool:
        """Takes an output; False when there is no room left."""
        if self._left <= 0:
            return False
        self._left -= 1
        made = made.detach()
        if probe.is_written_into is False:
            self._kept.append((probe, made, made._version))
            return True
        # From the end of the step's rows on, so that those that are kept lie side by side.
        self._places[len(self.probes) + self.count - 1 - len(self._copied)].copy_(made)
        self._copied.append((probe, made, -1 if made.is_inference() else made._version))
        return True

    def keep(self, probe: _LayerProbe, made: Tensor, version: int) -> bool:
        """Keeps an output that no later layer writes into; False when there is no room left."""
        if self._left <= 0:
            return False
        self._left -= 1
        self._kept.append((probe, made, version))
        return True

    def end_step(self, block: _Block) -> None:
        """Copies what was kept. Of an output that was written into for the first time, what it was is lost.

        :param block: What is to hold the measurements of the step.
        """
        start, kept, copied = len(self.probes), self._kept, self._copied
        self._kept, self._copied = [], []
        for probe, made, version in copied:
            probe.is_written_into = bool(probe.is_written_into) or version < 0 or made._version != version
        lost = [probe for probe, made, version in kept if made._version != version]
        if lost:
            for probe in lost:
                probe.is_written_into = True
            kept = [each for each in kept if not each[0].is_written_into]
        if kept:
            some = self._places[start:start + len(kept)]
            # One after the other along their first dimension they lie as in a stack, which would take a view of each first.
            torch.stack([made for _, made, _ in kept], out=some) if some.dim() == 1 else torch.cat([made for _, made, _ in kept], out=some.flatten(0, 1))
        end, last = start + len(kept), start + self.count - 1
        if end + len(copied) - 1 == last:
            copied.reverse()
        else:
            for place in range(len(copied)):
                self._places[end + place].copy_(self._places[last - place])
        self.probes += [probe for probe, _, _ in kept + copied]
        self.ranges.append((start, len(self.probes), block))
        self._left = 0 if self.is_full else self.count

    def forget_step(self) -> None:
        """Lets go of the outputs of a step that is not over."""
        self._kept, self._copied = [], []
        self._left = 0 if self.is_full else self.count

    def clear(self) -> None:
        """Makes room, once all that waits is settled."""
        first, self.probes, self.ranges = len(self.probes), [], []
        if first > 0 and self._copied:
            ends = [self._places[first + self.count - 1 - place].clone() for place in range(len(self._copied))]
            for place, made in enumerate(ends):
                self._places[self.count - 1 - place].copy_(made)
        self._left = self.count - len(self._kept) - len(self._copied)

    def close(self) -> None:
        """Takes nothing any more."""
        self.count = self._left = 0
