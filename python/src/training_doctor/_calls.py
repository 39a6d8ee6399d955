"""What the leaves of a model took and made in one call."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Set, Tuple

from torch import Tensor, nn

from ._description import _modules
from ._tables import _LAYER_OUTPUTS_MOST_ELEMENTS
from ._tensors import _first_tensor


class _Calls:
    """What each leaf of a model took and made in its first call, in the order of the calls."""


    def __init__(self, model: nn.Module) -> None:
        self.heard: List[Tuple[str, nn.Module, Optional[Tensor], Tensor]] = []
        self._known: Set[str] = set()
        self._elements = 0
        leaves = [(path, module) for path, module in _modules(model) if not any(True for _ in _modules(module))] or [("", model)]
        self._handles = [module.register_forward_hook(self._hook(path)) for path, module in leaves]

    def _hook(self, path: str) -> Callable[..., None]:
        def hear(module: nn.Module, inputs: Any, output: Any) -> None:
            made = _first_tensor(output)
            if made is None or path in self._known:
                return
            self._known.add(path)
            self._elements += made.numel()
            if self._elements <= _LAYER_OUTPUTS_MOST_ELEMENTS:
                taken = _first_tensor(inputs)
                self.heard.append((path, module, None if taken is None else taken.detach().clone(), made.detach().clone()))

        return hear

    def __enter__(self) -> "_Calls":
        return self

    def __exit__(self, *_: Any) -> None:
        for handle in self._handles:
            handle.remove()
