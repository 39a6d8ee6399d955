"""Random numbers of one's own, which leave those of the training alone."""

from __future__ import annotations

import contextlib
from typing import Any, Iterator

import torch


@contextlib.contextmanager
def _own_random() -> Iterator[None]:
    """Random numbers of one's own: afterwards those of the training go on as if none had been drawn, on every device that is in use. A device that is not is not woken."""
    metal = _metal()
    state = None if metal is None else metal.get_rng_state()
    with torch.random.fork_rng(devices=list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []):
        try:
            yield
        finally:
            if metal is not None and state is not None:
                metal.set_rng_state(state)


def _seed(seed: int) -> None:
    """Seeds what ``_own_random`` gives back. torch.manual_seed would seed a device, too, that is not in use yet, for when it is."""
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(seed)
    metal = _metal()
    if metal is not None:
        metal.manual_seed(seed)


def _metal() -> Any:
    """torch.mps where it is there and its random numbers can be kept; None elsewhere."""
    metal, backend = getattr(torch, "mps", None), getattr(torch.backends, "mps", None)
    return metal if metal is not None and backend is not None and backend.is_available() and hasattr(metal, "get_rng_state") else None
