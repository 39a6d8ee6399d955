"""Whether gradients are cleared between two steps: seen where it matters, when the backward pass of the next step begins to add to them."""

from __future__ import annotations

from typing import Any, Callable, Optional

import torch
from torch import Tensor, nn

from ._statistics import _can_measure
from ._typing import Observer


_FEWEST_FOR_DECAY = 8
"""Fewer weights may go to zero together by chance."""

_ROUNDING = 1e-6


class _ClearingProbe:
    """Looks at one parameter through the first steps. A program that clears gradients between forward and backward pass does so in time, so that earlier looks would tell less."""

    _STEPS = 64
    _MOST_TURNS = 256
    """A program that clears gradients before the step is told leaves nothing to look at."""

    _LARGEST = 65_536

    def __init__(self) -> None:
        self._parameter: Optional[Tensor] = None
        self._handle: Any = None
        self._was: Optional[Tensor] = None
        self._stood: Optional[Tensor] = None
        self._kept: Optional[bool] = None
        self._looks = self._turns = 0
        self._passes = self._lost = self._lying = 0
        self._at: Optional[Tensor] = None
        self._saw_lost = False

    def watch(self, model: nn.Module, optimizer: Any, guarded: Callable[..., Any]) -> None:
        """Hears the last parameter that the optimizer holds and that is quickly compared.

        :param model: The model.
        :param optimizer: Its optimizer; None where all that is trainable counts as held.
        :param guarded: Calls what may fail, so that nothing reaches the training.
        """
        held = None if optimizer is None else {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
        for parameter in model.parameters():
            if (parameter.requires_grad and not nn.parameter.is_lazy(parameter) and parameter.numel() <= self._LARGEST
                    and _can_measure(parameter) and (held is None or id(parameter) in held)):
                self._parameter = parameter

        def hear(gradient: Tensor) -> None:
            guarded("seeing gradients cleared", self._count, gradient)
            guarded("seeing gradients cleared", self._look)

        if self._parameter is not None:
            self._stood = self._parameter.detach().clone()
            self._handle = self._parameter.register_hook(hear)

    def end_step(self, observe: Observer) -> None:
        """Tells what was seen in the step that ends, and remembers its gradient."""
        if self._parameter is None or self._handle is None:
            return
        if self._kept is not None:
            observe("gradient_kept", "", 1 if self._kept else 0)
            self._looks += 1
        self._note_lost()
        self._saw_lost = self._saw_lost or self._lost > 0
        if self._passes > 1 or (self._passes > 0 and self._saw_lost):
            observe("gradient_lost", "", self._lost / self._passes)
        self._turns += 1
        self._passes = self._lost = self._lying = 0
        gradient, stands = self._parameter.grad, self._parameter.detach()
        # Only what a step was taken with has to be cleared: what is added up until then is kept on purpose.
        was_used = self._stood is not None and self._stood.device == stands.device and self._stood.shape == stands.shape and bool((self._stood != stands).any())
        self._was = gradient.detach().clone() if was_used and gradient is not None and gradient.layout is torch.strided and bool((gradient != 0).any()) else None
        self._stood = stands.clone()
        self._kept = self._at = None
        if self._looks >= self._STEPS or self._turns >= self._MOST_TURNS:
            self.close()

    @property
    def is_over(self) -> bool:
        """Whether it looks no more."""
        return self._handle is None

    def close(self) -> None:
        """Takes the hook off and lets go of the parameter."""
        if self._handle is not None:
            self._handle.remove()
        self._parameter = self._handle = self._was = self._stood = self._kept = self._at = None

    def _count(self, gradient: Tensor) -> None:
        """Counts the backward passes of a step, and those of them that were in vain."""
        if self._parameter is None:
            return
        self._note_lost()
        self._passes += 1
        self._lying += 1
        # What brings nothing cannot be lost.
        brings = gradient.layout is torch.strided and bool((gradient != 0).any())
        self._at = self._parameter.detach().clone() if brings else None

    def _note_lost(self) -> None:
        """Counts the passes of which nothing is left when the next begins, or the step ends, although no gradient moved the weights."""
        if self._passes == 0 or self._at is None or self._parameter is None:
            return
        lies = self._parameter.grad
        if lies is None or (lies.layout is torch.strided and not bool((lies != 0).any())):
            self._lost += self._lying if _is_unmoved(self._at, self._parameter.detach()) else 0
            self._lying = 0

    def _look(self) -> None:
        if self._kept is False or self._was is None or self._parameter is None:
            return
        lies = self._parameter.grad
        if lies is None or lies.layout is not torch.strided or lies.shape != self._was.shape:
            self._kept = False
        elif self._kept is None:
            self._kept = bool((lies.detach() == self._was).all())
        else:
            # Another network's pass may come first and leave something too: what counts is whether the gradient is cleared before any.
            self._kept = bool((lies != 0).any())


def _is_unmoved(before: Tensor, now: Tensor) -> bool:
    """Whether weights are what they were, or all of them smaller by one factor: a step that finds no gradient still decays them."""
    if before.shape != now.shape or bool((now == before).all()):
        return before.shape == now.shape
    if before.numel() < _FEWEST_FOR_DECAY:
        return False
    old, new = before.reshape(-1).double(), now.reshape(-1).double()
    factor = float(new @ old) / max(float(old @ old), 1e-300)
    return 0.5 < factor < 1 and float((new - factor * old).abs().max()) <= _ROUNDING * float(old.abs().max())
