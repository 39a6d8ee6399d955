"""Measured steps that wait to be settled together."""

from __future__ import annotations

import time
from typing import Callable, List, Optional, Sequence, Tuple, Union

from ._typing import Lines


_Step = Union[str, Tuple[int, Lines, Sequence[str]]]
"""A step: its line of the file, or its number, what is told of it, and further measurements, spelt."""


class _Block:
    """What a part of the doctor measured in a step. It is reduced and spelt when several steps are settled together, which takes little more than one."""

    def __init__(self) -> None:
        self.text = ""
        """The measurements as the items of a JSON array; empty until they are settled."""

    def add(self, text: str) -> None:
        """Adds measurements, spelt."""
        self.text = self.text + "," + text if self.text and text else self.text or text


class _StepQueue:
    """
    Holds steps back, to settle what was measured in them and to write them together: a call of torch takes as long for the small tensors of eight steps as for those of one. Measured steps of a
    training whose steps are slow do not wait, none waits longer than a quarter of a second and the step that follows, and an alarm settles all.
    """

    MOST_STEPS = 8
    _SLOW = 0.05
    _LONGEST_WAIT = 0.25
    _MOST_WAITING = 256

    def __init__(self, settle: Callable[[], None], write: Callable[[List[_Step]], None], clock: Callable[[], float] = time.monotonic) -> None:
        """
        :param settle: Gives every block that waits its text.
        :param write: Writes steps.
        :param clock: Tells the time in seconds.
        """
        self._settle, self._write, self._clock = settle, write, clock
        self._waiting: List[Union[str, Tuple[int, Lines, List[_Block]]]] = []
        self._blocks = 0
        self._first = 0.0
        self._last: Optional[float] = None

    def add(self, step: int, lines: Lines, blocks: List[_Block]) -> None:
        """Takes a step: what is told of it, and what remains to be settled."""
        now = self._clock()
        if not self._waiting:
            self._first = now
        self._waiting.append((step, lines, blocks))
        is_over = now - self._first > self._LONGEST_WAIT or len(self._waiting) >= self._MOST_WAITING
        if blocks:
            self._blocks += 1
            is_over |= self._last is None or now - self._last > self._SLOW or self._blocks >= self.MOST_STEPS
        self._last = now
        if is_over:
            self.settle()

    def add_line(self, line: str) -> None:
        """Takes a step of which nothing remains to be settled, as its line of the file."""
        now = self._clock()
        if not self._waiting:
            self._first = now
        self._waiting.append(line)
        self._last = now
        if now - self._first > self._LONGEST_WAIT or len(self._waiting) >= self._MOST_WAITING:
            self.settle()

    def settle(self) -> None:
        """Settles and writes all that waits."""
        waiting, self._waiting = self._waiting, []
        if self._blocks:
            self._blocks = 0
            self._settle()
        if waiting:
            self._write([each if isinstance(each, str) else (each[0], each[1], [block.text for block in each[2] if block.text]) for each in waiting])
