"""Statistics, computed where the tensors lie."""

from __future__ import annotations

import math
import threading
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor


class _Readback:
    """Collects what is computed during a step and brings all of it to main memory with one transfer for each device and type."""

    def __init__(self) -> None:
        self._parts: List[Tensor] = []
        self._values: Dict[int, Tensor] = {}

    def add(self, numbers: Tensor) -> int:
        self._parts.append(numbers)
        return len(self._parts) - 1

    def fetch(self) -> None:
        transfers: Dict[Tuple[torch.device, torch.dtype], List[int]] = {}
        for index, part in enumerate(self._parts):
            if part.device.type == "cpu":
                self._values[index] = part.double()
            else:
                transfers.setdefault((part.device, part.dtype), []).append(index)
        for indices in transfers.values():
            everything = torch.cat([self._parts[index].reshape(-1) for index in indices]).cpu().double()
            for index, values in zip(indices, everything.split([self._parts[index].numel() for index in indices])):
                self._values[index] = values.reshape(self._parts[index].shape)
        self._parts.clear()

    def take(self, ticket: int) -> Tensor:
        return self._values[ticket]

    def clear(self) -> None:
        self._parts.clear()
        self._values.clear()


class _Statistics(NamedTuple):
    """What one look at a tensor gives. Moments and extremes are those of the finite elements."""

    count: float
    non_finite: float
    mean: float
    deviation: float
    skewness: float
    minimum: float
    maximum: float
    zero_fraction: float
    negative_fraction: float

    LENGTH = 9

    @property
    def magnitude(self) -> float:
        return max(abs(self.minimum), abs(self.maximum))

    @property
    def norm(self) -> float:
        return math.nan if self.non_finite > 0 else math.sqrt(self.count * (self.mean * self.mean + self.deviation * self.deviation))

    @classmethod
    def reduce(cls, tensor: Tensor) -> Tensor:
        """Reduces a tensor, not empty, to the numbers that ``read`` makes statistics of."""
        return cls.reduce_rows(_flat(tensor).unsqueeze(0))[0]

    @classmethod
    def reduce_rows(cls, rows: Tensor) -> Tensor:
        """Reduces each row of a table, so that many tensors of one size take no more calls than one."""
        length = max(1, _PIECE // rows.shape[0])
        return cls.merge([cls.reduce_piece(piece) for piece in _pieces(rows, length)])

    @classmethod
    def merge(cls, pieces: List[Tensor]) -> Tensor:
        """Puts the numbers of the pieces of rows together."""
        if len(pieces) == 1:
            return pieces[0]
        count, mean, squares, cubes, minimum, maximum, zeros, negatives, bad = torch.stack(pieces).unbind(2)
        means = mean.masked_fill(count == 0, 0.0)
        whole = (count * means).sum(0) / count.sum(0)
        shift = means - whole
        return torch.stack([
            count.sum(0), whole, (squares + count * shift * shift).sum(0), (cubes + 3 * shift * squares + count * shift * shift * shift).sum(0), minimum.amin(0), maximum.amax(0),
            zeros.sum(0), negatives.sum(0), bad.sum(0)], 1)

    @classmethod
    def reduce_piece(cls, narrow: Tensor) -> Tensor:
        """Reduces each row of a table."""
        return cls.reduce_widened(narrow, _widened(narrow, 2))

    @classmethod
    def reduce_widened(cls, narrow: Tensor, rows: Tensor) -> Tensor:
        """Reduces each row of a table, given in double precision too: not in the first two slots of ``_scratch``."""
        narrow = narrow if narrow.dtype == torch.float32 else rows
        total = rows.sum(1)
        # Asking a device would make it wait, main memory answers at once. A sum is finite only where every number is.
        if rows.device.type == "cpu" and math.isfinite(float(total.sum())):
            count = total.new_full(total.shape, rows.shape[1])
            bad = total.new_zeros(total.shape)
            mean = total / rows.shape[1]
            difference = torch.sub(rows, mean.unsqueeze(1), out=_scratch(0, rows))
            minimum, maximum = narrow.amin(1), narrow.amax(1)
            signs = torch.sign(narrow, out=_scratch(1, narrow))
            # Whole numbers: single precision holds them up to the size of a piece.
            balance, filled = signs.sum(1), signs.abs_().sum(1)
            zeros, negatives = rows.shape[1] - filled, (filled - balance) / 2
        else:
            mask = ~torch.isfinite(rows)
            bad = mask.sum(1).to(rows.dtype)
            count = rows.shape[1] - bad
            mean = rows.masked_fill(mask, 0.0).sum(1) / count
            difference = (rows - mean.unsqueeze(1)).masked_fill(mask, 0.0)
            minimum, maximum = rows.masked_fill(mask, math.inf).amin(1), rows.masked_fill(mask, -math.inf).amax(1)
            zeros, negatives = (rows == 0).sum(1), (rows < 0).sum(1)
        powers = torch.mul(difference, difference, out=_scratch(1, rows))
        squares = powers.sum(1)
        numbers = (count, mean, squares, powers.mul_(difference).sum(1), minimum, maximum, zeros, negatives, bad)
        return torch.stack([number.to(rows.dtype) for number in numbers], 1)

    @classmethod
    def read(cls, numbers: Tensor) -> "_Statistics":
        return cls.of(numbers[:cls.LENGTH].tolist())

    @classmethod
    def of(cls, numbers: Sequence[float]) -> "_Statistics":
        finite, mean, squares, cubes, minimum, maximum, zeros, negatives, bad = numbers
        if finite == 0:
            return cls(bad, bad, math.nan, math.nan, 0.0, math.nan, math.nan, 0.0, negatives / bad)
        variance = squares / finite
        deviation = math.sqrt(variance)
        scale = variance * deviation
        skewness = cubes / finite / scale if scale > 0 and math.isfinite(scale) else 0.0
        total = finite + bad
        return cls(total, bad, mean, deviation, skewness, minimum, maximum, zeros / total, negatives / total)


def _can_measure(tensor: Tensor) -> bool:
    return tensor.is_floating_point() and tensor.numel() > 0 and not tensor.is_meta


_PIECE = 1 << 20
"""How many elements are widened at a time, so that measuring needs little memory beside the training."""


def _pieces(rows: Tensor, length: int, dimension: int = 1) -> Sequence[Tensor]:
    """A tensor in pieces of so many places: of a single one it is the piece, since splitting takes longer than measuring what is small."""
    return (rows,) if rows.shape[dimension] <= length else rows.split(length, dimension)


def _flat(tensor: Tensor) -> Tensor:
    dense = tensor.detach()
    return (dense if dense.layout is torch.strided else dense.to_dense()).reshape(-1)


def _widen(tensor: Tensor) -> Tensor:
    """Double precision, except where a device has none."""
    return tensor.to(torch.float32 if tensor.device.type == "mps" else torch.float64)


class _Scratch(threading.local):
    """Memory for what lasts a few lines only: asking the operating system for it anew, page by page, costs more than computing does."""

    MOST = 1 << 17
    MOST_SHAPES = 256
    _CACHED = 1 << 16
    _ALONE = (1 << 15) - 1

    def __init__(self) -> None:
        self.buffers: Dict[Any, Tensor] = {}
        self.shaped: Dict[Any, Tensor] = {}

    @classmethod
    def most(cls) -> int:
        """How many elements of small tensors to look at together: as many as stay in a processor's own cache; where torch has several threads, as few as it gives to one, since to wake the others takes longer."""
        return cls._CACHED if torch.get_num_threads() == 1 else cls._ALONE


_SCRATCH = _Scratch()


def _scratch(slot: int, like: Tensor, dtype: Optional[torch.dtype] = None) -> Tensor:
    """A tensor of the shape and place of another, and of its type unless one is given, with anything in it. It is valid until the slot is asked for again by the same thread."""
    dtype = dtype or like.dtype
    if like.device.type != "cpu" or like.numel() > _Scratch.MOST:
        return torch.empty(like.shape, dtype=dtype, device=like.device)
    shaped = slot, dtype, like.shape
    found = _SCRATCH.shaped.get(shaped)
    if found is None:
        key, count = shaped[:2], like.numel()
        buffer = _SCRATCH.buffers.get(key)
        if buffer is None or buffer.numel() < count or len(_SCRATCH.shaped) >= _Scratch.MOST_SHAPES:
            _SCRATCH.shaped.clear()
        if buffer is None or buffer.numel() < count:
            # What is made in inference mode can't be written to outside of it.
            with torch.inference_mode(False):
                buffer = _SCRATCH.buffers[key] = torch.empty(count, dtype=dtype)
        with torch.inference_mode(False):
            found = _SCRATCH.shaped[shaped] = buffer[:count].view(like.shape)
    return found


def _widened(tensor: Tensor, slot: int) -> Tensor:
    """A tensor in double precision: itself when it is, else in memory of a slot of ``_scratch`` where there is such."""
    if tensor.device.type != "cpu" or tensor.dtype == torch.float64:
        return _widen(tensor)
    return _scratch(slot, tensor, torch.float64).copy_(tensor)


_ZEROS: Dict[Any, Tensor] = {}


def _zeros(count: int, like: Tensor) -> Tensor:
    """Zeros to fill up short rows with, made once."""
    key = count, like.dtype, like.device
    found = _ZEROS.get(key)
    if found is None:
        found = _ZEROS[key] = torch.zeros(count, dtype=like.dtype, device=like.device)
    return found


_SMALLEST_NORMAL = 1.17549435e-38
