"""Hooks that only listen."""

from __future__ import annotations

import contextlib
from typing import Any, Callable, TYPE_CHECKING

if TYPE_CHECKING:
    from ._faults import _FaultGuard


class _Listener:
    """A hook that copies and pickles of the model leave behind: they are not watched, and a doctor can be neither copied nor pickled."""

    def __deepcopy__(self, memo: Any) -> Any:
        return _NOTHING.__exit__

    def __reduce__(self) -> Any:
        # Takes any arguments and returns None, and whoever loads the model has it: this file need not be at hand.
        return getattr, (_NOTHING, "__exit__")


class _Hook(_Listener):
    """A hook of which nothing that goes wrong reaches the training."""

    def __init__(self, guard: _FaultGuard, part: str, action: Callable[..., None], *first: Any) -> None:
        self._guard, self._part, self._action, self._first = guard, part, action, first
        self._is_off = False

    def __call__(self, *arguments: Any) -> None:
        # Called for every layer of every measured step: what it shares with ``_FaultGuard.run`` is written out here.
        if not self._is_off:
            with self._guard.gate:
                try:
                    self._action(*self._first, *arguments)
                except Exception as error:  # noqa: BLE001, whatever it is, it must not reach the training.
                    self._is_off = True
                    self._guard.note(self._part, error)


_NOTHING = contextlib.nullcontext()
