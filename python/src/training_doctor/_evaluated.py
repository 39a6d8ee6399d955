"""The weights that are evaluated, laid beside those that are trained."""

from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, Optional, Tuple

import torch
from torch import Tensor, nn

from ._tables import _EVALUATED_WEIGHTS_MOST_OF_TENSOR, _EVALUATED_WEIGHTS_MOST_TENSORS


class _EvaluatedWeights:
    """
    Tells whether the weights that are evaluated keep up with those that are trained, where they are not the same: a copy within the model (an average, another instance), or values that are
    put in place of the trained ones while the model is evaluated. Looks at samples of the weights, in evaluations only.
    """

    def __init__(self, model: nn.Module, optimizer: Any) -> None:
        groups = getattr(optimizer, "param_groups", None)
        held = None if groups is None else {id(parameter) for group in groups for parameter in group["params"]}

        def is_trained(parameter: nn.Parameter) -> bool:
            return parameter.requires_grad and (held is None or id(parameter) in held)

        self.ends: List[Tuple[nn.Module, bool]] = []
        """The layers by whose calls it is told which of two copies is evaluated, each with whether it is of the copy."""
        self._copied: List[nn.Parameter] = []
        pair = _copies(model, is_trained)
        if pair is not None:
            self._trained, self._copied = (list(part.parameters())[:_EVALUATED_WEIGHTS_MOST_TENSORS] for part in pair)
            self.ends = [(end, part is pair[1]) for part in pair for end in part.modules() if next(end.children(), None) is None]
        else:
            self._trained = [parameter for parameter in model.parameters() if is_trained(parameter)][:_EVALUATED_WEIGHTS_MOST_TENSORS]
        self._start = _sample(self._copied or self._trained)
        self._evaluated: Optional[Tensor] = None
        self._evaluated_at = -1
        self._called = {False: False, True: False}

    def on_end(self, is_copy: bool) -> None:
        """Takes a call, in an evaluation, of one of the layers that tell."""
        self._called[is_copy] = True

    def on_model(self, step: int) -> None:
        """Takes a call of the model in an evaluation: the first between two steps is looked at."""
        if not self._copied and (self._evaluated is None or self._evaluated_at != step):
            self._evaluated, self._evaluated_at = _sample(self._trained), step

    def take(self, step: int) -> Optional[float]:
        """
        How far the evaluated weights have come, and begins anew: 0 for the weights of the start, 1 for those of now; None where the trained weights were evaluated, or have not moved. An
        evaluation that steps of training have followed since, as one to draw samples, tells nothing.
        """
        evaluated = _sample(self._copied) if self._called[True] and not self._called[False] else self._evaluated if self._evaluated_at == step else None
        self._evaluated, self._called = None, {False: False, True: False}
        if evaluated is None:
            return None
        now = _sample(self._trained)
        if not now.numel() == evaluated.numel() == self._start.numel():
            return None
        behind, way = float((now - evaluated).norm()), float((now - self._start).norm())
        return 1 - behind / way if 0 < way < math.inf and 0 < behind < math.inf else None


def _copies(model: nn.Module, is_trained: Callable[[nn.Parameter], bool]) -> Optional[Tuple[nn.Module, nn.Module]]:
    """A part of the model that is trained and another of the same weights, by name and shape, that is not; the largest such pair. An average of weights holds them one level down."""
    trained: Dict[Any, nn.Module] = {}
    others: List[Tuple[int, Any, nn.Module]] = []
    for module in model.modules():
        parameters = dict(module.named_parameters())
        form = type(module), tuple((name, tuple(parameter.shape)) for name, parameter in parameters.items())
        if any(is_trained(parameter) for parameter in parameters.values()):
            trained.setdefault(form, module)
        elif parameters:
            others.append((len(parameters), form, module))
    return next(((trained[form], copy) for _, form, copy in sorted(others, key=lambda other: -other[0]) if form in trained), None)


def _sample(parameters: List[nn.Parameter]) -> Tensor:
    pieces = [parameter.detach().reshape(-1)[::-(-parameter.numel() // _EVALUATED_WEIGHTS_MOST_OF_TENSOR)].double().cpu() for parameter in parameters if parameter.numel() > 0]
    return torch.cat(pieces) if pieces else torch.empty(0, dtype=torch.float64)
