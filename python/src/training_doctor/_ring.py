"""Values and gradients of steps in a row."""

from __future__ import annotations

import math
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor

from ._queue import _Block, _StepQueue
from ._statistics import _Scratch, _scratch, _widened
from ._units import _Cells, _Table, _filling


_Form = Tuple[Tuple[str, ...], Tuple[int, ...], int, torch.dtype]
"""The names and the numbers of elements of a table's rows, its width and its type."""


class _Waiting(NamedTuple):
    """A step that is not settled yet."""

    block: _Block
    is_next: bool
    """Whether it came right after the step in the place before."""
    before: Dict[Tuple[str, ...], _Table]
    """Otherwise the values before the step, as far as they are known."""
    last: Dict[Tuple[str, ...], _Table]
    """Otherwise the gradients of the step before, as far as they are known."""


class _Ring:
    """
    Memory for values and, below them, gradients of several steps, of the type that they have. What came before the first of them lies in place 0, so that changes are the difference of each place and
    the one before it.
    """

    STEPS = _StepQueue.MOST_STEPS

    def __init__(self, names: Sequence[str], cells: Sequence[_Cells]) -> None:
        """
        :param names: All parameters, in the order of the model.
        :param cells: Values above gradients, dealt out to tables.
        """
        self.names = list(names)
        self._forms: List[_Form] = [(each.names, each.counts, each.width, each.parts[0].dtype) for each in cells]
        with torch.inference_mode(False):
            self._places = [torch.zeros((self.STEPS + 1, len(each.names), each.width), dtype=each.parts[0].dtype) for each in cells]
        # Of values and gradients there are as many.
        self._counts = torch.tensor([count for each in cells for count in each.counts[:len(each.counts) // 2]], dtype=torch.float64)
        self.waiting: List[_Waiting] = []

    def fits(self, names: Sequence[str], cells: Sequence[_Cells]) -> bool:
        return self._forms == [(each.names, each.counts, each.width, each.parts[0].dtype) for each in cells] and self.names == names

    @property
    def order(self) -> List[str]:
        """The parameters in the order in which ``derive`` tells them."""
        return [name for names, _, _, _ in self._forms for name in names[:len(names) // 2]]

    def take(self, cells: Sequence[_Cells], waiting: _Waiting) -> None:
        """Copies a step."""
        self.waiting.append(waiting)
        for each, places in zip(cells, self._places):
            each.copied(places[len(self.waiting)])

    def restart(self) -> None:
        """Forgets all steps that wait, except that the last is what came before the next."""
        last, self.waiting = len(self.waiting), []
        if last > 0:
            for places in self._places:
                places[0].copy_(places[last])

    def tables(self, place: int) -> Tuple[List[_Table], List[_Table]]:
        """The values and the gradients in a place, where they lie."""
        values, slopes = [], []
        for (names, counts, _, _), places in zip(self._forms, self._places):
            half = len(names) // 2
            values.append(_Table.of_rows(places[place, :half], names[:half], counts[:half]))
            slopes.append(_Table.of_rows(places[place, half:], names[half:], counts[half:]))
        return values, slopes

    def derive(self) -> Optional[Tuple[Tensor, Tensor]]:
        """
        What each step that waits tells of each parameter, of the shape (steps, parameters, numbers), and what the sums over all of them are made of, of the shape (steps, 4).
        None when there is an element that is not finite.
        """
        numbers, changes, inner = [], [], []
        for form, places in zip(self._forms, self._places):
            half, now = len(form[0]) // 2, places[:len(self.waiting) + 1]
            values, slopes = (self._look(now[:, part], form[1][part], is_slope) for part, is_slope in ((slice(0, half), False), (slice(half, None), True)))
            if values is None or slopes is None:
                return None
            numbers.append(torch.stack([values[0], slopes[0]]))
            compared = self._compared(places, form[0], values[1], slopes[1])
            changes.append(compared[0])
            inner.append(compared[1])
        return _derived(*(parts[0] if len(parts) == 1 else torch.cat(parts, -2) for parts in (numbers, changes, inner)), self._counts)

    @staticmethod
    def _look(places: Tensor, counts: Tuple[int, ...], is_slope: bool) -> Optional[Tuple[Tensor, Tensor]]:
        """
        Looks at all values, or all gradients, in as many places as are taken. None when there is an element that is not finite.

        :return: The sums, squared norms, magnitudes and numbers of zeros, the zeros of gradients alone. And of values the squared norms of their changes and of what was before, of gradients the inner products
            with those before, their squared norms and those of the ones before.
        """
        told, compared = [], []
        most = max(1, _Scratch.most() // (places.shape[0] * places.shape[2]))
        for start in range(0, places.shape[1], most):
            part = places[:, start:start + most]
            every = _widened(part, 2)
            wide, others, narrow = every[1:], every[:-1], (part if part.dtype == torch.float32 else every)[1:]
            total = wide.sum(2)
            # A sum is finite only where every number is.
            if not math.isfinite(float(total.sum())):
                return None
            squares = torch.mul(every, every, out=_scratch(0, every)).sum(2)
            sizes = torch.abs(narrow, out=_scratch(1, narrow))
            magnitude = sizes.amax(2).to(total.dtype)
            if is_slope:
                # Whole numbers: single precision holds them.
                zeros = (part.shape[2] - sizes.sign_().sum(2)).to(total.dtype)
                compared.append(torch.stack([torch.mul(wide, others, out=_scratch(0, wide)).sum(2), squares[1:], squares[:-1]], 2))
            else:
                zeros = torch.zeros_like(total)
                change = torch.sub(wide, others, out=_scratch(0, wide))
                compared.append(torch.stack([change.mul_(change).sum(2), squares[:-1]], 2))
            told.append(torch.stack([total, squares[1:], magnitude, zeros], 2))
        numbers, pairs = (parts[0] if len(parts) == 1 else torch.cat(parts, 1) for parts in (told, compared))
        if is_slope and min(counts) < places.shape[2]:
            numbers[:, :, 3] -= _filling(counts, places.shape[2], numbers)
        return numbers, pairs

    def _compared(self, places: Tensor, names: Tuple[str, ...], changes: Tensor, inner: Tensor) -> Tuple[Tensor, Tensor]:
        """What steps are compared with that did not come right after the one in the place before; NaN where it is not known."""
        half = len(names) // 2
        for place, step in enumerate(self.waiting):
            if not step.is_next:
                values, slopes = (_Table.of_rows(places[place + 1, part], names[part]) for part in (slice(0, half), slice(half, None)))
                was, last = step.before.get(values.names), step.last.get(slopes.names)
                changes[place] = math.nan if was is None or was.rows.shape != values.rows.shape else values.changes(was)
                inner[place] = math.nan if last is None or last.rows.shape != slopes.rows.shape else slopes.products(last)
        return changes, inner


def _derived(numbers: Tensor, changes: Tensor, inner: Tensor, counts: Tensor) -> Tuple[Tensor, Tensor]:
    """
    For each step what is told of each parameter, and what the sums over all are made of.

    :param numbers: Sums, squared norms, magnitudes and numbers of zeros, of the shape (2, steps, parameters, 4): of values and of gradients.
    :param changes: The squared norms of changes and of what was before.
    :param inner: What the angles of gradients to those before are made of.
    :param counts: The number of elements of each parameter.
    """
    total, squares, magnitude, zeros = numbers.unbind(3)
    mean = total / counts
    shift = mean * mean
    variance = squares / counts - shift
    # What rounding leaves of equal numbers is no spread.
    deviation = variance.sqrt().masked_fill_(~(variance > shift * 4e-15), 0.0)
    norm = squares.sqrt()
    change, before = changes.unbind(2)
    ratio = (change / before).sqrt_().masked_fill_(~(before > 0), math.nan)
    scale = inner[:, :, 1].sqrt() * inner[:, :, 2].sqrt()
    cosines = (inner[:, :, 0] / scale).clamp_(-1, 1).masked_fill_(~((scale > 0) & (scale < math.inf)), math.nan)
    sums = torch.stack([squares[1], squares[0], change, before], 2).sum(1)
    return torch.stack([norm[1], deviation[1], magnitude[1], zeros[1] / counts, cosines, norm[0], mean[0], deviation[0], magnitude[0], ratio], 2), sums
