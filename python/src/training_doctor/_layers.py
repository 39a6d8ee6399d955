"""What is kept of a layer from one step to the next."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, Tuple

import torch
from torch import Tensor, nn

from ._lookups import _LookupCounts
from ._tables import _UNIT_ACTIVITY_MINIMUM_BATCHES, _UNIT_ACTIVITY_MINIMUM_SAMPLES
from ._tensors import _product


class _LayerProbe:
    """Watches one layer: how often it is called, in which mode, and what comes out of it."""

    def __init__(self, path: str, kind: str, bounds: Optional[Tuple[float, float]] = None) -> None:
        self.path = path
        self.kind = kind
        self.bounds = bounds
        self.is_modal = kind in ("Dropout", "BatchNormalization")
        self.calls = 0
        self.order = -1
        self.measured_step = -1
        self.mode_in_training: Optional[bool] = None
        self.mode_in_evaluation: Optional[bool] = None
        self.off = False
        self.normalized: Optional[float] = None
        self.layout: Optional["_Layout"] = None
        self.room: Any = None
        """Where its outputs are copied to."""
        self.is_written_into: Optional[bool] = None
        """Whether a later layer writes into what this one makes; None while that was not seen."""
        # For every unit, how many samples and batches in a row it was zero, or at a bound.
        self.runs: Optional[Tensor] = None
        self.seen_samples = self.seen_batches = 0
        self.momentum: Optional[float] = None
        """How fast the running statistics of a batch normalisation follow; None for those of all batches alike, and for other layers."""
        self.takes_places_first = False
        self.is_routine = False
        """Whether nothing but its output has to be looked at."""
        self.sequence: Optional[Tuple[int, int]] = None
        self.lookups: Optional[_LookupCounts] = None
        """Which rows of an embedding are looked up."""

    def note_module(self, module: nn.Module) -> None:
        """Notes what can be told of a layer by its kind."""
        if self.kind == "BatchNormalization" and getattr(module, "running_var", None) is not None:
            momentum = getattr(module, "momentum", None)
            self.momentum = None if momentum is None else float(momentum)
        self.lookups = _LookupCounts.of(module) if self.kind == "Embedding" else None
        self.takes_places_first = self.kind in ("Recurrent", "Attention") and getattr(module, "batch_first", None) is False

    def note_units(self, units: int) -> None:
        """Begins to count for how long units are zero, where it was not begun for so many."""
        if self.runs is None or self.runs.shape[-1] != units:
            self.runs = torch.zeros(2, 2, units, dtype=torch.float64)
            self.seen_samples = self.seen_batches = 0

    def is_long_seen(self, samples: int = 0, batches: int = 0) -> bool:
        """Whether so much was seen, after so many more batches of so many samples each, that a unit that is always zero tells something."""
        return self.seen_samples + batches * samples >= _UNIT_ACTIVITY_MINIMUM_SAMPLES and self.seen_batches + batches >= _UNIT_ACTIVITY_MINIMUM_BATCHES

    def note_sequence(self, taken: Optional[Tensor]) -> None:
        self.sequence = (taken.shape[0], taken.shape[1]) if taken is not None and taken.dim() == 3 else None

    def is_axis_swapped(self, target: Tensor) -> Optional[bool]:
        """Whether the sequence of the step has samples where its layer takes places; None where the sizes do not tell."""
        assert self.sequence is not None
        first, second = self.sequence
        if first == second or target.dim() == 0 or (target.dim() > 1 and target.shape[1] in (first, second)):
            return None
        return False if target.shape[0] == second else True if target.shape[0] == first else None

    def note(self, taken: Optional[Tensor]) -> None:
        """Notes over how many values a batch normalisation averages."""
        self.normalized = taken.numel() / taken.shape[1] if taken is not None and taken.dim() >= 2 else None


class _Layout(NamedTuple):
    """What outputs must have in common to be measured in one pass."""

    shape: Tuple[int, ...]
    dtype: torch.dtype
    device: torch.device
    units: int
    inner: int

    @property
    def samples(self) -> int:
        return _product(self.shape) // (self.units * self.inner)

    @classmethod
    def of(cls, probe: _LayerProbe, made: Tensor) -> "_Layout":
        shape = tuple(made.shape)
        if len(shape) < 2:
            return cls(shape, made.dtype, made.device, 0, 1)
        # Units are dimension 1 of images, and of sequences out of convolutions; the last dimension of everything else.
        channels = len(shape) >= 4 or (len(shape) == 3 and probe.kind in ("Convolution", "TransposedConvolution", "BatchNormalization"))
        return cls(shape, made.dtype, made.device, shape[1] if channels else shape[-1], _product(shape[2:]) if channels else 1)
