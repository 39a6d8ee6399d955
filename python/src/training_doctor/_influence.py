"""How far a change at one place moves another: between samples, between places of a sequence."""

from __future__ import annotations

from typing import Optional, Tuple

import torch
from torch import Tensor

from ._tables import _MOVEMENT_ROUNDING


def _exchange(values: Tensor, place: int, dimension: int, samples: int) -> Tensor:
    """Lets samples take each other's values at one place of a dimension; the sample at that place another's when the dimension is that of the samples."""
    changed = values.clone()
    changed.select(dimension, place).copy_(values.roll(1, samples).select(dimension, place))
    return changed


def _moved(before: Tensor, after: Tensor) -> Tensor:
    """Marks the elements that moved by more than another order of summation makes them."""
    if not before.is_floating_point():
        return before != after
    wide = before.double()
    return (wide - after.double()).abs() > _MOVEMENT_ROUNDING * torch.nan_to_num(wide, 0.0, 0.0, 0.0).abs().mean()


def _leakage(moved: Tensor, samples: int, sample: int) -> Optional[float]:
    """
    The share of the other samples that an exchanged one reached; None where no dimension counts samples. An element belongs to the sample that one of its places counts: a place in a dimension whose
    size is a multiple of the batch's, so that samples merged with time, pairs of samples and batches of two inputs each are told apart, too.
    """
    shape = moved.shape
    counting = [dimension for dimension, size in enumerate(shape) if size >= samples and size % samples == 0]
    if not counting:
        return None
    allowed = torch.zeros_like(moved)
    for dimension in counting:
        places = torch.arange(shape[dimension], device=moved.device)
        own = (torch.div(places, shape[dimension] // samples, rounding_mode="floor") == sample) | (places % samples == sample)
        allowed = allowed | own.reshape([-1 if other == dimension else 1 for other in range(moved.dim())])
    leaked = moved & ~allowed
    if not bool(leaked.any()):
        return 0.0
    rows = leaked.transpose(0, counting[0]).reshape(shape[counting[0]], -1).any(1).tolist()
    others = {place // (shape[counting[0]] // samples) for place, reached in enumerate(rows) if reached} - {sample}
    return max(1, len(others)) / max(1, samples - 1)


def _place_dependence(before: Tensor, after: Tensor, samples: int) -> Optional[float]:
    """The share of samples whose output changed when all samples moved up by one place; None where no dimension of the output counts them alone."""
    counting = [dimension for dimension, size in enumerate(before.shape) if size == samples]
    if not counting or after.shape != before.shape:
        return None
    return min(float(_moved(before.roll(1, dimension), after).transpose(0, dimension).reshape(samples, -1).any(1).double().mean()) for dimension in counting)


def _difference(first: Tensor, second: Tensor) -> float:
    if first.shape != second.shape or not first.is_floating_point() or first.numel() == 0:
        return 0.0
    wide = first.double()
    largest = float(torch.nan_to_num((wide - second.double()).abs(), 0.0).max())
    spread = float(wide.std(unbiased=False)) if wide.numel() > 1 else 0.0
    return 0.0 if largest == 0 else largest / max(spread, 1e-6 * float(wide.abs().max()))


def _sample_dimension(inputs: Tensor, targets: Tensor) -> int:
    return 1 if inputs.dim() >= 2 and targets.dim() >= 1 and targets.shape[0] != inputs.shape[0] and targets.shape[0] == inputs.shape[1] else 0


def _time_dimension(inputs: Tensor, targets: Tensor) -> Optional[int]:
    """Which of the first two dimensions is time, by the data themselves: targets that run ahead, padding, what is alike in a row. None when they do not tell."""
    if inputs.dim() < 2 or min(inputs.shape[:2]) < 2:
        return None
    shifts = [bool(_shift(inputs, targets, dimension)) for dimension in (0, 1)]
    if shifts[0] != shifts[1]:
        return 0 if shifts[0] else 1

    def padded(dimension: int) -> float:
        last = inputs.select(dimension, -1)
        return float(((last == inputs.select(dimension, -2)) & (last == last.reshape(-1)[0])).double().mean())

    ends = padded(0), padded(1)
    if max(ends) > 0.25 and min(ends) == 0:
        return 0 if ends[0] > ends[1] else 1
    if not inputs.is_floating_point():
        return None
    rough = [float((inputs.narrow(dimension, 1, inputs.shape[dimension] - 1) - inputs.narrow(dimension, 0, inputs.shape[dimension] - 1)).abs().mean()) for dimension in (0, 1)]
    return 0 if rough[0] < 0.5 * rough[1] else 1 if rough[1] < 0.5 * rough[0] else None


def _shift(inputs: Tensor, targets: Tensor, dimension: int) -> Optional[int]:
    """By how many places the targets run ahead of the inputs along a dimension; None when they are no shifted copy."""
    if targets.numel() != inputs.numel() or targets.is_floating_point() != inputs.is_floating_point() or inputs.shape[dimension] < 4:
        return None
    answers, length = targets.reshape(inputs.shape), inputs.shape[dimension]
    for shift in range(min(3, length - 2) + 1):
        asked, given = answers.narrow(dimension, 0, length - shift), inputs.narrow(dimension, shift, length - shift)
        counted = torch.ones_like(asked, dtype=torch.bool) if asked.is_floating_point() else asked >= 0
        valid = int(counted.sum())
        # A constant sequence equals itself at any shift.
        varies = float((given != given.roll(1, dimension)).double().mean()) > 0.2
        if valid > 0 and varies and int(((asked == given) & counted).sum()) >= 0.95 * valid:
            return shift
    return None


def _output_place(output: Tensor, inputs: Tensor, samples: int, time_axis: int) -> Optional[Tuple[int, Tuple[int, ...]]]:
    """The dimension of time in an output, and the shape to see it in."""
    length, count = inputs.shape[time_axis], inputs.shape[samples]
    if output.dim() >= 2 and output.shape[0] == length * count:
        return time_axis, ((count, length) if samples == 0 else (length, count)) + tuple(output.shape[1:])
    if output.dim() >= 3 and output.shape[samples] == count:
        fitting = [dimension for dimension in range(output.dim()) if dimension != samples and output.shape[dimension] == length]
        if len(fitting) == 1 or time_axis in fitting:
            return fitting[0] if len(fitting) == 1 else time_axis, tuple(output.shape)
    return None
