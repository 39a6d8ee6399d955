"""Whether padding masks hide tokens instead of padding."""

from __future__ import annotations

import functools
from typing import Any, Callable, List, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from ._faults import _FaultGuard
from ._hooks import _Hook
from ._tables import _PADDING_MASKS_FEWEST_KINDS, _PADDING_MASKS_MOST_LOOKS
from ._tensors import _first_tensor
from ._typing import Observer


class _PaddingMasks:
    """Lays the padding masks of attention layers beside the tokens that an embedding looked up before, in the first steps of a run.

    Masks are told by name, which hooks of layers do not hear: the function that all of torch's attention calls is listened to until enough was seen.
    """

    _MOST_STEPS = 64

    def __init__(self) -> None:
        self._tokens: List[Tensor] = []
        self._told: List[Tuple[str, int]] = []
        self._entered: Optional[str] = None
        self._steps = self._looks = 0
        self._handles: List[Any] = []
        self._release: Optional[Callable[[], None]] = None

    @property
    def is_over(self) -> bool:
        """Whether nothing is looked at, or nothing any more."""
        return self._release is None

    def begin(self, model: nn.Module, guard: _FaultGuard) -> None:
        """Hooks the attention layers of a model."""
        layers = [(path, module) for path, module in model.named_modules() if isinstance(module, nn.MultiheadAttention)]
        for path, module in layers:
            self._handles.append(module.register_forward_pre_hook(_Hook(guard, "seeing padding masks", self._enter, path)))
        if layers:
            self._listen(guard)

    def note(self, inputs: Any) -> None:
        """Notes what an embedding looks up in a training step."""
        indices = _first_tensor(inputs)
        if self._release is not None and indices is not None and indices.dim() == 2 and not indices.is_floating_point() and indices.dtype is not torch.bool:
            self._tokens.append(indices.detach())

    def end_step(self, observe: Observer) -> None:
        """Tells what was seen, and forgets the step's tokens."""
        if self._release is None:
            return
        told, self._told = self._told, []
        self._tokens.clear()
        for path, inverted in told:
            observe("padding_mask_inverted", path, inverted)
        self._steps += 1
        if self._steps >= self._MOST_STEPS or self._looks >= _PADDING_MASKS_MOST_LOOKS:
            self.close()

    def close(self) -> None:
        """Listens no longer."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._tokens.clear()
        if self._release is not None:
            self._release()
            self._release = None

    def _enter(self, path: str, *_: Any) -> None:
        self._entered = path

    def _listen(self, guard: _FaultGuard) -> None:
        attend = functional.multi_head_attention_forward

        @functools.wraps(attend)
        def heard(*arguments: Any, **named: Any) -> Any:
            path, self._entered = self._entered, None
            mask = named.get("key_padding_mask")
            if path is not None and isinstance(mask, Tensor) and self._tokens:
                with torch.no_grad():
                    guard.run("seeing padding masks", self._look, path, mask.detach())
            return attend(*arguments, **named)

        def release() -> None:
            # Who has put something over it since then takes it away with that: another recorder, in whatever order the two end.
            heard.is_over = True  # type: ignore[attr-defined]
            while getattr(functional.multi_head_attention_forward, "is_over", False):
                functional.multi_head_attention_forward = functional.multi_head_attention_forward.__wrapped__  # type: ignore[attr-defined]

        functional.multi_head_attention_forward = heard
        self._release = release

    def _look(self, path: str, mask: Tensor) -> None:
        if mask.dim() != 2:
            return
        # Newer versions turn a mask of truths into one of numbers that are added.
        hidden = torch.isinf(mask) if mask.is_floating_point() else mask.bool()
        verdicts = [self._is_inverted(tokens, hidden) for kept in self._tokens for tokens in (kept, kept.t()) if tokens.shape == hidden.shape]
        if True in verdicts or False in verdicts:
            self._looks += 1
            self._told.append((path, 1 if True in verdicts else 0))

    @staticmethod
    def _is_inverted(tokens: Tensor, hidden: Tensor) -> Optional[bool]:
        """Padding is one token, and tokens are many: None where neither side of the mask is one and the same."""
        kinds, seen = torch.unique(tokens[hidden]).numel(), torch.unique(tokens[~hidden]).numel()
        if seen == 1 and kinds >= _PADDING_MASKS_FEWEST_KINDS:
            return True
        return False if kinds == 1 and seen >= _PADDING_MASKS_FEWEST_KINDS else None
