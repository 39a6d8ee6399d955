"""Values and gradients of steps in a row."""

from __future__ import annotations

import math
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor

from ._queue import _Block, _StepQueue
from ._statistics import _Scratch, _scratch
from ._units import _Cells, _Table, _filling


_Form = Tuple[Tuple[str, ...], Tuple[int, ...], int]
"""The names and the numbers of elements of a table's rows, and its width."""


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
    Memory for values and, below them, gradients of several steps, in double precision. What came before the first of them lies in place 0, so that changes are the difference of each place and the one
    before it.
    """

    STEPS = _StepQueue.MOST_STEPS

    def __init__(self, names: Sequence[str], cells: Sequence[_Cells]) -> None:
        """
        :param names: All parameters, in the order of the model.
        :param cells: Values above gradients, dealt out to tables.
        """
        self.names = list(names)
        self._forms: List[_Form] = [(each.names, each.counts, each.width) for each in cells]
        with torch.inference_mode(False):
            self._places = [torch.zeros((self.STEPS + 1, len(each.names), each.width), dtype=torch.float64) for each in cells]
        self._counts = [torch.tensor(each.counts, dtype=torch.float64) for each in cells]
        self.waiting: List[_Waiting] = []

    def fits(self, names: Sequence[str], cells: Sequence[_Cells]) -> bool:
        return self._forms == [(each.names, each.counts, each.width) for each in cells] and self.names == names

    @property
    def order(self) -> List[str]:
        """The parameters in the order in which ``derive`` tells them."""
        return [name for names, _, _ in self._forms for name in names[:len(names) // 2]]

    def take(self, cells: Sequence[_Cells], waiting: _Waiting) -> None:
        """Copies a step."""
        self.waiting.append(waiting)
        for each, places in zip(cells, self._places):
            place = places[len(self.waiting)]
            if each.parts[0].dtype == torch.float64:
                each.copied(place)
            else:
                place.copy_(each.copied(_scratch(0, place, each.parts[0].dtype)))

    def restart(self) -> None:
        """Forgets all steps that wait, except that the last is what came before the next."""
        last, self.waiting = len(self.waiting), []
        if last > 0:
            for places in self._places:
                places[0].copy_(places[last])

    def tables(self, place: int) -> Tuple[List[_Table], List[_Table]]:
        """The values and the gradients in a place, where they lie."""
        values, slopes = [], []
        for (names, counts, _), places in zip(self._forms, self._places):
            half = len(names) // 2
            values.append(_Table.of_rows(places[place, :half], names[:half], counts[:half]))
            slopes.append(_Table.of_rows(places[place, half:], names[half:], counts[half:]))
        return values, slopes

    def derive(self) -> Optional[Tuple[Tensor, Tensor]]:
        """
        What each step that waits tells of each parameter, of the shape (steps, parameters, numbers), and what the sums over all of them are made of, of the shape (steps, 4).
        None when there is an element that is not finite.
        """
        tables, sums = [], []
        for form, counts, places in zip(self._forms, self._counts, self._places):
            looks = [self._look(places, form, start, end) for start, end in self._pieces(places)]
            if any([look is None for look in looks]):
                return None
            numbers, moved, turned = (torch.cat(parts) for parts in zip(*[look for look in looks if look is not None]))
            changes, cosines = self._compared(places, form[0], numbers[:, :, 1], moved, turned)
            table, total = _derived(numbers, counts, changes, cosines)
            tables.append(table)
            sums.append(total)
        return torch.cat(tables, 1), sum(sums[1:], sums[0])

    def _pieces(self, places: Tensor) -> List[Tuple[int, int]]:
        most = max(1, _Scratch.MOST // (places.shape[1] * places.shape[2]))
        return [(start, min(len(self.waiting), start + most)) for start in range(0, len(self.waiting), most)]

    @staticmethod
    def _look(places: Tensor, form: _Form, start: int, end: int) -> Optional[Tuple[Tensor, Tensor, Tensor]]:
        """
        Looks at some steps. None when there is an element that is not finite.

        :return: The sums, squared norms, magnitudes and numbers of zeros of all rows, the zeros of gradients alone; the squared norms of the changes of values; the inner products of gradients with those
            before.
        """
        names, counts, width = form
        half, rows, others = len(names) // 2, places[start + 1:end + 1], places[start:end]
        total = rows.sum(2)
        # A sum is finite only where every number is.
        if not math.isfinite(float(total.sum())):
            return None
        sizes = torch.abs(rows, out=_scratch(0, rows))
        squares = torch.mul(sizes, sizes, out=_scratch(1, rows)).sum(2)
        magnitude = sizes.amax(2)
        zeros = torch.zeros_like(total)
        zeros[:, half:] = width - sizes[:, half:].sign_().sum(2)
        if min(counts) < width:
            zeros[:, half:] -= _filling(counts, width, zeros)[half:]
        change = torch.sub(rows[:, :half], others[:, :half], out=_scratch(1, rows[:, :half]))
        moved = change.mul_(change).sum(2)
        turned = torch.mul(rows[:, half:], others[:, half:], out=_scratch(1, rows[:, half:])).sum(2)
        return torch.stack([total, squares, magnitude, zeros], 2), moved, turned

    def _compared(self, places: Tensor, names: Tuple[str, ...], squares: Tensor, moved: Tensor, turned: Tensor) -> Tuple[Tensor, Tensor]:
        """The squared norms of each change and of what was before it, and the cosines of the angles of gradients to those before; NaN where what was before is not known."""
        half, first = len(names) // 2, places[0]
        earlier = torch.cat([(first * first).sum(1).unsqueeze(0), squares[:-1]])
        changes = torch.stack([moved, earlier[:, :half]], 2)
        inner = torch.stack([turned, squares[:, half:], earlier[:, half:]], 2)
        for place, step in enumerate(self.waiting):
            if not step.is_next:
                values, slopes = (_Table.of_rows(places[place + 1, part], names[part]) for part in (slice(0, half), slice(half, None)))
                was, last = step.before.get(values.names), step.last.get(slopes.names)
                changes[place] = math.nan if was is None or was.rows.shape != values.rows.shape else values.changes(was)
                inner[place] = math.nan if last is None or last.rows.shape != slopes.rows.shape else slopes.products(last)
        scale = inner[:, :, 1].sqrt() * inner[:, :, 2].sqrt()
        return changes, (inner[:, :, 0] / scale).clamp(-1, 1).masked_fill(~((scale > 0) & (scale < math.inf)), math.nan)


def _derived(numbers: Tensor, counts: Tensor, changes: Tensor, cosines: Tensor) -> Tuple[Tensor, Tensor]:
    """
    For each step what is told of each parameter, and what the sums over all are made of.

    :param numbers: Sums, squared norms, magnitudes and numbers of zeros of values above gradients.
    :param counts: The number of elements of each row.
    :param changes: The squared norms of changes and of what was before.
    :param cosines: Those of the angles of gradients to those before.
    """
    total, squares, magnitude, zeros = numbers.unbind(2)
    half, mean = changes.shape[1], total / counts
    variance = squares / counts - mean * mean
    # What rounding leaves of equal numbers is no spread.
    deviation = variance.sqrt().masked_fill(~(variance > 4e-15 * mean * mean), 0.0)
    norm, zero_fraction = squares.sqrt(), zeros / counts
    change, before = changes.unbind(2)
    ratio = (change / before).sqrt().masked_fill(~(before > 0), math.nan)
    slope = [part[:, half:] for part in (norm, deviation, magnitude, zero_fraction)]
    value = [part[:, :half] for part in (norm, mean, deviation, magnitude)]
    sums = torch.stack([(slope[0] * slope[0]).sum(1), (value[0] * value[0]).sum(1), change.sum(1), before.sum(1)], 1)
    return torch.stack([*slope, cosines, *value, ratio], 2), sums
