"""Which layer feeds which, seen from the tensors that they hand on."""

from __future__ import annotations

import weakref
from typing import Any, Dict, Optional, Tuple

from torch import Tensor


class _DataFlow:
    """Finds out during the first step which layer's output is handed to which layer unchanged: the tensor that goes in is the very object that came out."""

    def __init__(self) -> None:
        self._step: Optional[int] = None
        self._sources: Dict[int, Tuple[Any, int, int]] = {}

    def covers(self, step: int) -> bool:
        if self._step is None:
            self._step = step
        elif self._step != step:
            self._sources.clear()
        return self._step == step

    def add(self, made: Tensor, order: int) -> None:
        self._sources[id(made)] = (weakref.ref(made), order, made._version)

    def hand_on(self, taken: Optional[Tensor], made: Tensor) -> None:
        """Notes an output that comes from where another tensor does; from nowhere that is known where that does not."""
        order = None if taken is None else self.origin_of(taken, True)
        if order is None:
            self._sources.pop(id(made), None)
        else:
            self.add(made, order)

    def origin_of(self, taken: Tensor, in_place: bool) -> Optional[int]:
        source = self._sources.get(id(taken))
        if source is None or source[0]() is not taken or not (in_place or source[2] == taken._version):
            return None
        return source[1]
