"""Small things about tensors and modules."""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Optional, Sequence

import torch
from torch import Tensor, nn


def _first_tensor(value: Any) -> Optional[Tensor]:
    """The tensor in what a module took or returned: itself, the first of several, or the logits of a mapping that names them."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Mapping):
        value = [value["logits"]] if "logits" in value else list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            found = _first_tensor(item)
            if found is not None:
                return found
    return None


def _tensors(value: Any) -> Iterator[Tensor]:
    """All tensors in what a module took."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _tensors(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors(item)


def _number(module: nn.Module, *names: str) -> Optional[int]:
    found = (getattr(module, name, None) for name in names)
    return next((value for value in found if isinstance(value, int) and not isinstance(value, bool)), None)


def _real(module: nn.Module, *names: str) -> Optional[float]:
    found = (getattr(module, name, None) for name in names)
    return next((float(value) for value in found if isinstance(value, (int, float)) and not isinstance(value, bool)), None)


def _product(sizes: Sequence[int]) -> int:
    product = 1
    for size in sizes:
        product *= int(size)
    return product


_SMALL = 1 << 14
"""Batches of so few elements are kept until several steps are settled together."""


def _kept(batch: Tensor) -> Optional[Tensor]:
    """A copy of a small batch in main memory, which outlives the step; None of others."""
    return batch.detach().clone() if batch.numel() <= _SMALL and batch.device.type == "cpu" and batch.layout is torch.strided else None
