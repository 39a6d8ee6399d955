"""How outputs are laid out: which of their elements belong to a unit, a sample, a place."""

from __future__ import annotations

import math
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor

from ._statistics import _PIECE, _Scratch, _pieces, _scratch, _widened, _zeros
from ._tensors import _product


class _Sizes(NamedTuple):
    """What one look at a parameter or gradient gives. All but the count of bad elements is that of the finite ones."""

    count: int
    non_finite: float
    mean: float
    deviation: float
    norm: float
    magnitude: float
    zero_fraction: float

    LENGTH = 5

    @classmethod
    def of(cls, count: int, numbers: Sequence[float]) -> "_Sizes":
        total, squares, magnitude, zeros, bad = numbers
        finite = count - bad
        if finite == 0:
            return cls(count, bad, math.nan, math.nan, math.nan, math.nan, 0.0)
        mean = total / finite
        variance = squares / finite - mean * mean
        # What rounding leaves of equal numbers is no spread.
        deviation = math.sqrt(variance) if variance > 4e-15 * mean * mean else 0.0
        return cls(count, bad, mean, deviation, math.nan if bad > 0 else math.sqrt(squares), magnitude, zeros / count)


class _Cells:
    """What the rows of a table are copied from: tensors of one type and place, laid flat and filled up with zeros to the longest."""

    SHORT = 4096
    TINY = 256
    """Biases are not filled up to the length of weights: to go through the zeros would take as long as through the weights."""

    def __init__(self, names: Tuple[str, ...], tensors: Sequence[Tensor]) -> None:
        self.names = names
        self.counts = tuple([tensor.numel() for tensor in tensors])
        self.width = max(self.counts)
        trails = {tuple(tensor.shape[1:]) if tensor.dim() > 0 and tensor.layout is torch.strided else None for tensor in tensors}
        trail = trails.pop() if len(trails) == 1 else None
        self.trail: Optional[Tuple[int, ...]] = trail if trail is not None and self.width % max(1, _product(trail)) == 0 else None
        """The shape of one row of all tensors, so that they can be put one below the other as they are: to lay each flat takes longer than to copy it."""
        self.parts: List[Tensor] = []
        for tensor, count in zip(tensors, self.counts):
            self.parts.append(self._laid(tensor).detach())
            if count < self.width:
                self.parts.append(self._laid_like(_zeros(self.width - count, self.parts[-1])))

    def _laid(self, tensor: Tensor) -> Tensor:
        dense = tensor if tensor.layout is torch.strided else tensor.to_dense()
        return dense.reshape(-1) if self.trail is None else dense

    def _laid_like(self, flat: Tensor) -> Tensor:
        return flat if self.trail is None else flat.reshape(-1, *self.trail)

    def copied(self, into: Optional[Tensor] = None) -> Tensor:
        """A table of the tensors, each in a row.

        :param into: Memory for it, of that shape and the same type; None for memory of its own.
        """
        shape = len(self.counts), self.width
        if into is None:
            return torch.cat(self.parts).reshape(shape)
        torch.cat(self.parts, out=into.view(-1) if self.trail is None else into.view(-1, *self.trail))
        return into

    @classmethod
    def of(cls, tensors: Iterable[Tuple[str, Tensor]]) -> List["_Cells"]:
        """Deals tensors out to tables: of one type and place; large ones only with those of their size, and never too many elements together."""
        groups: Dict[Any, Tuple[List[str], List[Tensor], int]] = {}
        for name, tensor in tensors:
            count = tensor.numel()
            width = count if count > cls.SHORT else cls.SHORT if count > cls.TINY else cls.TINY
            key = (width, tensor.dtype, tensor.device)
            names, members, _ = groups.setdefault(key, ([], [], width))
            names.append(name)
            members.append(tensor)
        dealt = []
        for names, members, width in groups.values():
            most = max(1, _PIECE // width)
            dealt += [cls(tuple(names[start:start + most]), members[start:start + most]) for start in range(0, len(names), most)]
        return dealt

    def of_same_form(self, tensors: Dict[str, Tensor]) -> "_Cells":
        """The cells of other tensors of the same sizes, type and place, as gradients are to parameters, by the same names."""
        same = object.__new__(_Cells)
        same.names, same.counts, same.width, same.trail, same.parts = self.names, self.counts, self.width, self.trail, list(self.parts)
        place = 0
        for name, count in zip(self.names, self.counts):
            tensor = tensors[name]
            same.parts[place] = self._laid(tensor)
            place += 1 if count == self.width else 2
        return same


    def above(self, others: "_Cells") -> "_Cells":
        """The cells of both, which are of one width: these, and the others below them."""
        both = object.__new__(_Cells)
        both.names, both.counts, both.width, both.trail, both.parts = self.names + others.names, self.counts + others.counts, self.width, self.trail, self.parts + others.parts
        return both

    def like(self, others: "_Cells") -> bool:
        """Whether both are short, and of one type and place, so that they can be measured together."""
        return self.width <= self.SHORT and 2 * len(self.names) * self.width <= _Scratch.MOST and self.parts[0].dtype == others.parts[0].dtype and self.parts[0].device == others.parts[0].device


_FILLING: Dict[Any, Tensor] = {}


def _filling(counts: Tuple[int, ...], width: int, like: Tensor) -> Tensor:
    """How many zeros fill each row up, made once."""
    key = counts, width, like.dtype, like.device
    found = _FILLING.get(key)
    if found is None:
        if len(_FILLING) >= 64:
            _FILLING.clear()
        with torch.inference_mode(False):
            found = _FILLING[key] = torch.tensor([width - count for count in counts], dtype=like.dtype, device=like.device)
    return found


class _Table:
    """Parameters or gradients, each in a row, copied: many are measured with as few calls as one. Short rows are filled up with zeros."""

    SHORT = _Cells.SHORT
    is_part = False

    def __init__(self, cells: _Cells, spare: Optional[Tensor] = None) -> None:
        """
        :param cells: What to copy.
        :param spare: Memory that nobody looks at any more, which is taken when it fits.
        """
        self.names, self.counts = cells.names, cells.counts
        width = cells.width
        shape = len(self.counts), width
        self.squares: Optional[Tensor] = None
        """For each row its squared norm, once it is known and every element is finite."""
        like = cells.parts[0]
        self.rows = cells.copied(spare if spare is not None and spare.shape == shape and spare.dtype == like.dtype and spare.device == like.device else None)

    @classmethod
    def of_rows(cls, rows: Tensor, names: Optional[Tuple[str, ...]] = None, counts: Optional[Tuple[int, ...]] = None) -> "_Table":
        """A table of rows that lie where they lay."""
        table = object.__new__(cls)
        table.names, table.counts = names or ("",) * rows.shape[0], counts or (rows.shape[1],) * rows.shape[0]
        table.rows, table.squares, table.is_part = rows, None, True
        return table

    def fits(self, other: Optional["_Table"]) -> bool:
        return other is not None and other.names == self.names and other.counts == self.counts and other.rows.device == self.rows.device

    def reduce(self) -> Tensor:
        """For each row the numbers that ``_Sizes`` is made of."""
        length = max(1, _PIECE // self.rows.shape[0])
        looks = [self._reduce(piece) for piece in _pieces(self.rows, length)]
        parts = [part for part, _ in looks]
        if len(parts) > 1:
            total, squares, magnitude, zeros, bad = torch.stack(parts).unbind(2)
            parts = [torch.stack([total.sum(0), squares.sum(0), magnitude.amax(0), zeros.sum(0), bad.sum(0)], 1)]
        numbers = parts[0]
        self.squares = numbers[:, 1] if all(is_finite for _, is_finite in looks) else None
        if min(self.counts) < self.rows.shape[1]:
            numbers[:, 3] -= _filling(self.counts, self.rows.shape[1], numbers)
        return numbers

    @staticmethod
    def _reduce(piece: Tensor) -> Tuple[Tensor, bool]:
        wide = _widened(piece, 2)
        total = wide.sum(1)
        # Asking a device would make it wait, main memory answers at once. A sum is finite only where every number is.
        if wide.device.type == "cpu" and math.isfinite(float(total.sum())):
            sizes = torch.abs(wide, out=_scratch(0, wide))
            return torch.stack([total, torch.mul(sizes, sizes, out=_scratch(1, wide)).sum(1), sizes.amax(1), wide.shape[1] - sizes.sign_().sum(1), torch.zeros_like(total)], 1), True
        mask = ~torch.isfinite(wide)
        finite = wide.masked_fill(mask, 0.0)
        return torch.stack([finite.sum(1), (finite * finite).sum(1), finite.abs().amax(1), (wide == 0).sum(1).to(wide.dtype), mask.sum(1).to(wide.dtype)], 1), False

    def halves(self) -> Tuple["_Table", "_Table"]:
        """The upper and the lower half of the rows, which lie where they lay: their memory is not theirs to give away."""
        half = len(self.counts) // 2
        made = []
        for start in (0, half):
            part = object.__new__(_Table)
            part.names, part.counts, part.rows = self.names[start:start + half], self.counts[start:start + half], self.rows[start:start + half]
            part.squares = None if self.squares is None else self.squares[start:start + half]
            part.is_part = True
            made.append(part)
        return made[0], made[1]

    @property
    def spare(self) -> Optional[Tensor]:
        """The memory of a table that nobody looks at any more; None where it is too much to be kept."""
        rows = self.rows
        return rows if not self.is_part and rows.shape[1] <= self.SHORT and rows.numel() <= _Scratch.MOST and rows.device.type == "cpu" and not rows.is_inference() else None

    def thinned(self, most: int) -> "_Table":
        """Evenly spread elements of large rows; of short ones all."""
        if self.rows.shape[1] <= most:
            return self
        thin = object.__new__(_Table)
        thin.names, thin.counts, thin.squares = self.names, self.counts, None
        thin.rows = self.rows[:, ::-(-self.rows.shape[1] // most)].clone()
        return thin

    def changes(self, before: "_Table") -> Tensor:
        """For each row the squared norms of a change and of what was before it."""
        length = max(1, _PIECE // self.rows.shape[0])
        parts = []
        for now, was in zip(_pieces(self.rows, length), _pieces(before.rows, length)):
            was = _widened(was, 3)
            change = torch.sub(_widened(now, 2), was, out=_scratch(0, was))
            moved = change.mul_(change).sum(1)
            parts.append(moved if before.squares is not None else torch.stack([moved, (was * was).sum(1)], 1))
        whole = parts[0] if len(parts) == 1 else torch.stack(parts).sum(0)
        return whole if before.squares is None else torch.stack([whole, before.squares], 1)

    def products(self, before: "_Table") -> Tensor:
        """For each row what the angle between two gradients is made of: their inner product and their squared norms."""
        now, was = _widened(self.rows, 2), _widened(before.rows, 3)
        inner = torch.mul(now, was, out=_scratch(0, now)).sum(1)
        return torch.stack([inner, (now * now).sum(1) if self.squares is None else self.squares, (was * was).sum(1) if before.squares is None else before.squares], 1)
